"""Read a PDF: the text of its first pages, within limits.

`pypdf` reads what a page draws, in the order in which it draws it; `pdf_text` makes a text of that.
"""

import logging
import re
import time
from collections.abc import Iterator
from io import BytesIO
from typing import TYPE_CHECKING, Any

from msgspec import Struct

from bot.errors import ParseError
from bot.models import PageText
from bot.models.sources import Document, Fetched, Item, Source
from bot.parse.item import TEXT_LIMIT
from bot.parse.pdf_text import has_readable_text, join_pages, lines_of, without_running_lines
from bot.text import PAGE_BREAK, first_sentence, one_line, shorten

if TYPE_CHECKING:
    from pypdf import PageObject, PdfReader

PAGES = 40
"""Pages that are read; `item.TEXT_LIMIT` holds about as many."""
SECONDS = 10.0
"""Seconds of computing after which no further page is begun: a busy machine reads as far as an idle
one. A page beyond the deadline of its worker (`pipeline.worker_pool`) costs the whole document."""
PAGE_TEXT = 50_000
"""Characters of one page that are read; a dense one of a gazette has 10,000."""
HEADER = 1024
"""Bytes in which `%PDF-` stands, as readers take it (ISO 32000-1, annex H, note 13)."""
LIMITS: dict[str, Any] = {
    "zlib_maximum_output_length": 4_000_000,
    "lzw_maximum_output_length": 4_000_000,
    "run_length_maximum_output_length": 4_000_000,
    "brotli_maximum_output_length": 4_000_000,
    "array_based_stream_maximum_output_length": 4_000_000,
    "stream_filters_maximum_length": 4,
    "stream_decoding_work_maximum_length": 16_000_000,
    "stream_parsing_work_maximum_count": 100_000,  # pypdf takes the square of it
    "page_tree_maximum_entries": 20_000,
    "page_tree_maximum_page_entries": 400_000,
    "page_tree_maximum_depth": 50,
    "xform_maximum_invocations_per_extraction": 500,
    "jbig2dec_binary": None,  # no picture is decoded, still less by another program
}
"""What one document may cost pypdf (`pypdf.Configuration`): a tenth to a half of its defaults."""
XREF_ENTRIES = 300_000
"""Objects that a document may have."""

TITLE_LETTERS = (8, 250)
"""The fewest and the most letters of a title."""
LARGER = 1.15
"""How much larger than the text a title is printed at least."""
_FILE_NAME = re.compile(
    r"microsoft (?:word|powerpoint|excel)\b.*|.*\.(?:docx?|odt|rtf|pdf|indd|xlsx?|pptx?|tmp|qxp)"
    r"|(?:untitled|bez názvu|ohne titel|sans titre|senza titolo|dokument|scan)\W*(?:\w+\W*)?"
    r"|\S*[\d_]\S*",
    re.IGNORECASE,
)
"""Titles that a program writes by itself: a file's name, its own, a single word with digits."""

_Sized = tuple[float, str]
"""A text with the size it is printed in."""


class _Page(Struct, frozen=True):
    text: str
    sized: tuple[_Sized, ...]
    has_picture: bool


def is_pdf(body: bytes) -> bool:
    """Return whether a body is a PDF: by what it is, whatever it is called."""
    return b"%PDF-" in body[:HEADER] and not body.lstrip().startswith(b"<")


def parse_pdf(body: bytes) -> PageText:
    """Return the title and the text of a PDF, with a form feed between its pages.

    Raises ParseError where it is broken. What has no readable text, or cannot be opened without a
    password, is told by its `medium`.
    """
    # Imported late: few processes ever read a PDF, and it takes as long as the rest of the parsers.
    from pypdf import apply_configuration
    from pypdf.errors import PyPdfError

    logging.getLogger("pypdf").setLevel(logging.CRITICAL)  # it tells of each oddity
    with apply_configuration(**LIMITS):
        try:
            return _read(body)
        except PyPdfError as error:
            reason = shorten(one_line(str(error)), 200)
            raise ParseError(f"is a PDF that cannot be read ({reason})") from None


