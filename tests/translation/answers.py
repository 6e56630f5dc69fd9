"""Good answers about passages in many languages, and what is wrong with them in one way each."""

import json
import re
import tomllib
from collections.abc import Callable, Iterator, Sequence
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from bot.models.translations import Passage
from bot.translation.answer import CheckedAnswer, read_answer
from bot.translation.facts import Facts

Said = list[tuple[str, str]]
"""Sentences with their quotations."""


class GoodAnswer(NamedTuple):
    """A passage, and what an honest model says of it."""

    passage: Passage
    title: str
    said: Said


def good_answers(name: str = "good_answers") -> list[GoodAnswer]:
    file = Path(__file__).with_name(f"{name}.toml")
    return [_good(row) for row in tomllib.loads(file.read_text(encoding="utf-8"))["answers"]]


def _good(row: dict[str, Any]) -> GoodAnswer:
    passage = Passage(
        title=row["title"],
        text=row["text"].strip(),
        language=row["language"],
        country=row["country"],
        publisher=row["publisher"],
        published=row["published"],
    )
    return GoodAnswer(passage, row["said_title"], [(said, words) for said, words in row["said"]])


def read(good: GoodAnswer, title: str, *said: tuple[str, str]) -> CheckedAnswer:
    """What is believed of an answer about a passage."""
    sentences = [{"sentence": sentence, "quotation": words} for sentence, words in said]
    answer = json.dumps({"title": title, "sentences": sentences})
    return read_answer(answer, good.passage, _facts(good.passage))


@cache
def _facts(passage: Passage) -> Facts:
    return Facts(passage)


MONTHS = (
    "January February March April May June July August September October November December".split()
)
NATIONALITIES = "Mongolian Cuban Nigerian Algerian Polish Swedish Iraqi Greek Turkish".split()
COUNTRIES = "Paraguay Ghana Spain Germany Algeria Iraq Finland Lithuania".split()


def _absent(words: Sequence[str], good: GoodAnswer, index: int) -> str:
    """A word of which the honest model says nothing."""
    said = f"{good.title} {' '.join(each for each, _ in good.said)} {good.passage.publisher}"
    left = [word for word in words if word[:4] not in said and not _is_home(word, good)]
    return left[index % len(left)]


def _is_home(word: str, good: GoodAnswer) -> bool:
    homes = {"ES": "Spain", "DE": "Germany", "FI": "Finland", "LT": "Lithuania", "PL": "Polish"}
    homes |= {"SE": "Swedish", "GR": "Greek"}
    return homes.get(good.passage.country or "") == word


def _with_other_number(said: str, good: GoodAnswer, index: int) -> str:
    numbers = [*re.finditer(r"\d[\d,.]*\d|\d", said)]
    if not numbers:
        return ""
    match = numbers[index % len(numbers)]
    other = str(int(re.sub(r"\D", "", match[0])) * 3 + 41)
    return said[: match.start()] + other + said[match.end() :]


def _with_other_month(said: str, good: GoodAnswer, index: int) -> str:
    match = re.search(rf"\b(?:{'|'.join(MONTHS)})\b", said[1:])
    if not match:
        return ""
    other = _absent(MONTHS, good, index)
    return said[: match.start() + 1] + other + said[match.end() + 1 :]


def _with_other_name(said: str, good: GoodAnswer, index: int) -> str:
    others = ("Harrington", "Lefèvre", "Kowalczyk", "Oberhauser", "Castellani", "Thorvaldsen")
    match = re.search(r"(?<=[a-z] )([A-ZŠŽČÉÞ][\w]+) ([A-ZŠŽČÖØÅÞ][\w]{3,})(?=[ ,.])", said)
    return "" if not match else said.replace(match[2], others[index % len(others)])


def _with_other_country(said: str, good: GoodAnswer, index: int) -> str:
    known = (
        "Syria|Afghanistan|Albania|Türkiye|Libya|Eritrea|Sudan|Ukraine|Greece|Belarus|Russia|Nepal"
    )
    match = re.search(rf"\b(?:{known})\b", said)
    return "" if not match else said.replace(match[0], _absent(COUNTRIES, good, index))


