"""Read how each country writes the numbers of acts, bills and cases (`data/references`), and find
them in texts, each in one spelling.

A form is written as people write the number, with placeholders:

`{number}`   digits (`{number2}`, `{number3}` further ones); `{year}` four or two digits
`{roman}`    a Roman numeral; `{letters}` up to four letters; `{session}` 2023/24 or 2023-2024
`{date}`     a day with the name of its month, of which a name may use `{date}` or `{year}`
`{code}`     letters and signs with a digit; `_PATTERNS` has some more
`{skip}`     digits that are no part of the name; `{no}` "No.", "Nr.", "č." or nothing
`[…]`        may be missing; `<a|b>` one of these; `*` any further letters; `\\[` the sign itself

Case, accents, the dots of abbreviations and the width of spaces make no difference.
"""

import re
import string
from collections.abc import Callable, Iterable, Iterator
from functools import cached_property, lru_cache
from typing import Literal, NamedTuple

from msgspec import Struct

from bot.data_files import languages_of, read_data
from bot.dates.mentions import find_dates, full_year
from bot.text import fold, sentences

Kind = Literal["act", "bill", "case", "draft", "ruling", "vote"]
"""`draft`: what a ministry prepares, before it is a bill; `vote`: a bill as a chamber adopts it;
`ruling`: what a court decides on a person, which is no stage of anything."""


class Named(NamedTuple):
    """Where a text names an act, a bill or a case."""

    kind: Kind
    name: str
    year: int | None
    """Of its number; None: it names none."""
    start: int
    end: int


class _Form(Struct, frozen=True, forbid_unknown_fields=True):
    """The number of one series of a country."""

    kind: Kind
    name: str
    """Its one spelling."""
    anywhere: tuple[str, ...] = ()
    """Spellings that mean it in any text."""
    here: tuple[str, ...] = ()
    """Those that mean it in texts about the country alone."""


class _Forms(Struct, frozen=True, forbid_unknown_fields=True):
    forms: tuple[_Form, ...]


class _Spelling:
    """How the number of a form may be written."""

    def __init__(self, form: _Form, written: str) -> None:
        self.kind, self.name, self._written = form.kind, form.name, fold(written)
        self.needed = _needed(self._written)
        """Letters of which each text has some that has it: to look for these is faster."""

    @cached_property
    def pattern(self) -> re.Pattern[str]:
        """Return what finds it in a folded text; compiled when a text may have it."""
        return re.compile(rf"(?<![\w/])(?<!\d[.,]){_pattern(self._written)}(?!\w)(?!/\d)")


class _Signs(Struct, frozen=True):
    signs: tuple[str, ...]


BESIDE = 60
"""Characters before and after digits in which a number of an act may stand."""

_YEAR = r"(?:19|20)\d\d"
_PATTERNS = {
    "number": r"\d{1,6}",
    "dossier": r"\d{2}[ . ]?\d{3}",
    "application": r"\d{4,6}",
    "year": _YEAR,
    "old_year": r"(?:19\d\d|200\d|201[0-4])",
    "yy": r"\d\d",
    "roman": r"[ivxlcdmіхιχ]{1,9}",
    "letter": r"[^\W\d_]",
    "letters": r"[a-z]{1,4}",
    "session": r"(?:19|20)\d\d[-–/](?:(?:19|20)\d\d|\d\d)",
    "date": rf"\d{{1,2}}[^\s\d]{{0,4}}\s+(?:d[ei']l?\s*|of\s+)?[^\W\d]+\.?,?\s+(?:del?\s+)?{_YEAR}",
    "iso_date": rf"{_YEAR}-\d\d-\d\d",
    "dotted": r"\d{1,3}(?:\.\d{1,4})+",
    "two": r"\d\d",
    "four": r"\d{3,4}",
    "six": r"\d{6}",
    "thousands": r"(?!19\d\d|20\d\d)\d{3,5}",
    "code": r"[\w./:-]*\d[a-z]?",
}
"""What a placeholder stands for in a folded text; a digit may end its name."""
_TOKEN = re.compile(r"\{(\w+?)(\d?)\}|\\(.)|\s+|.")
_OPTIONAL = re.compile(r"(?<!\\)\[[^\]]*\]")
_CHOICE = re.compile(r"<([^>]*)>")
_PLACEHOLDER = re.compile(r"\{\w+\}")
_LETTERS = re.compile(r"[^\W\d_]+(?![^{]*\})")
_DIGITS = re.compile(r"\d+")
_WORD = re.compile(r"\w")
_PART = re.compile(r"[^\s,;·](?:[^,;·]*[^\s,;·])?")
_LATIN = str.maketrans("ιχіх", "ixix")