def pdf_document(source: Source, fetched: Fetched) -> Document:
    """Return a PDF as a document of one item; what is to be known of it stands among the problems.
    Raises ParseError."""
    page = parse_pdf(fetched.body or b"")
    item = Item(
        source=source.id,
        title=page.title or first_sentence(page.text) or fetched.url,
        url=fetched.url,
        text=page.text,
        language=source.language,
        medium=page.medium,
    )
    pages = f"a PDF; its text has {page.text.count(PAGE_BREAK) + 1} pages, a form feed between them"
    said = {
        "pdf": pages,
        "scanned": "a PDF without text that can be read, such as a scan",
        "locked": "a PDF locked with a password",
    }
    return Document(items=(item,), total=1, problems=(said[page.medium],))


def _read(body: bytes) -> PageText:
    from pypdf import PasswordType, PdfReader

    reader = PdfReader(BytesIO(body), xref_stream_maximum_entries=XREF_ENTRIES)
    # Many have an owner's password alone, which keeps from printing: the empty one opens them.
    if reader.is_encrypted and reader.decrypt("") == PasswordType.NOT_DECRYPTED:
        return PageText(medium="locked")
    pages = list(_pages(reader))
    if not pages:
        raise ParseError("is a PDF without a page that can be read")
    if not has_readable_text([page.text for page in pages], [page.has_picture for page in pages]):
        return PageText(title=_own_title(reader), medium="scanned")
    text = join_pages(without_running_lines([lines_of(page.text) for page in pages]))
    title = _own_title(reader) or _printed_title(pages[0], text)
    is_cut = len(text) > TEXT_LIMIT or len(reader.pages) > len(pages)
    return PageText(title=title, text=text[:TEXT_LIMIT], medium="pdf", is_cut=is_cut)


def _pages(reader: "PdfReader") -> Iterator[_Page]:
    """Yield the first pages; one that breaks is empty, so that the others keep their numbers."""
    begun = time.process_time()
    for number in range(min(len(reader.pages), PAGES)):
        if time.process_time() - begun > SECONDS:
            return
        try:
            yield _read_page(reader.pages[number])
        except MemoryError:
            raise
        except Exception:  # broken pages raise errors of all kinds
            if number == 0 and len(reader.pages) == 1:
                raise
            yield _Page("", (), has_picture=False)


def _read_page(page: "PageObject") -> _Page:
    sized = list[_Sized]()

    def note(text: str, _matrix: Any, place: Any, _font: Any, size: float) -> None:
        if text.strip():
            sized.append((abs(size * (place[3] or place[1] or 1)), text))

    text = page.extract_text(visitor_text=note)[:PAGE_TEXT]
    return _Page(text, tuple(sized), has_picture=_has_picture(page))


def _has_picture(page: "PageObject") -> bool:
    resources: Any = page.get("/Resources", {})
    try:
        objects = resources.get_object().get("/XObject", {}).get_object()
        return any(each.get_object().get("/Subtype") == "/Image" for each in objects.values())
    except AttributeError:  # it is something else than the dictionary that it should be
        return False


def _own_title(reader: "PdfReader") -> str:
    """Return the title that a document says it has, unless a program has written it by itself."""
    try:
        title = one_line(reader.metadata.title or "") if reader.metadata else ""
    except Exception:  # noqa: BLE001 - the text can be read all the same
        return ""
    return title if _is_title(title) else ""


def _printed_title(page: _Page, text: str) -> str:
    """Return what is printed largest on a page, where that is larger than the rest of it; else the
    first line of the text, where that may be a title."""
    sizes = sorted(size for size, words in page.sized for _ in words.split())
    largest = sizes[-1] if sizes and sizes[-1] >= LARGER * sizes[len(sizes) // 2] else None
    printed = one_line(" ".join(words for size, words in page.sized if size == largest))
    found = (printed, one_line(text.partition("\n")[0]))
    return next(filter(_is_title, found), "")


def _is_title(title: str) -> bool:
    fewest, most = TITLE_LETTERS
    letters = sum(map(str.isalpha, title))
    is_sentence = title.endswith((".", ",", ";", ":"))
    has_words = fewest <= letters <= most and " " in title and not is_sentence
    return has_words and not _FILE_NAME.fullmatch(title)