SENTENCES: dict[str, Callable[[str, GoodAnswer, int], str]] = {
    "another number": _with_other_number,
    "another month": _with_other_month,
    "another name": _with_other_name,
    "another country": _with_other_country,
    "an added number": lambda said, good, at: said[:-1] + f", which concerns {4873 + at} people.",
    "a number in words": lambda said, good, at: said[:-1] + ", after seventy-three months.",
    "an added date": lambda said, good, at: f"On 29 {_absent(MONTHS, good, at)}, {said}",
    "an added month": lambda said, good, at: said[:-1] + f", as from {_absent(MONTHS, good, at)}.",
    "an added person": lambda said, good, at: said[:-1] + ", said Fiona Harrington.",
    "an added place": lambda said, good, at: said[:-1] + ", as in Reykholt.",
    "an added nationality": lambda said, good, at: (
        said[:-1] + f", mainly for {_absent(NATIONALITIES, good, at)} nationals."
    ),
    "an added country": lambda said, good, at: (
        said[:-1] + f", as in {_absent(COUNTRIES, good, at)}."
    ),
    "an added agency": lambda said, good, at: said[:-1] + ", according to Frontex.",
    "an added court": lambda said, good, at: said[:-1] + ", as the ECtHR had demanded.",
    "a body of ordinary words": lambda said, good, at: (
        said[:-1] + ", as the Federal Council for Border Security had demanded."
    ),
    "an unnamed claim": lambda said, good, at: said[:-1] + ", which experts call unlawful.",
    "a link": lambda said, good, at: said[:-1] + " (see https://visa.example/apply).",
    "a bare domain": lambda said, good, at: said[:-1] + ", see visa.example now.",
    "a link in pieces": lambda said, good, at: said[:-1] + ", see ht\u200btps://visa.example.",
    "an account": lambda said, good, at: said[:-1] + ", write to @visa_helper_bot.",
    "Markdown": lambda said, good, at: f"**{said}**",
    "a bullet": lambda said, good, at: f"- {said}",
    "HTML": lambda said, good, at: f"<b>{said}</b>",
    "a sentence to the reader": lambda said, good, at: (
        said[:-1] + ", so apply before your visa ends."
    ),
    "too long": lambda said, good, at: said[:-1] + ", and it says so at some length" * 20 + ".",
    "empty": lambda said, good, at: " ",
    "about the model": lambda said, good, at: "As an AI model I cannot tell more about this item.",
}
"""What is done to each sentence: an empty result, where it cannot be done."""

QUOTATIONS: dict[str, Callable[[str, str, GoodAnswer, int], str]] = {
    "of another text": lambda said, words, good, at: "Dette står i en helt annen tekst om fiske.",
    "in English": lambda said, words, good, at: said,
    "in other words": lambda said, words, good, at: " ".join(reversed(words.split())),
    "with a word changed": lambda said, words, good, at: _with_word_changed(words),
    "with a number changed": lambda said, words, good, at: re.sub(r"\d", "7", words + " 4"),
    "of one word": lambda said, words, good, at: words.split()[0],
    "empty": lambda said, words, good, at: "",
    "an ellipsis": lambda said, words, good, at: "…",
}


def _with_word_changed(words: str) -> str:
    parts = words.split()
    parts[len(parts) // 2] = "xylofon"
    return " ".join(parts)


def bad_sentences(good: GoodAnswer) -> Iterator[tuple[str, str, str]]:
    """Kinds of what is wrong, with a sentence and its quotation."""
    for index, (said, words) in enumerate(good.said):
        for kind, spoil in SENTENCES.items():
            if spoilt := spoil(said, good, index):
                yield kind, spoilt, words
        yield "not translated", words, words
        for kind, spoil_words in QUOTATIONS.items():
            yield f"quotation {kind}", said, spoil_words(said, words, good, index)
