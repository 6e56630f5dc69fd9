"""Fold, clean, split and shorten text.

What is found in a text stands beside: terms of a list (`terms`), phrases in split words
(`phrases`), numbers in words (`numerals`), and letters of other scripts (`scripts`).
"""

import json
import re
import unicodedata
from bisect import bisect
from collections.abc import Iterator
from functools import lru_cache
from itertools import accumulate
from typing import Any

# Letters that Unicode does not decompose, each to one letter, so that folding keeps positions.
_LETTERS = str.maketrans("ßæœøđðþłħıς", "saooddtlhiσ")
_MARKS = str.maketrans("’‘ʼ´`‐‑‒–—", "'''''-----")

ALPHABET = 10_000
"""Letters whose folded forms are cached."""
_WORD = re.compile(r"[^\W_]+")
_SURROGATE = re.compile(r"\\u[dD][89a-fA-F]")

# What is not seen (Unicode's Default_Ignorable_Code_Point, control characters, format characters
# without a glyph, lone surrogates): it hides words, turns a line of text around (Unicode Technical
# Report 36), or carries a message of its own. The marks U+200E, U+200F and U+061C do little harm
# alone, but a word with one is another word to whoever searches for it, and nothing needs them:
# what our messages say runs from left to right, and within a quotation its letters decide. Tag
# letters go even where they spell the flag of Scotland, whose pole remains.
_UNREADABLE = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f"
    "\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\u3164\ud800-\udfff\ufe00-\ufe0d\ufeff\uffa0"
    "\ufff0-\ufffb\U00013430-\U0001345f\U0001bca0-\U0001bca3\U0001d173-\U0001d17a"
    "\U000e0000-\U000e0fff]"
)
# A selector says whether a symbol is shown as an emoji, or makes a keycap of a digit.
_SYMBOL = (
    "\u00a9\u00ae\u203c\u2049\u2122\u2139\u2190-\u2bff\u3030\u303d\u3297\u3299\U0001f000-\U0001faff"
)
_IDLE_SELECTORS = re.compile(f"[\ufe0e\ufe0f](?<![{_SYMBOL}].)(?!\u20e3)")
# Letters that are joined are spelt with U+200C and U+200D, from Arabic to Khmer and Mongolian, as
# are emoji of several parts (The Unicode Standard, 23.2); beside other letters these hide words.
_JOINED = (
    "\u0600-\u109f\u1780-\u18af\ufb50-\ufdff\ufe0f\ufe70-\ufefc\u2190-\u2bff\U0001f000-\U0001faff"
)
_IDLE_JOINERS = re.compile(f"[\u200c\u200d](?<![{_JOINED}].)(?![{_JOINED}])")
_JOINERS = str.maketrans("", "", "\u200c\u200d")
# Marks over marks: no letter of a language has more than a few, and normalising many takes long.
_MARK = (
    "[\u0300-\u036f\u0483-\u0489\u0591-\u05bd\u064b-\u065f\u1ab0-\u1aff\u1dc0-\u1dff"
    "\u20d0-\u20ff\u3099\u309a\ufe20-\ufe2f]"
)
_PILED_MARKS = re.compile(f"({_MARK}{{8}}){_MARK}+")
NUMBER = re.compile(r"\d+(?:[.,  \u202f'’]\d{3})*(?!\d)(?:[.,]\d{1,2}(?!\d))?|\d+")

_TOKEN = re.compile(r"(?<!\d)\d{4,}(?::|%(?:25)*3a)[a-z0-9_-]{10,}", re.IGNORECASE)
# As far as the last @: a password may hold one, or a slash, where somebody forgot to escape it.
_PASSWORD = re.compile(r"(//[^/@:\s]{0,200}:)\S{1,200}(?=@)|(password=)[^&\s\"']+", re.IGNORECASE)

