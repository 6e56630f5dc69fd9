"""Turn what admins have corrected into a file of own words (`own_words`)."""

import json
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from itertools import pairwise
from typing import NamedTuple

from bot import taxonomy
from bot.data_files import languages_of, read_data
from bot.enrich.own_words import WordLists
from bot.models import Correction
from bot.text import fold, one_line
from bot.text.terms import FoldedText, TermMatcher, list_language

MISLED = 3
"""Corrections after which a word of the lists is taken out: one may have been an exception."""
LONG = 4
"""Letters of a word that can stand for a label."""
_WORD = re.compile(r"[^\W\d_]+")


class Suggestion(NamedTuple):
    """A word for a list of a language, and the titles that suggest it."""

    list: str
    """Such as `other`, `themes.return` or `remove.themes.return`."""
    term: str
    titles: tuple[str, ...]


def suggest_words(corrections: Iterable[Correction]) -> str:
    """Return a TOML file of words: phrases of each title for the labels that it was given or, where
    it was not relevant, for the words in another sense; and words of the lists that misled."""
    by_language = defaultdict[str, list[Correction]](list)
    for correction in corrections:
        code = list_language(correction.language)
        if correction.language and code in languages_of("lexicon"):
            by_language[code].append(correction)
    parts = [part for code in sorted(by_language) for part in _tables(code, by_language[code])]
    return "\n".join(["# From what admins have corrected; to be read before it is used.", *parts])


def _tables(language: str, corrections: list[Correction]) -> Iterator[str]:
    """Yield the lines of the tables of a language."""
    tables = defaultdict[str, dict[str, dict[str, tuple[str, ...]]]](lambda: defaultdict(dict))
    for name, term, titles in _suggestions(language, corrections):
        table, _, key = name.rpartition(".")
        known = tables[table][key].get(term, ())
        tables[table][key][term] = tuple(dict.fromkeys((*known, *titles)))
    for table in sorted(tables):
        yield ""
        yield f"[{'.'.join(filter(None, (language, table)))}]"
        for key, terms in tables[table].items():
            yield f"{key} = ["
            for term, titles in terms.items():
                yield f"    {json.dumps(term, ensure_ascii=False)},  # {'; '.join(titles)}"
            yield "]"


def _suggestions(language: str, corrections: list[Correction]) -> Iterator[Suggestion]:
    misled, kept = Counter[tuple[str, str]](), set[tuple[str, str]]()
    titles = defaultdict[tuple[str, str], list[str]](list)
    for correction in corrections:
        title = one_line(correction.title)
        right = set(correction.after)
        wrong = set(correction.before) - right
        lists = (
            ["other"] if not correction.is_relevant else _lists_of(right - set(correction.before))
        )
        for name in lists:
            for phrase in _phrases(title, correction.evidence):
                yield Suggestion(name, phrase, (title,))
        for label, term in _terms_in(language, title, correction.before):
            titles[label, term].append(title)
            if label in wrong:
                misled[label, term] += 1
            else:
                kept.add((label, term))
    for (label, term), count in misled.items():
        if count >= MISLED and (label, term) not in kept:
            (name,) = _lists_of([label])
            yield Suggestion(f"remove.{name}", term, tuple(titles[label, term]))


def _lists_of(labels: Iterable[str]) -> list[str]:
    """Return the names of the lists of labels; of the residual type there is none."""
    names = {
        **{code: f"themes.{code}" for code in taxonomy.themes()},
        **{code: f"topics.{code}" for code in taxonomy.topics()},
        **{code: f"types.{code}" for code in taxonomy.types() if code != "Policy"},
    }
    return [names[label] for label in sorted(labels) if label in names]


def _phrases(title: str, evidence: Iterable[str]) -> list[str]:
    """Return the words that decided, each with the next long word of the title: alone, they have
    more senses than one."""
    words = [word for word in _WORD.findall(title) if len(word) >= LONG]
    deciding = {fold(part) for word in evidence for part in _WORD.findall(word)}
    phrases = [
        f"{first} {second}"
        for first, second in pairwise(words)
        if {fold(first), fold(second)} & deciding and f"{first} {second}" in title
    ]
    return phrases[:2] or ([max(words, key=len)] if words else [])


def _terms_in(language: str, title: str, labels: Iterable[str]) -> Iterator[tuple[str, str]]:
    """Yield each label, with each term of its list that a title has."""
    lists = read_data(f"lexicon/{language}", WordLists)
    passage = FoldedText(title)
    for label in labels:
        for terms in (lists.themes.get(label, ()), lists.topics.get(label, ())):
            for term in terms:
                if TermMatcher((term,)).find_words(passage):
                    yield label, term
