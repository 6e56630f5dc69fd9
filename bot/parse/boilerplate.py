"""Remove boilerplate from texts: buttons, credits, dates of publication, contacts, teasers."""

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache

from bot.parse.word_lists import word_lists
from bot.text import each_sentence, fold, normalise

LABELLED_WORDS = 20
"""Words of a line that a label makes boilerplate; more of them say something of their own."""
CREDITED_WORDS = 10
"""Words of a labelled line with a full stop."""
OPENED_WORDS = 35
"""Words of a sentence that its opening makes boilerplate."""
DETAIL_WORDS = 10
"""Words of a line of contact details: a name with an office, an address, numbers."""
DATED_WORDS = 3
"""Words of four letters and more beside a date of publication: a month, who published."""
LONG_WORD = 4
CRUMB_WORDS = 18
"""Words of a breadcrumb trail."""
WHOLE_WORDS = 5
"""Words of a line with a full stop that is a sentence of the text."""
LINE = 600
"""Characters of a line of so many words: a longer one is not looked at."""
NAME_WORDS = (2, 5)
"""The fewest and the most words of a byline."""

HEADING_LETTERS = 60
"""Letters of the longest heading of contact details."""
TEASER_TAIL = 250
"""Characters at the end of a line that are searched for a link to more of it."""
CREDIT_TAIL = 500
"""Characters at the end of a text that are searched for the credit of WordPress."""

_NETWORKS = re.compile(
    r"facebook|twitter|whatsapp|linkedin|telegram|instagram|youtube|tiktok|bluesky|threads|mastodon"
    r"|viber|messenger|pinterest|reddit|xing|vkontakte|flickr|e?mail|rss\b|x\b|cookies?\b|url\b|link\b|e\b|a\b"
)
# Words between parts, which are no part by themselves.
_JOINING = set(
    "in and of on or via by to the und per auf vor y e et de à i a na w v u и і та в на ja og och"
    " en op for på και ir un és ve și pe su via no em sur ar fuq il ilu".split()
)
_MARKS = set("|•·›»>→/–—@©")
# What short lines of boilerplate have that begin like none of the lists.
_SIGN = re.compile(r"[|•·›»>→/–—@©#\d]|[(\[]at[)\]]")
_SEPARATOR = re.compile(r"\s*[|•·]\s*|\s+[/–—]\s+")
_CRUMB = re.compile(r"\s+[>›»→]\s+|\s*[›»→]\s*|\s+/\s+")
_FONT_SIZE = re.compile(r"(?:a\s*[+\-−–]?\s*){2,}", re.IGNORECASE)
_LABEL = re.compile(r"\(?\[?([^:©|]{2,40}?)\s*(?::|©|\s[–—-]\s|\||(?<=\w{3})\.(?=\s\w))")
_COPYRIGHT = re.compile(r"\(?\s*(?:©|\(c\)\s|copyright\b)", re.IGNORECASE)
_HASHTAGS = re.compile(r"(?:^|(?<=[.!?…])\s*|\s(?=#\w+[\s,;|]+#))(?:#\w+[\s,;|]*)+$")
_TIME = r"(?:,?\s*[-–|]?\s*(?:\w{1,3}\s+)?\d{1,2}[:.h]\d\d(?::\d\d)?(?:\s?\w{1,4})?)?"
# A date alone, with the weekday or the place at most: no figure of an article.
_DATE = re.compile(
    r"(?:[^\W\d]+,\s+)?(?:"
    r"\d{1,2}[^\W\d]{0,2}[.ºª]?\s*(?:[^\W\d]{1,3}[.’']?\s+)?[^\W\d]{3,}\.?,?\s+(?:[^\W\d]{1,3}\.?\s+)?(?:19|20)\d\d"
    r"|[^\W\d]+\s+\d{1,2},?\s+(?:19|20)\d\d"
    r"|\d{1,2}\s?[./-]\s?\d{1,2}\s?[./-]\s?(?:19|20)?\d\d"
    r"|(?:19|20)\d\d\s?[./-]\s?\d{1,2}\s?[./-]\s?\d{1,2}"
    r"|(?:19|20)\d\d\.?\s*(?:gada|m\.)?\s*(?:[^\W\d]+\s+\d{1,2}|\d{1,2}\.?\s*[^\W\d]+)(?:\s*d)?"
    rf")\.?(?:\s*[^\W\d]{{1,2}}\.)?{_TIME}"
)
_EMAIL = re.compile(r"[\w.+-]+(?:@|\s?\(at\)\s?|\[at\])[\w-]+\.[\w.]+")
_PHONE = re.compile(r"(?:\+|\b00|\(0|\b0?)\d[\d\s()/.-]{6,}\d")
_BYLINE = re.compile(r"(?:by|von|par|por|di|door|av|af|od|autor|text|redakce|γραφει|от|від)\s")
_SIZE = re.compile(r"\(?\b(?:pdf|docx?|xlsx?|jpe?g|zip)\b[^.]{0,15}\d+\s?[km]i?b\)?\s*$", re.I)
_CUT_MARK = re.compile(r"\s*[\[(](?:…|\.\.\.|&hellip;)[\])]\s*$")
_BRACKETS = ("]", ")")
_ARROWS = ("→", "»", "›", ">", "…", "...", "]", "&gt;")
_SENTENCE_END = (".", "!", "?", "…", ";", "”", "»")


