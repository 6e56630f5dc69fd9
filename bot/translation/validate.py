"""Check the title and the summary of a translation.

A feed's text is hostile: it may hold instructions for the model that translates it.
"""

import re

from msgspec.structs import replace

from bot.models import Passage, Translation
from bot.text import normalise, numbers, sentences, shorten, utf16_length

TITLE = 300
SUMMARY = 600
"""UTF-16 units of a summary; more is cut at the end of a sentence."""
SAME = 3
"""Words from which an English title is no other language's too: `Frontex` is."""
LONGER = 4
"""How many times as many words a translated title may have; Finnish needs three."""

_FOREIGN = re.compile(r"https?:|www\.|\bt\.me\b|(?<!\w)@\w{3,}|</?[a-z]|\]\(|[`{}]", re.IGNORECASE)
# Words that English sentences are made of, and few other languages have.
_ENGLISH = frozenset(
    "the of and to for from with by at on that which is are was were be has have will its their "
    "new not after about into this under more as an".split()
)
_ENOUGH = 8
"""Words from which a text without any of `_ENGLISH` is not English."""


def title(text: str, passage: Passage) -> str | None:
    """Return the problem of a translated title; None: it can be used."""
    if not normalise(text):
        return "title is empty"
    if "\n" in text.strip() or utf16_length(text) > TITLE:
        return f"title is longer than {TITLE} characters or more than one line"
    if normalise(text) == normalise(passage.title) and len(normalise(text).split()) >= SAME:
        return "title is not translated"
    if len(normalise(text).split()) > LONGER * (len(normalise(passage.title).split()) + 2):
        return "title says more than the title that was to be translated"
    return _text("title", text, passage)


def summary(text: str, passage: Passage) -> str | None:
    """Return the problem of a translated summary; None: it can be used."""
    if not normalise(text):
        return "summary is empty"
    return _text("summary", text, passage)


def _text(what: str, text: str, passage: Passage) -> str | None:
    if match := _FOREIGN.search(text):
        return f"{what} holds “{match[0]}”: no links, names of accounts or markup"
    source = f"{passage.title} {passage.text}"
    # Digits alone too: the day of "16.1." becomes "16 January".
    invented = numbers(text) - numbers(source) - {*re.findall(r"\d+", source)}
    if invented:
        return f"{what} holds numbers that do not stand in the text: {', '.join(sorted(invented))}"
    words = normalise(text).split()
    if len(words) >= _ENOUGH and _ENGLISH.isdisjoint(words):
        return f"{what} is not English"
    return None


def shortened(translation: Translation) -> Translation:
    """Return a translation whose summary is cut to whole sentences and the usual length."""
    if translation.summary is None or utf16_length(translation.summary) <= SUMMARY:
        return translation
    head = ""
    for sentence in sentences(translation.summary):
        longer = f"{head} {sentence}".lstrip()
        if utf16_length(longer) > SUMMARY:
            break
        head = longer
    return replace(translation, summary=head or shorten(translation.summary, SUMMARY))
