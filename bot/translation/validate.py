"""Decide what of an engine's answer can be trusted.

A feed's text is hostile: it may try to say through a model what its ministry never did.
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
"""Words from which a text that has none of those is not English."""


def title(said: str, passage: Passage) -> str | None:
    """Return what is wrong with a translated title; None: nothing."""
    if not normalise(said):
        return "title is empty"
    if "\n" in said.strip() or utf16_length(said) > TITLE:
        return f"title is longer than {TITLE} characters or more than one line"
    if normalise(said) == normalise(passage.title) and len(normalise(said).split()) >= SAME:
        return "title is not translated"
    if len(normalise(said).split()) > LONGER * (len(normalise(passage.title).split()) + 2):
        return "title says more than the title that was to be translated"
    return _text("title", said, passage)


def summary(said: str, passage: Passage) -> str | None:
    """Return what is wrong with a translated summary; None: nothing."""
    if not normalise(said):
        return "summary is empty"
    return _text("summary", said, passage)


def _text(what: str, said: str, passage: Passage) -> str | None:
    if found := _FOREIGN.search(said):
        return f"{what} holds “{found[0]}”: no links, names of accounts or markup"
    known = f"{passage.title} {passage.text}"
    invented = numbers(said) - numbers(known) - {*re.findall(r"\d+", known)}  # 16.1. is 16 January
    if invented:
        return f"{what} holds numbers that do not stand in the text: {', '.join(sorted(invented))}"
    told = normalise(said).split()
    if len(told) >= _ENOUGH and _ENGLISH.isdisjoint(told):
        return f"{what} is not English"
    return None


def shortened(translation: Translation) -> Translation:
    """Return a translation whose summary is cut to whole sentences and the usual length."""
    if translation.summary is None or utf16_length(translation.summary) <= SUMMARY:
        return translation
    kept = ""
    for sentence in sentences(translation.summary):
        longer = f"{kept} {sentence}".lstrip()
        if utf16_length(longer) > SUMMARY:
            break
        kept = longer
    return replace(translation, summary=kept or shorten(translation.summary, SUMMARY))
