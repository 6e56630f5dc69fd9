"""Recognise the language editions of one release (pure)."""

import itertools
from collections.abc import Sequence

from bot.dedupe.figures import figures_of
from bot.dedupe.reports import ReportContent, read
from bot.dedupe.resemblance import report
from bot.dedupe.stand_ins import names_title
from bot.models import Citation, Development, PageText
from bot.text import normalise
from bot.urls import canonical_url, edition, edition_language, is_home, site, slug

FEWEST_NUMBERS = 2
"""The least number of numbers that two editions share, beside a name or a stage."""
FEWEST_NAMES = 4
"""The least number of names and numbers that they share where they mention the same countries."""
MANY_DIGITS = 7
"""Digits of the numbers that two editions share from which each may have others."""
FEWEST_OF_DAYS = 2
"""The least number of names and numbers that editions share of which one came out days later."""
FEWEST_OF_TWIN, FEWEST_OF_NAMED = 1, 3
"""The least number of names, numbers, days, countries, acts and labels that a page shares with the
one whose edition it seems to be: where their addresses are twins or each names the other, and where
only one names it."""
READ = 4000
"""Characters of a page that are compared."""
LIKELY = 0.5
"""The probability from which a text is rather about migration or asylum than not."""
INITIAL = 4
"""Letters of a name that its forms in two languages have in common: Croatie, Croazia."""
SHORTEST = 3
"""Letters of the shortest name."""


def are_editions(one: Development, other: Development) -> bool:
    """Return whether two developments are one release in two languages: of which one names the
    other, or of one publisher, under twin addresses or of one day with names and numbers in common;
    and nothing is against it."""
    cited = [each for each in other.sources if _may_be_editions(one.sources[0], each)]
    if not cited:
        return False
    reading, another = read(report(one)), read(report(other))
    numbers, others = figures_of(report(one), one.date), figures_of(report(other), other.date)
    # A day that is written in an unknown form counts as a number.
    is_alike = numbers.are_among(others) or others.are_among(numbers)
    if not is_alike and numbers.shared_digits(others) < MANY_DIGITS:
        return False
    names = len(_names(reading) & _names(another))
    shared = numbers.shared(others)
    if any(are_linked(one.sources[0], each) for each in cited):
        is_of_one_day = any(each.date == one.sources[0].date for each in cited)
        excludes = _exclude(reading.stages_of_title, another.stages_of_title)
        return not excludes and (is_of_one_day or shared + names >= FEWEST_OF_DAYS)
    if any(itertools.starmap(_exclude, zip(reading.codes, another.codes, strict=True))):
        return False
    stages = len({*reading.stages_of_title} & {*another.stages_of_title})
    if shared >= FEWEST_NUMBERS and shared + names + stages > FEWEST_NUMBERS:
        return True
    mentions = {*one.mentions}
    return mentions == {*other.mentions} != set() and shared + names >= FEWEST_NAMES


def is_edition_page(native: Development, text: str, english: Development, page: PageText) -> bool:
    """Return whether the page at an address that the English edition of a development may have is
    that: in English, and about the same. `text` is all that the development's own page says."""
    one, other = native.sources[0], english.sources[0]
    if not is_english(other) or normalise(one.title_native) == normalise(page.title):
        return False
    lead, lead_en = report(native), report(english)
    whole, whole_en = (
        each._replace(text=f"{each.text} {said[:READ]}")
        for each, said in ((lead, text), (lead_en, page.text))
    )
    day, day_en = native.date, english.date or native.date
    figures, figures_en = figures_of(whole, day), figures_of(whole_en, day_en)
    # Either may say more than the other, but not of what it begins with.
    is_among = figures_of(lead, day).are_among(figures_en)
    is_among = is_among or figures_of(lead_en, day_en).are_among(figures)
    if not is_among and figures.shared_digits(figures_en) < MANY_DIGITS:
        return False
    reading, another = read(whole), read(whole_en)
    if _exclude(reading.stages_of_title, another.stages_of_title):
        return False
    labels = {*native.themes, *native.topics} & {*english.themes, *english.topics}
    in_common = (
        figures.shared(figures_en)
        + len(_names(reading) & _proper_names(another))
        + len({*native.mentions} & {*english.mentions})
        + len({*native.references} & {*english.references})
        + bool(labels and _is_relevant(english))
    )
    is_certain = _have_twin_addresses(one, other) or _names_page(other, one)
    return in_common >= (FEWEST_OF_TWIN if is_certain else FEWEST_OF_NAMED)


def names_back(english: Development, native: Development) -> bool:
    """Return whether the page of an English edition names the native one."""
    return _names_page(english.sources[0], native.sources[0])


def are_linked(one: Citation, other: Citation) -> bool:
    """Return whether two sources have twin addresses, or one names the other as its edition."""
    is_named = _names_page(one, other) or _names_page(other, one)
    return is_named or _have_twin_addresses(one, other)


def is_english_edition(one: Citation, other: Citation) -> bool:
    """Return whether of two sources of one event the first is the other one's English edition."""
    if not is_english(one) or is_english(other):
        return False
    return one.publisher == other.publisher or are_linked(one, other)


def is_english(source: Citation) -> bool:
    """Return whether a source is in English."""
    return source.language == "en"


def has_edition_at(source: Citation, url: str | None) -> bool:
    """Return whether a source is told in the words of an English edition at a URL."""
    address = canonical_url(url)
    return address is not None and address == canonical_url(source.url_en)


def is_told_edition(one: Citation, other: Citation) -> bool:
    """Return whether a source is the page in whose words another one is told."""
    is_its_page = has_edition_at(other, one.url)
    return is_its_page and names_title(one.title_native, other.title_en or "")


def _is_relevant(english: Development) -> bool:
    return english.confidence is not None and english.confidence.relevance >= LIKELY


def _have_twin_addresses(one: Citation, other: Citation) -> bool:
    """Return whether two URLs differ in what chooses the language alone, or have one title in
    two sections: `/aktuelt/`, `/latest/`."""
    if edition(one.url) == edition(other.url):
        return edition_language(one.url) != edition_language(other.url)
    title = slug(one.url)
    return title is not None and title == slug(other.url)


def _names_page(one: Citation, other: Citation) -> bool:
    """Return whether a source names the page of another as its edition."""
    url = canonical_url(other.url)
    if url is None or is_home(other.url or ""):
        return False
    return url == canonical_url(one.url_en) or url in map(canonical_url, one.editions)


def _may_be_editions(one: Citation, other: Citation) -> bool:
    """Return whether two sources are in two languages, and on one site or of one publisher;
    official ones that are linked may be neither. Only what is linked may be of two days."""
    if one.language == other.language or one.date is None or other.date is None:
        return False
    is_own = one.publisher == other.publisher or (
        site(one.url) is not None and site(one.url) == site(other.url)
    )
    if one.date != other.date and not (is_own and are_linked(one, other)):
        return False
    return is_own or (one.official and other.official and are_linked(one, other))


def _exclude(codes: Sequence[str], others: Sequence[str]) -> bool:
    """Return whether two readings name different things of one facet."""
    return bool(codes and others) and {*codes}.isdisjoint(others)


def _proper_names(reading: ReportContent) -> frozenset[str]:
    """Return the names of a text that are no words: English titles have capitals, too."""
    words = (word.folded[:INITIAL] for word in reading.words if not word.is_capital)
    return _names(reading) - frozenset(words)


def _names(reading: ReportContent) -> frozenset[str]:
    return frozenset(
        word.folded[:INITIAL]
        for word in reading.words
        if word.is_capital and len(word.folded) >= SHORTEST
    )
