"""Take the words of a command apart: phrases between commas, tokens within them (pure).

Every letter, digit and symbol is part of a token, so that none is passed over in silence.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import Literal, Protocol

from msgspec import Struct
from msgspec.structs import replace

from bot.text import tidy

_QUOTES = str.maketrans("„“”«»‟", '""""""')
_MINUSES = "-–−"
_JOINTS = r"'’ʼ‘‑\-.:/@&"
"""What stands within a word: `п'ятниця`, `C-123/24`, `08:00`."""
_SIGNS = "+=<>~^`"
"""Symbols that stand between words and mean nothing here."""
_FIRST_FLAG = 0x1F1E6
"""The regional indicator of A: two of them are the flag of a country."""

Kind = Literal["word", "quoted", "symbol"]


class Token(Struct, frozen=True):
    """A word of a command, a quotation, or symbols: an emoji that is no flag of a country."""

    kind: Kind
    text: str
    """What it says: a flag the code of its country, a quotation what is between its marks."""
    typed: str
    """As it is written, with the marks that touch it."""
    is_excluded: bool = False
    """Whether a minus stands before it: `-football`."""
    is_joined: bool = False
    """Whether it touches the token before it."""


Phrase = tuple[Token, ...]


@lru_cache(maxsize=1)
def _pattern() -> re.Pattern[str]:
    marks = "".join(
        chr(number)
        for number in range(0x300, 0xFFFF)
        if unicodedata.category(chr(number))[0] == "M"
    )
    letter = rf"[\w{re.escape(marks)}]"  # Indic vowels are marks
    return re.compile(
        r'(?P<quoted>"[^"]*"|"[^",\n]*)'
        r"|(?P<flag>[\U0001f1e6-\U0001f1ff]{2})"
        r"|(?P<end>[,;，、،؛；|·•\n])"
        rf"|(?P<word>\*?{letter}+(?:[{_JOINTS}]{letter}+)*\*?)"
        r"|(?P<other>\S)",
        re.DOTALL,
    )


class Typed(Protocol):
    """A token, or several."""

    @property
    def typed(self) -> str:
        """As it is written."""

    @property
    def is_joined(self) -> bool:
        """Whether it touches what stands before it."""


def written(tokens: Iterable[Typed]) -> str:
    """Return tokens as they are typed."""
    return "".join(f"{'' if token.is_joined else ' '}{token.typed}" for token in tokens).strip()


def phrases(text: str) -> Iterator[Phrase]:
    """Yield the phrases of a text that have a token. Commas, semicolons and line breaks part them,
    but not within quotation marks."""
    typed, begin = tidy(text).translate(_QUOTES), 0
    found: list[re.Match[str]] = []
    for match in _pattern().finditer(typed):
        if match.lastgroup == "end":
            yield from _phrase(found, typed[: match.start()], begin)
            found, begin = [], match.end()
        elif match.lastgroup != "other" or _is_symbol(match[0]):
            found.append(match)
    yield from _phrase(found, typed, begin)


def _phrase(found: list[re.Match[str]], text: str, begin: int) -> Iterator[Phrase]:
    """Yield the tokens of what stands between two commas, with the marks that touch each."""
    tokens = []
    for place, match in enumerate(found):
        before = text[found[place - 1].end() if place else begin : match.start()]
        after = text[match.end() : found[place + 1].start() if match is not found[-1] else None]
        is_joined = place > 0 and " " not in before  # tidy text has no other white space
        lead = "" if is_joined else before.rpartition(" ")[2]
        typed = lead + match[0] + after.partition(" ")[0]
        if token := _token(match, typed, is_excluded=bool(lead) and lead in _MINUSES):
            tokens.append(replace(token, is_joined=is_joined))
    yield from [tuple(tokens)] if tokens else []


def _token(match: re.Match[str], typed: str, *, is_excluded: bool) -> Token | None:
    text = match[0]
    match match.lastgroup:
        case "quoted":
            said = " ".join(text.strip('"').split())
            return Token("quoted", said, typed, is_excluded) if said else None
        case "flag":
            code = "".join(chr(ord(letter) - _FIRST_FLAG + ord("A")) for letter in text)
            return Token("word", code, typed)
        case "word":
            return Token("word", text, typed, is_excluded)
    return Token("symbol", text, typed)


def _is_symbol(letter: str) -> bool:
    """Return whether a character is no punctuation, which may be passed over."""
    return unicodedata.category(letter)[0] not in "PZC" and letter not in _SIGNS
