"""Read a model's answer, and keep of it what can be believed (pure)."""

import re
from collections.abc import Iterator
from typing import NamedTuple

import msgspec
from msgspec import Struct

from bot import taxonomy
from bot.models.translations import LabelProposal, Passage
from bot.text import normalise, one_line, sentences, shorten, utf16_length
from bot.text.terms import FoldedText
from bot.translation.engine import markup_problem, title_problem
from bot.translation.facts import TARGET, Facts, source_text
from bot.translation.ordinary_words import is_written_in
from bot.translation.quotations import find_quotation, find_words

SENTENCES = 6
"""The most sentences of a summary."""
SUMMARY = 1200
"""UTF-16 units of a summary; sentences beyond it are left out."""
SENTENCE = 450
"""UTF-16 units of one sentence."""
LEAST = 2
"""The least sentences of a summary, where the text has as many."""
PROBLEMS = 6
"""Problems that a model is told of."""
QUOTED = 80
"""UTF-16 units of what is named in a problem."""
_OBJECT = re.compile(r"\{.*\}", re.DOTALL)
_OTHER_SCRIPT = re.compile(r"[\u0370-\u052f]")
_ADDRESS = re.compile(r"\b(?:I|I'm|my|you|your)\b")
"""What no news says: the model speaks for itself, or somebody to the reader."""


class Founded(NamedTuple):
    """A sentence, and the words of the text that it rests on."""

    sentence: str
    quotation: str


class CheckedAnswer(NamedTuple):
    """What can be believed of an answer."""

    title: str | None
    summary: tuple[Founded, ...]
    proposals: tuple[LabelProposal, ...]
    problems: tuple[str, ...]
    """What is wrong with the rest, for the model to mend."""

    @classmethod
    def nothing(cls, *problems: str) -> "CheckedAnswer":
        """Return what can be believed of an answer that has no use."""
        return cls(None, (), (), problems)

    def or_else(self, later: "CheckedAnswer") -> "CheckedAnswer":
        """Return the title and the longer summary of two answers to one question, with the problems
        of the later."""
        first = self if len(self.summary) >= len(later.summary) else later
        return CheckedAnswer(
            later.title or self.title,
            first.summary,
            later.proposals or self.proposals,
            later.problems,
        )

    def is_enough(self, passage: Passage) -> bool:
        """Return whether there is a title, and as much of a summary as is asked for."""
        return self.title is not None and len(self.summary) >= least_sentences(passage)


class _Sentence(Struct, frozen=True):
    sentence: str
    quotation: str


class _Label(Struct, frozen=True):
    code: str
    words: str


class _Answer(Struct, frozen=True):
    title: str
    sentences: tuple[_Sentence, ...]
    theme: _Label | None = None
    type: _Label | None = None


def least_sentences(passage: Passage) -> int:
    """Return how many sentences a summary of a passage has at least; 0: there is no text."""
    return min(LEAST, len(sentences(passage.article or passage.text)))


def read_answer(said: str, passage: Passage, facts: Facts) -> CheckedAnswer:
    """Return what of an answer can be believed; nothing where it is no JSON object of its form."""
    # Models wrap the object in a Markdown fence or in words, whatever they are told.
    wrapped = _OBJECT.search(said)
    try:
        answer = msgspec.json.decode((wrapped[0] if wrapped else said).encode(), type=_Answer)
    except (msgspec.DecodeError, UnicodeEncodeError, RecursionError):
        return CheckedAnswer.nothing("it is no JSON object with title and sentences")
    source, title = FoldedText(source_text(passage)), one_line(answer.title)
    wrong = _title_problems(answer.title, passage, facts)
    summary, of_sentences = _summary(answer, passage, facts, source)
    return CheckedAnswer(
        title=None if wrong else title,
        summary=summary,
        proposals=tuple(_proposals(answer, source)),
        problems=(*wrong, *of_sentences)[:PROBLEMS],
    )


def _title_problems(title: str, passage: Passage, facts: Facts) -> list[str]:
    if problem := title_problem(title, passage):
        return [problem]
    what = f"title “{one_line(title)}”"
    return _foreign(what, title) or _unfounded(what, one_line(title), facts)


def _summary(
    answer: _Answer, passage: Passage, facts: Facts, source: FoldedText
) -> tuple[tuple[Founded, ...], list[str]]:
    """Return the sentences that can be believed, and the problems of the others."""
    kept, problems, length = dict[str, Founded](), list[str](), 0
    least = least_sentences(passage)
    for each in answer.sentences[: SENTENCES * 2] if least else ():
        sentence, quotation = one_line(each.sentence), find_quotation(each.quotation, source)
        wrong = _sentence_problems(sentence, each.quotation, quotation, passage, facts)
        problems += wrong
        longer = length + utf16_length(sentence) + 1
        if quotation and not wrong and longer <= SUMMARY and len(kept) < SENTENCES:
            kept.setdefault(normalise(sentence), Founded(sentence, quotation))
            length = longer
    kept.pop(normalise(answer.title), None)
    if len(kept) < least and not problems:
        problems.append(f"there are fewer than {least} sentences beside the title")
    return tuple(kept.values()), problems


def _sentence_problems(
    sentence: str, said: str, quotation: str | None, passage: Passage, facts: Facts
) -> list[str]:
    what = f"sentence “{shorten(sentence, QUOTED)}”"
    if not 0 < utf16_length(sentence) <= SENTENCE:
        return [f"{what} is empty, or longer than {SENTENCE} characters"]
    if problem := markup_problem(what, sentence, passage):
        return [problem]
    if quotation is None:
        return [f"quotation “{shorten(one_line(said), QUOTED)}” does not stand in the text"]
    if normalise(sentence) == normalise(quotation):
        return [f"{what} is not translated"]
    if address := _ADDRESS.search(sentence):
        return [f"{what} speaks to somebody (“{address[0]}”)"]
    return _foreign(what, sentence) or _unfounded(what, sentence, facts)


def _foreign(what: str, said: str) -> list[str]:
    is_foreign = _OTHER_SCRIPT.search(said) or not is_written_in(said, TARGET)
    return [f"{what} is not English"] if is_foreign else []


def _unfounded(what: str, said: str, facts: Facts) -> list[str]:
    wrong = ", ".join(facts.unfounded(said))
    return [f"{what} tells what does not stand in the text: {wrong}"] if wrong else []


def _proposals(answer: _Answer, source: FoldedText) -> Iterator[LabelProposal]:
    """Yield the labels that are proposed with words of the text."""
    for label, known in ((answer.theme, taxonomy.themes()), (answer.type, taxonomy.types())):
        if label and label.code in known and (words := find_words(label.words, source)):
            yield LabelProposal(label=label.code, words=words)
