"""Article pages of ministries, in three layouts."""

import tomllib
from pathlib import Path

import msgspec
from msgspec import Struct


class ArticlePage(Struct, frozen=True):
    """What a page publishes, and what stands around it (`article_pages.toml`)."""

    language: str
    site: str
    title: str
    lead: str
    body: tuple[str, ...]
    around: tuple[str, ...]


_FILE = Path(__file__).with_name("article_pages.toml").read_text(encoding="utf-8")
PAGES = msgspec.convert(tomllib.loads(_FILE)["pages"], list[ArticlePage])

_HEAD = (
    "<!doctype html><html lang='{0.language}'><head><title>{0.title} - {0.site}</title>"
    "<meta property='og:title' content='{0.title}'></head><body>"
)
LAYOUTS = {
    # Everything in one element, and nothing but its words tells what it is.
    "flat": _HEAD + "<div><p>{a[1]}</p><h1>{a[0]} {0.title}</h1><p>{a[2]}</p><p>{a[3]}</p>"
    "<p><b>{0.lead}</b></p><p>{a[4]}</p><p>{body}</p><p>{a[5]}</p>"
    "<p>{a[6]}</p><p>Biuro Prasowe<br>+420 974 801 802<br>press@ministry.example</p>"
    "</div></body></html>",
    # A theme that names its parts, with a lead outside of the text.
    "named": _HEAD + "<header><h1 class='logo'>{0.site}</h1></header><main><nav>{a[1]}</nav>"
    "<h1>{0.title} | {0.site}</h1><div class='intro'><div>{0.lead}</div></div>"
    "<div class='posted-on'>{a[2]}</div><div class='social-share'>{a[3]}</div>"
    "<div class='content'><figure><img src='x'><figcaption>{a[4]}</figcaption></figure>"
    "<p>{body}</p><div class='related'>{a[5]}</div></div></main>"
    "<footer><h4>{a[6]}</h4>press@ministry.example</footer></body></html>",
    # Line breaks within one paragraph, and the title in capitals.
    "lines": _HEAD + "<article><h1>{upper}</h1><p>{0.lead}</p><p>{body}</p>"
    "<p>{a[4]}<br>{a[2]}<br>{a[5]}</p><p>{a[3]}</p></article></body></html>",
}


def html_of(page: ArticlePage, layout: str) -> str:
    """Return a page in a layout."""
    return LAYOUTS[layout].format(
        page, a=page.around, body=" ".join(page.body), upper=page.title.upper()
    )
