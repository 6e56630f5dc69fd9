"""Names of countries in their grammatical cases (`data/case_endings.toml`): `Česku`."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import NamedTuple

from msgspec import Struct

from bot.data_files import read_data
from bot.text import normalise

VOWELS = "aeiouyαειουωηаеиоуяюіє"
LEAST = 3
"""Letters of the shortest stem."""


class Inflected(NamedTuple):
    """A country (ISO 3166-1 alpha-2) whose name a word is, and in which language."""

    code: str
    language: str


class _Endings(Struct, frozen=True):
    """The endings of a language."""

    stem: tuple[str, ...] = ()
    name: tuple[str, ...] = ()


class Cases:
    """Finds countries by the cases of their names, which are given by language and code."""

    def __init__(self, names: Mapping[str, Mapping[str, tuple[str, ...]]]) -> None:
        self._beginnings = defaultdict[str, list[tuple[Inflected, frozenset[str]]]](list)
        for language, of_language in names.items():
            endings = _endings().get(language, _Endings())
            for code, wordings in of_language.items():
                for name in map(_bare, wordings):
                    of_name = frozenset(("", *endings.name))
                    self._add(name, Inflected(code, language), of_name)
                    stem = _stem(name)
                    if endings.stem and len(stem) >= LEAST and " " not in name:
                        self._add(stem, Inflected(code, language), frozenset(endings.stem))
                    if language == "ga":
                        for form in _irish(name):
                            self._add(form, Inflected(code, language), of_name)

    def _add(self, beginning: str, meant: Inflected, endings: frozenset[str]) -> None:
        self._beginnings[beginning].append((meant, endings))

    def find(self, phrase: str) -> Iterator[Inflected]:
        """Yield the countries whose name a phrase is, which is normalised."""
        for end in range(LEAST, len(phrase) + 1):
            for meant, endings in self._beginnings.get(phrase[:end], ()):
                if phrase[end:] in endings:
                    yield meant


@lru_cache(maxsize=1)
def _endings() -> dict[str, _Endings]:
    return read_data("case_endings", dict[str, _Endings])


def _bare(name: str) -> str:
    """Return a name without its article (`l-Italja`, `an Fhrainc`), normalised."""
    capital = next((at for at, letter in enumerate(name) if letter.isupper()), 0)
    return normalise(name[capital:])


def _stem(name: str) -> str:
    """Return a name without its last vowels, and without the s of Greek and Baltic nominatives."""
    return name.removesuffix("s").removesuffix("σ").rstrip(VOWELS)


def _irish(name: str) -> Iterator[str]:
    """Yield a name as its initial changes after an article (`Frainc`, `Fhrainc`), and in the
    genitive (`Fraince`)."""
    plain = name[:1] + name[2:] if name[1:2] == "h" else name
    yield from (plain, f"{plain[:1]}h{plain[1:]}", f"{plain}e")
