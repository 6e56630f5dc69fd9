"""Parse the page of an item, for the text and date that its feed or list lacks."""

import datetime as dt
import re
from itertools import islice

from msgspec.structs import replace

from bot.models import PageText
from bot.models.sources import Fetched, Item, Source
from bot.parse import decode, news_list
from bot.parse.boilerplate import clean_text
from bot.parse.capitals import to_sentence_case
from bot.parse.dom import Element, parse_html, select_first
from bot.parse.item import TEXT_LIMIT, ParseContext, beside
from bot.parse.language_links import language_links
from bot.parse.main_text import find_heading, main_text
from bot.parse.titles import clean_title, site_names
from bot.text import each_sentence, normalise, tidy
from bot.urls import is_same_site

ENOUGH_SENTENCES = 2
"""Complete sentences that suffice for a summary without the page of the item."""

_SENTENCE_ENDS = (".", "!", "?", "”", ")")

# Where pages say when they were published: Open Graph, Dublin Core, schema.org, HTML.
_DATE_SELECTORS = (
    ("meta[property='article:published_time']", "content"),
    ("meta[name='dcterms.created'], meta[name='DC.date'], meta[name='date']", "content"),
    ("[itemprop='datePublished']", "content"),
    ("main time[datetime], article time[datetime]", "datetime"),
)
_FILE_NAME = re.compile(r"\S+\.(?:pdf|docx?|html?|aspx?|php)|pdf", re.IGNORECASE)
_LINKED_DATA = re.compile(r'"datePublished"\s*:\s*"([^"]{8,40})"')


def lacks_text(source: Source, item: Item) -> bool:
    """Return whether the page of an item may add a date or text to it."""
    # Only the source's own domain is fetched: a link to elsewhere may lead anywhere.
    if not item.url or not is_same_site(source.url, item.url):
        return False
    if item.published is None or lacks_title(item):
        return True
    whole = (sentence for sentence in each_sentence(item.text) if sentence.endswith(_SENTENCE_ENDS))
    return sum(1 for _ in islice(whole, ENOUGH_SENTENCES)) < ENOUGH_SENTENCES


def parse_article(
    source: Source, fetched: Fetched, language: str | None, today: dt.date
) -> PageText:
    """Parse the page of an item. Raises ParseError when it is not HTML."""
    text = decode.decode_document(fetched.body, source.encoding, language)
    tree = parse_html(text)
    published = _published(ParseContext(source, fetched.url, today, language), tree, text)
    if decode.is_challenge(text):
        return PageText(title="", text="", published=published)
    links = language_links(fetched.url, tree)
    heading, names = find_heading(tree)
    names += site_names(source.publisher, source.publisher_native)
    body = _without_heading(tidy(main_text(tree, heading)), heading)
    whole = clean_text(body)
    body = whole[:TEXT_LIMIT]
    title = clean_title(heading, names, is_official=source.is_official)
    title = to_sentence_case(title, body, language, names)
    return PageText(
        title=title,
        text=body,
        published=published,
        editions=links.editions,
        english=links.english,
        english_feed=links.english_feed,
        is_cut=len(whole) > TEXT_LIMIT,
    )


def _without_heading(text: str, heading: str) -> str:
    first, _, rest = text.partition("\n")
    return rest if normalise(first) == normalise(heading) else text


def complete_item(item: Item, page: PageText) -> Item:
    """Return an item with the text, date and title of its page, where it lacks them."""
    text = page.text if len(page.text) > len(item.text) else item.text
    said = (item.beside, item.text, page.text, page.title)
    others = beside(f"{item.title}\n{text}", filter(None, said))
    editions = tuple(dict.fromkeys((*item.editions, *page.editions)))
    return replace(
        item,
        title=page.title if page.title and lacks_title(item) else item.title,
        text=text,
        beside=others,
        published=item.published or page.published,
        editions=tuple(each for each in editions if each != item.url),
        medium=page.medium,
    )


def lacks_title(item: Item) -> bool:
    """Return whether an item is called by its address, or by the name of its file."""
    return item.title == item.url or _FILE_NAME.fullmatch(item.title) is not None


def _published(context: ParseContext, tree: Element, text: str) -> dt.date | None:
    page = context.source.page
    if page.date_in == "article" and page.date:
        return news_list.select_date(context, tree, page)
    for selector, attribute in _DATE_SELECTORS:
        element = select_first(tree, selector)
        if element is not None and (date := context.date(element.get(attribute))):
            return date
    linked_date = _LINKED_DATA.search(text)
    return context.date(linked_date[1]) if linked_date else None
