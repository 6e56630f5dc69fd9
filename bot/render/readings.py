"""Render readings: what was seen of a development, and what differs between two readings."""

from collections.abc import Iterator, Sequence

from markupsafe import Markup

from bot.evidence import absence, last_seen, taken_down
from bot.evidence.comparison import Comparison, Difference, Segment
from bot.i18n import ENGLISH, Locale
from bot.models import Development
from bot.models.deliveries import Message
from bot.models.readings import Reading
from bot.render.head_line import head_line
from bot.render.templates import message
from bot.text import PAGE_BREAK, shorten, utf16_length

PAGE = 2_800
"""UTF-16 units of a text on one page: with its hashes, and in bytes, it fits a message."""
ENTITIES = 60
"""Marked segments on one page: Telegram shows 100 and drops the others."""
PASSAGE = 1_000
"""Units of a segment that is shown; the bundle and the text have it whole."""
CONTEXT = 200
"""Units of what two sentences have in common, on either side of what differs."""

_TAGS = {"same": Markup("{}"), "gone": Markup("<s>{}</s>"), "come": Markup("<b>{}</b>")}
_SIGNS = {"same": Markup(), "gone": Markup("➖ "), "come": Markup("➕ ")}


def as_seen(
    record: Development, readings: Sequence[Reading], number: int, page: int, to: Locale = ENGLISH
) -> tuple[Message, int]:
    """Render a page of the text of a reading, by its number from 1 on, and with it how many pages
    the text has."""
    reading = readings[number - 1]
    gone = None if reading.is_gone else taken_down(readings, reading)
    texts = text_pages(reading.text.replace(PAGE_BREAK, "\n\n"))
    page = min(page, len(texts) - 1)
    rendered = message(
        "chat/as_seen",
        to,
        head_line=head_line(record, to),
        readings=readings,
        number=number,
        reading=reading,
        last_seen=last_seen(readings, reading),
        absence=absence(readings, reading),
        gone=gone,
        gone_after=last_seen(readings, gone) if gone else None,
        text=texts[page],
        page=page + 1,
        pages=len(texts),
    )
    return rendered, len(texts)


def changes(
    record: Development,
    readings: Sequence[Reading],
    numbers: tuple[int, int],
    compared: Comparison,
    page: int,
    to: Locale = ENGLISH,
) -> tuple[Message, int]:
    """Render a page of what differs between two readings, by their numbers, and with it how many
    pages there are."""
    shown = [*_difference_pages(compared.differences)] or [Markup()]
    page = min(page, len(shown) - 1)
    rendered = message(
        "chat/changes",
        to,
        head_line=head_line(record, to),
        readings=readings,
        numbers=numbers,
        last_seen=last_seen(readings, readings[numbers[1] - 1]),
        absence=absence(readings, readings[numbers[1] - 1]),
        differences=shown[page],
        is_partial=compared.is_partial,
        page=page + 1,
        pages=len(shown),
    )
    return rendered, len(shown)


def text_pages(text: str) -> list[str]:
    """Return a text in pages, which end between lines, else between words; one empty page where
    there is none."""
    pages, rest = list[str](), text
    while utf16_length(rest) > PAGE:
        # A page of letters beyond the Basic Multilingual Plane has half as many.
        head = rest[:PAGE] if utf16_length(rest[:PAGE]) <= PAGE else rest[: PAGE // 2]
        end = max(head.rfind("\n"), head.rfind(" ") if head.rfind("\n") < len(head) // 2 else -1)
        end = end if end > len(head) // 2 else len(head)
        pages.append(rest[:end])
        rest = rest[end:].lstrip()
    return [*pages, rest]


def _difference_pages(differences: Sequence[Difference]) -> Iterator[Markup]:
    page, length, marked = list[Markup](), 0, 0
    for difference in differences:
        shown = Markup("").join(_sign(difference) + _segments(difference))
        more, tags = utf16_length(shown.striptags()), shown.count("</")
        if page and (length + more > PAGE or marked + tags > ENTITIES):
            yield Markup("\n\n").join(page)
            page, length, marked = [], 0, 0
        page.append(shown)
        length, marked = length + more + 2, marked + tags
    if page:
        yield Markup("\n\n").join(page)


def _sign(difference: Difference) -> list[Markup]:
    """Return what stands before a sentence that one of the readings has alone."""
    first, *others = difference
    return [] if others else [_SIGNS[first.kind]]


def _segments(difference: Difference) -> list[Markup]:
    shown = list[Markup]()
    for place, segment in enumerate(difference):
        ends = place == 0, place == len(difference) - 1
        text = _TAGS[segment.kind].format(_shortened(segment, *ends))
        shown += [text] if place == 0 else [Markup(" "), text]
    return shown


def _shortened(segment: Segment, is_first: bool, is_last: bool) -> str:  # noqa: FBT001
    """Return the words of a segment, without the middle of what both readings have."""
    text = segment.text
    if segment.kind != "same":
        return shorten(text, PASSAGE)
    if len(text) <= 2 * CONTEXT:
        return text
    start = "" if is_first else text[:CONTEXT].rpartition(" ")[0]
    end = "" if is_last else text[-CONTEXT:].partition(" ")[2]
    return " … ".join((start, end)).strip(" ") if start and end else f"{start} … {end}".strip()
