"""The head line of a development: what decides whether to read on.

`🇸🇰 Slovakia · Access to procedure · Legislative · SK-2026-0012`, in the reader's language: with it
begins each message about a development, and so what a locked phone shows of it.
"""

from collections.abc import Iterable, Iterator
from itertools import chain, repeat

from bot import taxonomy
from bot.i18n import ENGLISH, Locale
from bot.models import Confidence, Development
from bot.text import one_line, shorten

PROBABLE = 0.5
"""The probability below which a label is marked: it is less likely than not."""
INLINE_LIMIT = 100
"""Units of the title of an inline result."""

_INDICATOR_A = 0x1F1E6
"""REGIONAL INDICATOR SYMBOL LETTER A: two such letters are a flag (Unicode Technical Standard 51,
Annex B)."""


def head_line(record: Development, to: Locale = ENGLISH, *, is_numbered: bool = True) -> str:
    """Return the flag, country, themes in short, type and number of a development; what it lacks
    is left out."""
    number = record.id if is_numbered else None
    where, what = place(record.country, to), short_themes(record, to)
    return _joined(where, what, to.gettext(record.type), number)


def inline_lines(record: Development, to: Locale) -> tuple[str, str]:
    """Return the two lines of a development in a list of inline results. A phone shows some thirty
    letters of the first: so the country and the type stand before the title, themes below."""
    where, type_ = place(record.country, to), to.gettext(record.type)
    title = _joined(where, type_, one_line(record.title))
    day = to.day(record.date) if record.date else None
    return shorten(title, INLINE_LIMIT), _joined(short_themes(record, to), day)


def place(country: str | None, to: Locale) -> str:
    """Return a country with its flag: `🇸🇰 Slovakia`; nothing for none."""
    return f"{flag(country)} {to.country(country)}".strip() if country else ""


def flag(country: str | None) -> str:
    """Return the flag of a country or of the EU as an emoji; for any other code nothing."""
    if country is None or not taxonomy.is_country(country):
        return ""
    return "".join(chr(_INDICATOR_A + ord(letter) - ord("A")) for letter in country)


def short_themes(record: Development, to: Locale) -> str:
    """Return in short what a development is about: its themes, or topics that say more than
    “General”; what is doubted as a question."""
    confidence = record.confidence or Confidence()
    codes, shares = record.themes, confidence.themes
    if record.topics and record.themes in ((), ("general",)):
        codes, shares = record.topics, confidence.topics
    labels = [to.gettext_raw(taxonomy.short_label(code)) for code in codes]
    return ", ".join(
        to.gettext("{label}?", label=label) if is_doubted else label
        for label, is_doubted in zip(labels, doubts(confidence, shares), strict=False)
    )


def doubts(confidence: Confidence, shares: Iterable[float]) -> Iterator[bool]:
    """Yield, without end, whether each label is marked: it is less likely than not, or no editor
    decided in time. One without a probability is certain."""
    return (share < PROBABLE or confidence.is_undecided for share in chain(shares, repeat(1.0)))


def _joined(*parts: str | None) -> str:
    return " · ".join(filter(None, parts))
