"""Sites whose items have an English edition, or seem to (`edition_sites.toml`)."""

import datetime as dt
import tomllib
from pathlib import Path

import msgspec
from msgspec import Struct

from tests.fakes.sources import Entry, FakeSources, atom, rss
from tests.pipeline.entries import OLD


class Text(Struct, frozen=True):
    """What an article says."""

    title: str
    text: str


class Page(Struct, frozen=True, kw_only=True):
    """A page beside that of the item; without words of its own, it is the English edition."""

    path: str
    head: str = ""
    links: str = ""
    title: str = ""
    text: str = ""
    redirect: str = ""
    feed: str = ""
    """The path to which the item of an English feed leads."""


class Site(Struct, frozen=True, kw_only=True):
    """A site that publishes an item."""

    name: str
    language: str
    path: str
    title: str
    text: str
    head: str = ""
    links: str = ""
    atom: str = ""
    """The path of the edition that the entry of its Atom feed names."""
    english: Text | None = None
    pages: tuple[Page, ...] = ()

    def publish_item(self, web: FakeSources) -> None:
        """Publish the item in the feed, and its page."""
        self._publish_page(web, self.path, self.head, self.links, Text(self.title, self.text))
        date = dt.datetime(2025, 1, 16, 9, 0)
        entry = Entry(self.title, web.url(self.path), "item", date, self.text)
        write = atom if self.atom else rss
        feed = write([entry, OLD], self.language)
        if self.atom:
            link = f'<link rel="alternate" hreflang="en" href="{web.url(self.atom)}"/>'
            feed = feed.replace("<id>item</id>", f"<id>item</id>{link}")
        web.publish("/rss", feed)

    def publish_pages(self, web: FakeSources) -> None:
        """Publish the other pages of the site."""
        for page in self.pages:
            said = Text(page.title, page.text) if page.title else self.english
            assert said is not None
            if page.redirect:
                web.redirects(page.path, page.redirect, 302)
            elif page.feed:
                date = dt.datetime(2025, 1, 16, 9, 0)
                entry = Entry(said.title, web.url(page.feed), "english", date, said.text)
                web.publish(page.path, rss([entry], "en"))
            else:
                self._publish_page(web, page.path, page.head, page.links, said)

    def _publish_page(self, web: FakeSources, path: str, head: str, links: str, said: Text) -> None:
        html = (
            f"<html><head><title>{said.title} - Site</title>{head}</head><body>"
            f"<header><a href='/'>Site</a>{links}</header><main><h1>{said.title}</h1>"
            f"<p>{said.text}</p></main><footer>Site 2025</footer></body></html>"
        )
        other = web.url("").replace("127.0.0.1", "localhost")
        html = html.replace("{site}", web.url("")).replace("{other}", other)
        web.publish(path, html, "text/html; charset=utf-8")


_FILE = Path(__file__).with_name("edition_sites.toml").read_text(encoding="utf-8")
SITES = msgspec.convert(tomllib.loads(_FILE)["sites"], list[Site])