@lru_cache(maxsize=500)  # titles and sentences are asked several times
def find_numbers(text: str, country: str | None = None) -> tuple[Named, ...]:
    """Return the acts, bills and cases that a text about a country (ISO 3166-1 alpha-2) names, in
    its order; of overlapping numbers the longer."""
    folded = fold(text)
    found = (each for part in _by_digits(folded) for each in _named(folded, *part, country))
    return _apart(found)


def read_numbers(said: str, country: str | None = None) -> tuple[Named, ...]:
    """Return the acts, bills and cases that somebody has typed or pasted, as `find_numbers` does;
    where a number is all that stands between commas, also in the spelling that messages show."""
    folded = fold(said)
    shown = (
        _made(form, match)
        for part in _PART.finditer(folded)
        for form in _as_shown(country)
        if (match := form.pattern.fullmatch(folded, *part.span()))
    )
    return _apart([*find_numbers(said, country), *shown])


def _apart(found: Iterable[Named]) -> tuple[Named, ...]:
    apart, end = list[Named](), 0
    for each in sorted(found, key=lambda each: (each.start, -each.end)):
        if each.start >= end:
            apart.append(each)
            end = each.end
    return tuple(apart)


def whole_sentences(text: str, country: str | None = None) -> list[str]:
    """Return the sentences of a text, none of which ends within a number: `BGBl. 2024 I Nr. 54`."""
    named, whole = find_numbers(text, country), list[str]()
    start, end = 0, 0
    for sentence in sentences(text):
        begin = text.index(sentence, end)
        if not whole or not any(each.start < begin < each.end for each in named):
            start = begin
            whole.append(sentence)
        end = begin + len(sentence)
        whole[-1] = text[start:end]
    return whole


def _by_digits(folded: str) -> Iterator[tuple[int, int]]:
    """Yield the parts of a text in which a number can stand: most of a long text is none."""
    start, end = 0, 0
    for digits in _DIGITS.finditer(folded):
        if digits.start() - BESIDE > end:
            if end:
                yield max(start, 0), end
            start = digits.start() - BESIDE
        end = digits.end() + BESIDE
    if end:
        yield max(start, 0), min(end, len(folded))


def _named(folded: str, start: int, end: int, country: str | None) -> Iterator[Named]:
    letters = folded[start:end]
    for spelling in (*_anywhere(), *_here(country)):
        if any(map(letters.__contains__, spelling.needed)):
            for match in spelling.pattern.finditer(folded, start, end):
                yield _made(spelling, match)


def _made(spelling: _Spelling, match: re.Match[str]) -> Named:
    values = _values(match)
    year = int(values["year"]) if "year" in values else None
    return Named(spelling.kind, spelling.name.format_map(values), year, *match.span())


def _values(match: re.Match[str]) -> dict[str, str]:
    """Return what a name is made of: numbers without leading zeros, years with four digits (`year`)
    and with two (`yy`)."""
    values = {name: value for name, value in match.groupdict().items() if value is not None}
    for name, value in [*values.items()]:
        base = name.rstrip(string.digits)
        if convert := _CONVERSIONS.get(base):
            made = convert(value)
            values |= {name if each == base else each: one for each, one in made.items()}
    return values


def _century(digits: str) -> int:
    year = full_year(digits)
    return year if year < 2050 else year - 100


def _day(words: str) -> dict[str, str]:
    """Return the day that words name in ISO 8601, and its year."""
    found = next((each for each in find_dates(words, None) if each.year), None)
    year = words[-4:]
    day = f"{year}-{found.month:02}-{found.day:02}" if found else year
    return {"date": day, "year": year, "yy": year[-2:]}


def _upper(value: str) -> str:
    return value.translate(_LATIN).upper()


def _year(digits: str) -> dict[str, str]:
    return {"year": digits, "yy": digits[-2:]}


