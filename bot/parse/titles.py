"""Clean titles: without the name of the site, without labels, in sentence case."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from bot.parse.authorities import is_authority
from bot.parse.boilerplate import is_label
from bot.parse.word_lists import word_lists
from bot.text import normalise

SHARED = 0.5
"""The share of the titles of a document whose last or first part is the name of the site."""
SHARED_TITLES = 3
"""Titles that at least share it."""
HEAD_WORDS = 2
"""Words that at least remain of a title."""
SITE_WORDS = 8
"""Words of the name of a site after `|`, where nothing else names it."""

SEPARATOR = re.compile(r"\s*[|•·]\s*|\s+(?:[-–—»«:/]|::|\|\|)\s+|\s*[»«]\s+")
_LABEL_END = re.compile(r"\s*[:|•·»]\s+|\s+[-–—/]+\s+|\s*:\s*(?=[^\W\d])")
_COLON = re.compile(r"([^:]{2,80}):\s+")
_BRACKETS = re.compile(r"\s*[\[(]([^\[\]()]{2,40})[\])]\s*")
_DOMAIN = re.compile(r"(?:www\.)?[\w-]+(?:\.[\w-]+)*\.[a-z]{2,6}", re.IGNORECASE)


def clean_title(title: str, names: Iterable[str], *, is_official: bool = False) -> str:
    """Return a title without labels, and without the names of its site; all of it where nothing
    else would remain. One that is official may end with the name of any authority."""
    known = [words for name in names if (words := normalise(name).split())]
    while (shorter := _without_outer_part(title, known)) != title:
        title = shorter
    # In the press, such an end says who says so: "Asylum rules are unlawful – Supreme Court".
    head, _, tail = _split_last(title)
    if is_official and len(normalise(head).split()) > HEAD_WORDS and is_authority(tail):
        return head
    return title


def site_names(*written: str | None) -> list[str]:
    """Return the names of a site from what it calls itself, whole and in parts."""
    names = list[str]()
    for name in filter(None, written):
        # A single word may be a country or a subject, which a title must keep.
        names += [name, *(part for part in SEPARATOR.split(name) if " " in part or part.isupper())]
    return list(dict.fromkeys(names))


def shared_parts(titles: Sequence[str]) -> list[str]:
    """Return the last or first parts that most titles of a document share."""
    ends = Counter[str]()
    for title in set(titles):
        parts = SEPARATOR.split(title)
        if len(parts) > 1:
            ends.update({parts[0], parts[-1]})
    enough = max(SHARED_TITLES, SHARED * len(titles))
    return [part for part, times in ends.items() if part and times >= enough]


def _without_outer_part(title: str, names: Sequence[Sequence[str]]) -> str:
    for rest in (*_without_label(title), *_without_name(title, names)):
        bare = rest.strip(" |•·–—-»«")
        if any(letter.isalpha() for letter in bare):
            return bare[0].upper() + bare[1:] if title[0].isupper() else bare
    return title


def _without_label(title: str) -> Iterator[str]:
    """Yield what remains of a title without the label before or after it."""
    for bracket in _BRACKETS.finditer(title):
        if bracket.start() == 0 and is_label(bracket[1]):
            yield title[bracket.end() :]
        if bracket.end() == len(title) and is_label(bracket[1]):
            yield title[: bracket.start()]
    if (end := _LABEL_END.search(title)) and is_label(title[: end.start()]):
        yield title[end.end() :]
    words = title.split()
    length = word_lists().kinds.length_at(normalise(title).split())
    label, rest = " ".join(words[:length]), " ".join(words[length:])
    if length > 1 and label.isupper() and not rest.isupper():  # `PRESS RELEASE New law adopted`
        yield rest
    head, separator, tail = _split_last(title)
    if ":" not in separator and is_label(tail) and len(normalise(head).split()) > HEAD_WORDS:
        yield head


def _without_name(title: str, names: Sequence[Sequence[str]]) -> Iterator[str]:
    """Yield what remains of a title without the name of its site before or after it."""
    colon = _COLON.match(title)
    if colon and is_site_name(colon[1], names):
        yield title[colon.end() :]
    separators = list(SEPARATOR.finditer(title))
    for separator in reversed(separators):  # a name may have a separator in it
        if is_site_name(title[separator.end() :], names):
            yield title[: separator.start()]
    for separator in separators:
        if is_site_name(title[: separator.start()], names):
            yield title[separator.end() :]
    head, mark, tail = _split_last(title)
    words = len(normalise(head).split())
    is_short = HEAD_WORDS < words >= len(normalise(tail).split()) <= SITE_WORDS
    if "|" in mark and is_short and not re.search(r"[,;\d]", tail):
        yield head


def _split_last(title: str) -> tuple[str, str, str]:
    """Return what stands before the last separator of a title, it, and what stands after."""
    separators = list(SEPARATOR.finditer(title))
    if not separators:
        return title, "", ""
    last = separators[-1]
    return title[: last.start()], last[0], title[last.end() :]


def is_site_name(text: str, names: Sequence[Sequence[str]]) -> bool:
    """Return whether a text is a domain, or one of the names, words of it abbreviated or not."""
    words = normalise(text).split()
    if _DOMAIN.fullmatch(text.strip()) and any(letter.isalpha() for letter in text):
        return True
    return bool(words) and any(
        words == list(name) or _abbreviates(words, name) or _abbreviates(list(name), words)
        for name in names
    )


def _abbreviates(words: Sequence[str], name: Sequence[str]) -> bool:
    """Return whether words are those of a name, in order and from its first on, or their initials;
    of a longer name, its end may be missing."""
    at = 0
    for word in words:
        if at < len(name) and name[at] == word:
            at += 1
        elif 1 < len(word) <= len(name) - at and all(
            name[at + index][0] == letter for index, letter in enumerate(word)
        ):
            at += len(word)
        else:
            return False
    return at == len(name) or (len(words) > 1 and at >= HEAD_WORDS)