def clean_text(text: str) -> str:
    """Return tidy text without boilerplate."""
    written = list(_without_contacts(_without_credit(text).split("\n")))
    lines = list(map(_clean_line, written))
    whole = [index for index, line in enumerate(lines) if _is_whole(line)]
    if whole:
        first, last = whole[0], whole[-1] + 1
        head = ("" if _is_dateline(line) else line for line in lines[:first])
        end = next((at for at in range(last, len(lines)) if _follows_text(written[at])), len(lines))
        lines = [*head, *lines[first:end]]
    return "\n".join(filter(None, lines))


def _follows_text(line: str) -> bool:
    """Return whether a line is of buttons, or invites to what no article is about: behind it, pages
    have nothing of their article."""
    words = normalise(line).split()
    return _is_made_of_parts(words) or bool(word_lists().openings.length_at(words))


def _is_whole(line: str) -> bool:
    """Return whether a line is a sentence, or several."""
    return line.endswith(_SENTENCE_END) and len(line.split()) >= WHOLE_WORDS


def _is_dateline(line: str) -> bool:
    """Return whether a line before a text is a date behind the name of a place."""
    place, _, date = line.partition(" ")
    return place.isalpha() and place[0].isupper() and _DATE.fullmatch(date) is not None


def _without_credit(text: str) -> str:
    """Return a text without the sentence at its end that says where it first appeared."""
    if not _is_credited(text[-CREDIT_TAIL:].rpartition("\n")[2]):
        return text
    *_, last = each_sentence(text)
    return text.removesuffix(last).rstrip() if _is_credited(last) else text


def _clean_line(line: str) -> str:
    """Return a line without the sentences that are boilerplate, and without the end of a teaser."""
    if is_boilerplate(line):
        return ""
    found = list(each_sentence(line))
    kept = [each for each in found if not is_boilerplate(each)] if len(found) > 1 else found
    rest = " ".join(kept) if len(kept) < len(found) else line
    rest = _without_teaser(_HASHTAGS.sub("", rest).rstrip() if "#" in rest else rest)
    return "" if rest != line and is_boilerplate(rest) else rest


def _without_teaser(line: str) -> str:
    """Return a line without the link and the ellipsis in brackets at its end."""
    if line.endswith((".", "!", "?")) and not line.endswith("..."):
        return line  # as most do: far faster than the pattern
    start = max(len(line) - TEASER_TAIL, 0)
    if _may_end_teaser(line) and (link := word_lists().more.search(fold(line[start:]))):
        line = line[: start + link.start()].rstrip(" [(→»›>")
    return _CUT_MARK.sub("", line) if line.endswith(_BRACKETS) else line


def _may_end_teaser(line: str) -> bool:
    """Return whether a line ends as links to more of it do: with an arrow, or their last word."""
    *_, token = line.rsplit(None, 1) or [""]
    return token.endswith(_ARROWS) or _last_word(token) in word_lists().more_ends


@lru_cache(maxsize=1000)
def _last_word(token: str) -> str:
    return normalise(token).rpartition(" ")[2]


def _is_credited(text: str) -> bool:
    folded = fold(text)
    return any(phrase in folded for phrase in word_lists().credit)


def is_boilerplate(line: str) -> bool:
    """Return whether a line, or a sentence, belongs to a page and not to its article."""
    bare = line.strip(" \t()[]–—-•*|>»→")
    if len(bare) > LINE:
        return False
    tokens = bare.split()
    if len(tokens) > OPENED_WORDS or not _may_be_boilerplate(bare, tokens):
        return False
    words = normalise(bare).split()
    if not words or (bare[0] == "#" and _HASHTAGS.fullmatch(bare)):
        return True
    return _is_furnishing(bare, words) or _is_trail(line, words) or _is_row(bare)


def _may_be_boilerplate(text: str, tokens: Sequence[str]) -> bool:
    """Return whether a text has a beginning or a mark that boilerplate has."""
    # Most sentences have none, and this is quickly seen.
    first = next(filter(None, map(_first_word, tokens)), "")
    if len(tokens) > DETAIL_WORDS:
        return first in word_lists().beginnings or not _MARKS.isdisjoint(text)
    return not first or _may_begin_line(first) or _SIGN.search(text) is not None


@lru_cache(maxsize=1000)  # sentences begin with few words, over and over
def _first_word(token: str) -> str:
    return normalise(token).partition(" ")[0]


@lru_cache(maxsize=1000)
def _may_begin_line(word: str) -> bool:
    """Return whether a short line of boilerplate may begin with a word."""
    return (
        word in word_lists().beginnings
        or not word.strip("a")  # `A A+`
        or _NETWORKS.match(word) is not None
        or _BYLINE.match(f"{word} ") is not None
        or word in ("c", "copyright")
    )