_SENTENCE_END = re.compile(r"[.!?…;]['\"”’»)\]]*\s+(?=[\"'„“«»(\[¿¡]*[\w])|\n+")
_ABBREVIATIONS = set(
    "mr mrs ms dr prof st no nr art cf al etc vs inc min max abs ul odst pism lit ust par § "
    "tzv např resp mj čl tj tzn str ing mgr judr bc phd csc "
    "bzw usw vgl ggf inkl evtl zzgl ca dipl mag z.b d.h u.a i.d.r o.ä bspw sog "
    "m mm mme mlle cf n° env sig sigg dott avv on sr sra d.ª núm pág art.º "
    "np tzn tj dz poz r.ż wg zob dr.hab inż bl.a t.ex m.m o.s.v dvs kl ca jf pkt tlf "
    "esim ym mm ns ks nim v.s m.fl st.meld kap κ δρ π.χ αρ παρ άρθ "
    "dl d-na dna alin lit pct nr.crt ún stb kb pl ill dr.sc г гр ул бр чл ал т.н напр".split()
)
# CLDR's, of the languages of the EU and its neighbours; a number follows where a date goes on.
_MONTHS = set(
    "jan janv jän jaan ian ene gen feb febr fév févr fev mar mars märz marts márc mrt apr avr abr "
    "ápr maj mai may máj mag jun juin jún jūn iun giu jul juil júl jūl iul lug aug août ago ágú "
    "avg sep sept set szept zář oct okt out ott nov nóv lapkr dec déc dez des dic dets gruod "
    "saus vas kov bal geg birž liep rugp rugs spal авг апр бер вер груд дек жовт июл июн квіт "
    "лип лист лют мар нояб ноя окт сент серп січ трав февр черв янв ян яну юни юли ноем дек".split()
)


def fold(text: str) -> str:
    """Return a text in lower case without accents, one character for each of NFC `text`, so that
    positions agree."""
    # What is compared is folded on both sides; it is not meant to be read.
    return unicodedata.normalize("NFC", text).translate(_FOLDED)


def _fold_letter(letter: str) -> str:
    lower = letter.translate(_MARKS).casefold()[0]
    folded = unicodedata.normalize("NFKD", lower)[0].translate(_LETTERS)
    return folded if folded == letter else _fold_letter(folded)


class _Folded(dict[int, str]):
    """A cache of folded letters, by their code points."""

    def __missing__(self, number: int) -> str:
        folded = _fold_letter(chr(number))
        if len(self) < ALPHABET:
            self[number] = folded
        return folded


_FOLDED = _Folded()


@lru_cache(maxsize=500)  # a title is compared with several others
def normalise(text: str) -> str:
    """Return the words of a text, folded, one space apart."""
    if "\u200c" in text or "\u200d" in text:  # in few: far faster than to translate all
        text = text.translate(_JOINERS)
    return " ".join(_WORD.findall(fold(text)))


def numbers(text: str) -> frozenset[str]:
    """Return the numbers of a text, without thousands separators and with a decimal point."""
    return frozenset(_number(match[0]) for match in NUMBER.finditer(text))


def _number(written: str) -> str:
    whole, decimals = written, ""
    if cut := re.fullmatch(r"(.*)[.,](\d{1,2})", written):
        whole, decimals = cut[1], cut[2]
    digits = re.sub(r"\D", "", whole).lstrip("0") or "0"
    return f"{digits}.{decimals}" if decimals else digits


def readable(text: str) -> str:
    """Return a text without characters that are not seen."""
    text = _IDLE_SELECTORS.sub("", _UNREADABLE.sub("", text))
    return _IDLE_JOINERS.sub("", text)


def tidy(text: str) -> str:
    """Return a text in NFC, without unreadable characters, with single spaces and at most one line
    break in a row."""
    text = readable(text.replace("\r\n", "\n").replace("\r", "\n"))
    text = unicodedata.normalize("NFC", _PILED_MARKS.sub(r"\1", text))
    lines = (" ".join(written.split()) for written in text.split("\n"))
    return "\n".join(filter(None, lines))


def one_line(text: str) -> str:
    """Return a tidy text on one line."""
    return tidy(text).replace("\n", " ")


def sentences(text: str) -> list[str]:
    """Split tidy text into sentences, in any language of the EU; a line break ends one too.

    Abbreviations, initials and ordinals (`16. ledna`, `16. Januar`) end none.
    """
    return list(each_sentence(text))


def each_sentence(text: str) -> Iterator[str]:
    """Yield the sentences of a text one by one."""
    start = 0
    for end in _SENTENCE_END.finditer(text):
        after = text[end.end() : end.end() + 1]
        mark = end.start() + 1
        if "\n" not in end[0] and not _closes(text[max(start, mark - BESIDE) : mark], after):
            continue
        if sentence := text[start : end.end()].strip():
            yield sentence
        start = end.end()
    if last := text[start:].strip():
        yield last


