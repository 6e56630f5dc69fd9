"""Recognise the names of authorities: "Ministry of the Interior", "Bundesamt für Migration"."""

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

from msgspec import Struct

from bot.data_files import read_data
from bot.text import normalise
from bot.text.phrases import Phrases

LONGEST = 14
"""Words of the longest name."""
_ACRONYM = re.compile(r"\b[^\W\d_a-zà-þ]{2,5}\b")
_FRONT = re.compile(r"\w+-(?:,| (\w+)) ")
"""The front of a compound that shares its end: "Udlændinge- og Integrationsministeriet"."""
_NOT_IN_NAMES = re.compile(r"[.!?;:…\"“”„«»]|\d")


class _Language(Struct, frozen=True):
    heads: tuple[str, ...]
    parts: tuple[str, ...]
    joining: tuple[str, ...] = ()


class _Words(NamedTuple):
    heads: Phrases
    endings: tuple[str, ...]
    """How compounds end that are heads."""
    parts: Phrases
    joining: frozenset[str]
    """The words for "and"."""


@lru_cache(maxsize=1)
def _words() -> _Words:
    languages = read_data("authorities", dict[str, _Language]).values()
    heads = [head for language in languages for head in language.heads]
    return _Words(
        heads=Phrases(head for head in heads if not head.startswith("*")),
        endings=tuple(normalise(head) for head in heads if head.startswith("*")),
        parts=Phrases(part for language in languages for part in language.parts),
        joining=frozenset(normalise(word) for language in languages for word in language.joining),
    )


def is_authority(text: str) -> bool:
    """Return whether a text is the name of one authority and nothing else: no verb, no other
    subject, more than a word such as "Government" that a sentence may have as well."""
    words = normalise(_FRONT.sub(_without_front, text)).split()
    if not text[:1].isupper() or len(words) > LONGEST or _NOT_IN_NAMES.search(text):
        return False
    acronyms = frozenset(normalise(each) for each in _ACRONYM.findall(text) if each.isupper())
    heads, at = 0, 0
    while at < len(words):
        if length := _head_length(words, at):
            # "Ministry and Parliament" are two, which a site is not.
            if heads and words[at - 1] in _words().joining:
                return False
            heads += 1
            at += length
        elif length := _words().parts.length_at(words, at):
            at += length
        elif words[at] in acronyms or words[at] in _words().joining:
            at += 1
        else:
            return False
    return heads > 0 and (len(words) > 1 or _is_compound(words[0]))


def _without_front(front: re.Match[str]) -> str:
    is_joined = front[1] is None or normalise(front[1]) in _words().joining
    return "" if is_joined else front[0]


def _head_length(words: Sequence[str], at: int) -> int:
    return _words().heads.length_at(words, at) or int(words[at].endswith(_words().endings))


def _is_compound(word: str) -> bool:
    """Return whether a word says of what an authority is one: "Innenministerium"."""
    return word.endswith(_words().endings) and word not in _words().endings