def is_label(text: str) -> bool:
    """Return whether a text says of what kind a title is, with a number or a date at most."""
    words = normalise(text).split()
    length = word_lists().kinds.length_at(words)
    rest = words[length:]
    if not length or not rest:
        return bool(length)
    if len(rest[0]) >= LONG_WORD and not rest[0].isdigit():  # `Update of the law`
        return False
    long = [word for word in rest if len(word) >= LONG_WORD and not word.isdigit()]
    return any(word[0].isdigit() for word in rest) and len(rest) <= 6 and len(long) <= 1


def _is_row(text: str) -> bool:
    """Return whether a line is made of pieces of boilerplate with separators between them."""
    if _MARKS.isdisjoint(text):
        return False
    pieces = [piece for piece in _SEPARATOR.split(text) if piece]
    return len(pieces) > 1 and all(_is_furnishing(each, normalise(each).split()) for each in pieces)


def _is_furnishing(text: str, words: Sequence[str]) -> bool:
    known = word_lists()
    return (
        not words
        or (not text.endswith(_SENTENCE_END) and _is_made_of_parts(words))
        or bool(known.openings.length_at(words))
        or _is_labelled(text, words)
        or _is_publication(text, words)
        or _is_credit_or_contact(text, words)
        or bool(_FONT_SIZE.fullmatch(text))
        or (not text.endswith(_SENTENCE_END) and is_label(text))
    )


def _is_made_of_parts(words: Sequence[str]) -> bool:
    """Return whether words are nothing but parts, networks and numbers."""
    at, found, known = 0, 0, word_lists().parts
    while at < len(words):
        if length := known.length_at(words, at):
            at, found = at + length, found + (length > 1 or words[at] not in _JOINING)
        elif words[at].rstrip("x").isdigit():  # `12x`
            at += 1
        elif _NETWORKS.match(words[at]):
            at, found = at + 1, found + 1
        else:
            return False
    return found > 0


def _is_labelled(text: str, words: Sequence[str]) -> bool:
    label = _LABEL.match(text) if len(words) <= LABELLED_WORDS else None
    if label is None:
        return text[-1].isalpha() and word_lists().labels.is_phrase(text)
    if text.endswith(".") and len(words) > CREDITED_WORDS:  # a caption that ran into the text
        return False
    names = re.split(r"\s*[/&,+]\s*", label[1])
    return all(map(word_lists().labels.is_phrase, names))


def _is_publication(text: str, words: Sequence[str]) -> bool:
    """Return whether a line is a date, or tells when something was published."""
    if len(words) <= DETAIL_WORDS and _DATE.fullmatch(text):
        return True
    length = word_lists().dated.length_at(words)
    if not length or not any(word[0].isdigit() for word in words[length:]):
        return False
    rest = [word for word in words[length:] if len(word) >= LONG_WORD and not word.isdigit()]
    # `Updated rules 2025` is a heading.
    is_line = ":" in text or length > 1 or _DATE.search(text) is not None
    return is_line and len(rest) <= DATED_WORDS - text.endswith((".", "!", "?"))


def _is_credit_or_contact(text: str, words: Sequence[str]) -> bool:
    if len(words) > LABELLED_WORDS or text.endswith(_SENTENCE_END):
        return bool(_COPYRIGHT.match(text)) and len(words) <= DETAIL_WORDS
    if _EMAIL.search(text) and _PHONE.search(text):
        return True
    if len(words) > DETAIL_WORDS:
        return False
    if _COPYRIGHT.match(text) or _SIZE.search(text):
        return True
    return bool(_EMAIL.search(text)) or _is_byline(text)


def _is_byline(text: str) -> bool:
    first, *names = text.split()
    fewest, most = NAME_WORDS
    return (
        fewest <= len(names) <= most
        and bool(_BYLINE.match(f"{fold(first)} "))
        and all(
            name[0].isupper() and name.strip(",.-'’").replace("-", "").isalpha() for name in names
        )
    )


def _is_trail(line: str, words: Sequence[str]) -> bool:
    """Return whether a line is a breadcrumb trail: links from the home page to this one."""
    if len(words) > CRUMB_WORDS or line.endswith(_SENTENCE_END):
        return False
    crumbs = [crumb for crumb in _CRUMB.split(line) if crumb.strip()]
    if len(crumbs) < 2:
        return False
    return _is_made_of_parts(normalise(crumbs[0]).split())


def _without_contacts(lines: Sequence[str]) -> Iterator[str]:
    """Yield the lines but those of contact details: a heading with what it stands for."""
    is_contact = False
    for line in lines:
        is_contact = _is_contact_heading(line) or (is_contact and _is_detail(line))
        if not is_contact:
            yield line


def _is_contact_heading(line: str) -> bool:
    if line.endswith(_SENTENCE_END):
        return False
    heading = line[:HEADING_LETTERS].partition(":")[0]
    return word_lists().contacts.is_phrase(heading)


def _is_detail(line: str) -> bool:
    words = normalise(line).split()
    if len(words) > 2 * DETAIL_WORDS or len(line) > LINE:
        return False
    if _EMAIL.search(line) or _PHONE.search(line):
        return True
    return len(words) <= DETAIL_WORDS and not line.endswith(_SENTENCE_END)
