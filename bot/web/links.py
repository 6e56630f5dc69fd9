"""Make the links of the pages: to addresses of the running server, or to files beside each
other."""

from typing import Protocol
from urllib.parse import urlencode

from msgspec import Struct

from bot.web.selection import Selection

FILED = ("country", "theme", "type")
"""Facets of which each label has files of its own."""


class Links(Protocol):
    """The addresses that a page links to. A page that there is not is None."""

    @property
    def fields(self) -> dict[str, str]:
        """The hidden fields of each form."""

    @property
    def is_live(self) -> bool:
        """Whether a server answers: there are forms, and any selection."""

    def page(self, name: str) -> str:
        """Return the address of a page or file; the empty name stands for the first page."""

    def record(self, id_: str) -> str:
        """Return the address of a record."""

    def selected(self, selection: Selection) -> str | None:
        """Return the address of what a selection finds."""

    def chosen(self, selection: Selection, label: str) -> str | None:
        """Return the address of a selection with a label chosen, or no longer so."""

    def feed(self, selection: Selection, name: str) -> str | None:
        """Return the address of a feed of a selection, by the name of its file."""

    def in_language(self, code: str) -> str | None:
        """Return the address of the same page in another language."""


class ServerLinks(Struct, frozen=True, kw_only=True):
    """Addresses of the running server."""

    here: str
    """The path of the page."""
    others: tuple[tuple[str, str], ...]
    """The parameters of its address but for the language."""
    language: str
    """That was asked for; empty: the browser's."""

    @property
    def fields(self) -> dict[str, str]:
        """Return the hidden fields of each form."""
        return {"lang": self.language} if self.language else {}

    @property
    def is_live(self) -> bool:
        """Return true: a server answers each of them."""
        return True

    def page(self, name: str) -> str:
        """Return the address of a page."""
        return self._with_language(f"/{name}", [])

    def record(self, id_: str) -> str:
        """Return the address of a record."""
        return self._with_language(f"/d/{id_}", [])

    def selected(self, selection: Selection) -> str:
        """Return the address of what a selection finds."""
        return self._with_language("/", selection.fields())

    def chosen(self, selection: Selection, label: str) -> str:
        """Return the address of a selection with a label chosen, or no longer so."""
        return self.selected(selection.with_label(label))

    def feed(self, selection: Selection, name: str) -> str:
        """Return the address of a feed of a selection."""
        return self._with_language(f"/{name}", selection.on_page(1).fields())

    def in_language(self, code: str) -> str:
        """Return the address of the same page in another language."""
        return f"{self.here}?{urlencode([*self.others, ('lang', code)])}"

    def _with_language(self, path: str, parameters: list[tuple[str, str]]) -> str:
        given = urlencode([*parameters, *self.fields.items()])
        return f"{path}?{given}" if given else path


class FileLinks(Struct, frozen=True):
    """Addresses of files, relative to the page that they stand on: they hold wherever the folder
    lies."""

    depth: int
    """In how many folders the page lies."""

    @property
    def fields(self) -> dict[str, str]:
        """Return none: there are no forms."""
        return {}

    @property
    def is_live(self) -> bool:
        """Return false: there is nothing but files."""
        return False

    def page(self, name: str) -> str:
        """Return the address of a page or file."""
        return "../" * self.depth + page_file(name)

    def record(self, id_: str) -> str:
        """Return the address of a record."""
        return self.page(f"d/{id_}")

    def selected(self, selection: Selection) -> str | None:
        """Return the address of what a selection finds, where it is of one label at most."""
        folder = folder_of(selection)
        if folder is None:
            return None
        return self.page(f"{folder}{selection.page}" if selection.page > 1 else folder)

    def chosen(self, selection: Selection, label: str) -> str | None:
        """Return the address of a label alone, or that of all records where it is chosen."""
        is_chosen = label in selection.labels
        return self.selected(Selection(labels=frozenset() if is_chosen else frozenset({label})))

    def feed(self, selection: Selection, name: str) -> str | None:
        """Return the address of the feed of a selection."""
        folder = folder_of(selection)
        return None if folder is None else self.page(f"{folder}{name}")

    def in_language(self, code: str) -> None:
        """Return None: all files are in one language."""


def folder_of(selection: Selection) -> str | None:
    """Return the folder of a selection's files, with its `/`; None: it has none."""
    if selection.text or selection.since or selection.until or len(selection.labels) > 1:
        return None
    facet, _, code = next(iter(selection.labels), "").partition(":")
    if facet and facet not in FILED:
        return None
    return f"{facet}/{code}/" if facet else ""


def page_file(name: str) -> str:
    """Return the name of the file of a page: a web server that is asked for the name answers with
    it."""
    return name if "." in name else f"{name.rstrip('/')}/index.html".lstrip("/")
