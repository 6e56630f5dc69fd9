"""Find the law that is named by a day: `Act of 5 May 2026`, `Lei n.º 61/2025, de 22 de outubro`."""

import re
from collections.abc import Iterable
from typing import NamedTuple

from bot.dates.mentions import Day
from bot.text.terms import any_of

FAR = 160
"""Characters between a law and its day."""

_ON = r"\W{1,3}(?:[^\W\d][^\s,;:()]*\s+){1,3}"
"""What a law is on: `law on asylum of 5 May`."""
_NUMBER = r"[^\d,;:]{0,60}\d[^\s,;:]*[\s,)]*(?:[^\W\d][^\s,;:()]*[\s,)]+){0,2}"
"""Its number, and the gazette: `zákon č. 314/2025 Sb. ze dne`."""
_UNION = r"[^,;:\d]*(?:eiropa|eorp|euro|evro|ewro|ευρω|европ|європ)[^,;:\d]*\s"
"""Whom the acts of the Union are named by: `of the European Parliament and of the Council of`."""
_NUMBER_SIGN = r"(?:nr|nro|no|n|sz|№)\b\W*\S*\d"


class Law(NamedTuple):
    """Where a text names a law."""

    start: int
    end: int


class DatedLaws:
    """The laws of a language, and how it names them by a day; texts are folded."""

    def __init__(
        self, laws: Iterable[str], between: Iterable[str], after_day: Iterable[str]
    ) -> None:
        """`between`: what stands between a law and its day, "" where nothing need; `after_day`:
        the same where the day comes first."""
        between = tuple(between)
        law = any_of(laws)
        self._laws = re.compile(rf"(?<!\w){law}(?!\w)")
        named_by = rf"(?<!\w){any_of(between)}\W*"
        bare = r"|(?:\W*\d+/\d+)?\s+" if "" in between else ""
        union = rf"(?:{_NUMBER})?{_UNION}"
        self._between = re.compile(rf"\W*{named_by}|(?:{_ON}|{_NUMBER}|{union}){named_by}{bare}")
        self._behind = re.compile(
            rf"\W{{0,3}}{any_of(after_day)}\W+(?:\w+\W+){{0,3}}?({law})(?!\w)"
            rf"|\W{{1,3}}(?:\w+\W+){{0,2}}?({law})\W+{_NUMBER_SIGN}"
        )

    def named_by(self, text: str, day: Day) -> Law | None:
        """Return the law that a day is part of the name of."""
        start = max(day.start - FAR, 0)
        for law in reversed([*self._laws.finditer(text, start, day.start)]):
            if self._between.fullmatch(text, law.end(), day.start):
                return Law(*law.span())
        behind = self._behind.match(text, day.end, day.end + FAR)
        return Law(*behind.span(behind.lastindex or 0)) if behind else None