_CONVERSIONS: dict[str, Callable[[str], dict[str, str]]] = {
    "number": lambda value: {"number": str(int(value))},
    "application": lambda value: {"application": str(int(value))},
    "dossier": lambda value: {"number": re.sub(r"\D", "", value)},
    "roman": lambda value: {"roman": _upper(value)},
    "letter": lambda value: {"letter": _upper(value)},
    "letters": lambda value: {"letters": _upper(value)},
    "code": lambda value: {"code": _upper(value)},
    "session": lambda value: {"session": f"{value[:4]}/{value[-2:]}", "year": value[:4]},
    "date": _day,
    "iso_date": lambda value: {"date": value, **_year(value[:4])},
    "year": _year,
    "old_year": _year,
    "yy": lambda value: {"yy": value, "year": str(_century(value))},
}
"""What a name is made of, of what stands for some placeholders."""


# ------------------------------------------------------------------ forms


@lru_cache(maxsize=1)
def _anywhere() -> tuple[_Spelling, ...]:
    return tuple(
        _Spelling(form, spelling)
        for country in sorted(languages_of("references"))
        for form in _forms(country)
        for spelling in form.anywhere
    )


@lru_cache(maxsize=64)
def _here(country: str | None) -> tuple[_Spelling, ...]:
    code = (country or "").lower()
    if code not in languages_of("references"):
        return ()
    return tuple(_Spelling(form, spelling) for form in _forms(code) for spelling in form.here)


@lru_cache(maxsize=64)
def _as_shown(country: str | None) -> tuple[_Spelling, ...]:
    """Return the spellings of messages of what has a spelling that means it in a text about a
    country, or in any text (None)."""
    code = (country or "").lower()
    return tuple(
        _Spelling(form, form.name.replace("{date}", "{iso_date}"))
        for each in ([code] if code else sorted(languages_of("references")))
        for form in _forms(each)
        if (form.here if code else form.anywhere)
    )


@lru_cache(maxsize=64)
def _forms(country: str) -> tuple[_Form, ...]:
    return read_data(f"references/{country}", _Forms).forms


def _needed(written: str) -> tuple[str, ...]:
    """Return letters of which a text that has a spelling has some: the longest there are."""
    fixed = _OPTIONAL.sub(" ", written)
    choices = [match[1].split("|") for match in _CHOICE.finditer(fixed)]
    runs = [[run] for run in _LETTERS.findall(_CHOICE.sub(" ", fixed))]
    needed = [[_longest(each) for each in choice] for choice in (*choices, *runs)]
    return tuple(max(needed, key=lambda each: min(map(len, each)), default=("",)))


def _longest(written: str) -> str:
    return max(_LETTERS.findall(_PLACEHOLDER.sub(" ", written)), key=len, default="")


def _pattern(written: str) -> str:
    """Return the pattern of a folded spelling."""
    tokens = [*_TOKEN.finditer(written)]
    pieces, before = list[str](), ""
    for token, following in zip(tokens, [*tokens[1:], None], strict=True):
        after = following[0] if following else ""
        pieces.append(_piece(token, before, after))
        before = token[0]
    return "".join(pieces)


_SIGNS = {"[": "(?:", "]": ")?", "<": "(?:", ">": r")\.?", "|": "|", "*": r"\w*", "-": "[-–]",
          "'": "['’]"}  # fmt: skip


def _piece(token: re.Match[str], before: str, after: str) -> str:
    """Return the pattern of a token of a spelling, which stands between two others."""
    text, name, digit, sign = token[0], token[1], token[2], token[3]
    if name:
        return _placeholder(name, digit)
    if text.isspace():
        is_between_letters = bool(_WORD.fullmatch(before) and _WORD.fullmatch(after))
        return r"\s+" if is_between_letters else r"\s*"
    if text == "." and before.isalpha():
        return r"\.?\s?" if after.isalpha() else r"\.?"
    return _SIGNS.get(text) or re.escape(sign or text)


def _placeholder(name: str, digit: str) -> str:
    match name:
        case "no":
            return _number_sign()
        case "skip":
            return r"\d+"
        case _:
            return f"(?P<{name}{digit}>{_PATTERNS[name]})"


@lru_cache(maxsize=1)
def _number_sign() -> str:
    signs = sorted(number_signs(), key=len, reverse=True)
    return rf"(?:(?:{'|'.join(map(_pattern, signs))})\.?\s*)?"


@lru_cache(maxsize=1)
def number_signs() -> frozenset[str]:
    """Return what stands for "number" before one, folded and without a full stop: `nr`, `№`."""
    signs = read_data("reference_words", _Signs).signs
    return frozenset(fold(sign).rstrip(".") for sign in signs)