PAGE_BREAK = "\f"
"""What stands between the pages of a text that has pages, as in plain texts of old."""
FOUND_BY = 100
"""Letters of a quotation by which its page is found."""


def page_of(text: str, quotation: str) -> int | None:
    """Return the number, from 1, of the page of a text on which a quotation begins; None: the text
    has no pages, or does not say that."""
    if PAGE_BREAK not in text:
        return None
    pages = [f"{normalise(page)} " for page in text.split(PAGE_BREAK)]
    words = normalise(quotation.strip("… ").partition("…")[0])[:FOUND_BY]
    start = "".join(pages).find(words) if words else -1
    return None if start < 0 else bisect(list(accumulate(map(len, pages))), start) + 1


SUMMARY_LIMIT = 600
"""UTF-16 units. The lead beats extractive summarisers against publishers' own descriptions."""
BESIDE = 100
"""Characters before a mark that say whether it ends a sentence."""
_ENDS = tuple(".!?…;:)\"'»”’")


def first_sentences(title: str, text: str) -> str:
    """Return whole sentences from the beginning of a text, about SUMMARY_LIMIT long; none that says
    the title again."""
    # A last sentence that the publisher's excerpt has cut off is left out, too.
    title_words = normalise(title)
    summary, length = list[str](), 0
    for sentence in each_sentence(text):
        if normalise(sentence) != title_words:
            summary.append(one_line(sentence))
            length += utf16_length(summary[-1]) + 1
        if length > SUMMARY_LIMIT + 1:  # with a space after each
            break
    is_full = length > SUMMARY_LIMIT + 1
    if len(summary) > 1 and (is_full or not summary[-1].endswith(_ENDS)):
        summary.pop()
    return shorten(" ".join(summary), SUMMARY_LIMIT)


def first_sentence(text: str) -> str:
    """Return the first sentence of a text, as a title for what has none."""
    return next(each_sentence(text[:1000]), "")


def _closes(before: str, after: str) -> bool:
    """Return whether the mark at the end of `before` ends a sentence, given what comes after."""
    if before[-1] in "!?…":
        return True
    if before[-1] == ";":  # the Greek question mark looks like this, and a list goes on with it
        return bool(re.search(r"[Α-ω]", before)) and after[:1].isupper()
    last = before[:-1].rsplit(maxsplit=1)[-1:] or [""]
    word = re.split("['’]", last[0].strip("([\"'„“«»"))[-1]  # an article that is elided, too
    ordinal = word.isdigit() and len(word) <= 2
    month = word.casefold() in _MONTHS and after.isdigit()
    initial = len(word) == 1 and word.isalpha()
    return not (
        ordinal or month or initial or word.casefold() in _ABBREVIATIONS or after[:1].islower()
    )


def shorten(text: str, limit: int) -> str:
    """Return at most `limit` UTF-16 units of a text: whole sentences, else whole words and an
    ellipsis."""
    if utf16_length(text) <= limit:
        return text
    result = ""
    for sentence in sentences(text):
        longer = f"{result} {sentence}".strip()
        if utf16_length(longer) > limit:
            break
        result = longer
    return result or _cut(text, limit)


def _cut(text: str, limit: int) -> str:
    units, end = 1, 0  # one unit for the ellipsis
    for end, letter in enumerate(text):  # noqa: B007
        units += 2 if ord(letter) > 0xFFFF else 1
        if units > limit:
            break
    head, space, _ = text[:end].rpartition(" ")
    return (head if space and len(head) > end // 2 else text[:end]).rstrip(" ,;:-") + "…"


def redact(text: str) -> str:
    """Return a text without what looks like a bot's token or the password in a URL."""
    return _PASSWORD.sub(r"\1\2…", _TOKEN.sub("<token>", text))


def utf16_length(text: str) -> int:
    """Return the length in UTF-16 code units, in which Telegram counts entity offsets."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def parse_json(text: str | bytes) -> Any:
    """Parse JSON that somebody else has written. Raises ValueError and RecursionError."""
    value = json.loads(text)
    written = text if isinstance(text, str) else text.decode("latin-1")
    if not _SURROGATE.search(written):
        return value
    return json.loads(pair_surrogates(json.dumps(value, ensure_ascii=False)))


def pair_surrogates(text: str) -> str:
    """Return a text without lone surrogates, which no encoding knows."""
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "ignore")
