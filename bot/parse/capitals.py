"""Turn titles in capitals into sentence case, and keep what is written in capitals anyway."""

import itertools
import re
from collections import Counter
from collections.abc import Iterable
from functools import lru_cache

from bot.taxonomy import country_names
from bot.text import fold

CAPITALS = 0.85
"""The share of capitals among the letters of a title that is written in them."""
FEWEST_LETTERS = 8
FEWEST_WORDS = 2
MANY_WORDS = 5
"""Words of a title that are not all acronyms."""
STEM = 4
"""Letters of the name of a country that at least stay in every case of it."""
ENDING = 3
"""Letters that an inflected name has more than its stem."""

_WORD = re.compile(r"[^\W_]+")
_SENTENCE_START = re.compile(r"\w{4}[.!?]\s+[\"'„“«»(]*$")  # behind no abbreviation
_ROMAN = re.compile(r"(?=[IVXL])X{0,3}(?:IX|IV|V?I{0,3})|X?L?X{0,3}", re.ASCII)
_VOWELS = set("aeiouyαεηιουωаеиоуъыэюяіїєœæøåąęįųėıăîâ")
# What a sentence opens with is a capital that says nothing of the word.
_OPENS = re.compile(r"(?:^|[.!?…:]\s+|\n\s*|[„“\"«»(–—-]\s*)$")
# Organisations, unions and treaties that are written so in every language of Europe.
_ACRONYMS = set(
    "EU EC UN UNO OSN ONU UE ES EÚ EK UNHCR IOM EUAA EASO NATO OSCE ECHR CJEU ECJ ECRI FRA LIBE"
    " GREVI ICMPD IGC IFRC ICRC MSF NGO NGOS NRO ONG RSD CEAS GEAS RAEC SECA AMIF EES ETIAS VIS SIS"
    " USA US UK UAE BAMF BMI OFPRA OFII CNDA CGRS CGRA ASGI ECRE COI TPD GDPR DSGVO PDF FAQ TV"
    " ΕΕ ΟΗΕ ΥΠΕΣ ЕС ООН ЄС НАТО МВР ДАБ ČR SR RS BG RP PL NR SV AB AI IT".split()
)
# German nouns: endings that no verb and no adjective has.
_GERMAN_NOUN = re.compile(
    r".{2,}(?:ung|ungen|heit|heiten|keit|keiten|schaft|schaften|tion|tionen|tät|täten|ismus|nis|nisse"
    r"|tum|ling|linge|lingen|recht|rechts|gesetz|gesetzes|gesetze|minister|ministerin|ministerium"
    r"|verfahren|antrag|anträge|anträgen|zahlen|land|länder|ländern|staat|staaten|schutz|hilfe)"
)
_GERMAN_DETERMINERS = set(
    "der die das des dem den ein eine einen einem einer eines im am zum zur vom beim ins ans kein "
    "keine keinen mehr weniger viele".split()
)


def to_sentence_case(title: str, text: str, language: str | None, names: Iterable[str] = ()) -> str:
    """Return a title in capitals in sentence case; any other title as it is.

    Words are written as the text writes them within its sentences; those that it lacks in small
    letters, but for acronyms (of the `names` of the site, too), numerals and names of countries.
    """
    if not is_in_capitals(title):
        return title
    code = (language or "en").split("-")[0].lower()
    known = _written_forms(text)
    known |= {_key(initials): initials for name in names for initials in _initials(name)}
    result, end, before = list[str](), 0, ""
    for match in _WORD.finditer(title):
        word = match[0]
        is_short = title[match.end() :].startswith(". ")  # `SB.`, not an acronym
        form = known.get(_key(word)) or _guess(word.lower() if is_short else word, code, before)
        is_first = not before or bool(_SENTENCE_START.search(title[: match.start()]))
        result += [title[end : match.start()], _capitalised(form) if is_first else form]
        end, before = match.end(), form.lower()
    return "".join((*result, title[end:]))


def _initials(name: str) -> set[str]:
    """Return the initials of a name, with and without those of its small words."""
    words = _WORD.findall(name)
    every = "".join(word[0] for word in words)
    capital = "".join(letter for letter in every if letter.isupper())
    return {every.upper(), capital} if len(capital) > 1 else set()


def is_in_capitals(title: str) -> bool:
    """Return whether a title is written in capitals."""
    letters = [letter for letter in title if letter.lower() != letter.upper()]
    capitals = sum(letter.isupper() for letter in letters)
    words = [word for word in _WORD.findall(title) if len(word) > 1]
    return (
        len(letters) >= FEWEST_LETTERS
        and len(words) >= FEWEST_WORDS
        and capitals >= CAPITALS * len(letters)
        and (
            len(words) >= MANY_WORDS
            or any(len(word) >= 5 for word in words if word not in _ACRONYMS)
        )
    )


def _capitalised(word: str) -> str:
    return word[:1].upper() + word[1:]


def _written_forms(text: str) -> dict[str, str]:
    """Return how a text most often writes each of its words, by the folded word, but for those that
    open a sentence."""
    forms: dict[str, Counter[str]] = {}
    for line in text.split("\n"):
        if is_in_capitals(line):
            continue
        for match in _WORD.finditer(line):
            word = match[0]
            is_capital = word[0].isupper() and not word[1:].isupper()
            if not (is_capital and _OPENS.search(line[: match.start()])):
                forms.setdefault(_key(word), Counter())[word] += 1
    common = {folded: written.most_common(1)[0][0] for folded, written in forms.items()}
    return {folded: word for folded, word in common.items() if len(word) > 1 or not word.isupper()}


def _key(word: str) -> str:
    return fold(word.replace("ß", "ss"))  # which capitals do not have


def _guess(word: str, language: str, before: str) -> str:
    """Return a word that the text lacks as it is probably written."""
    if _is_acronym(word):
        return word
    lower = _lower(word, language)
    if name := _country_form(lower, language):
        return name
    if language == "de" and (_GERMAN_NOUN.fullmatch(lower) or before in _GERMAN_DETERMINERS):
        return _capitalised(lower) if lower not in _GERMAN_DETERMINERS else lower
    return lower


def _is_acronym(word: str) -> bool:
    if word in _ACRONYMS or any(letter.isdigit() for letter in word):
        return True
    if len(word) > 1 and _ROMAN.fullmatch(word):
        return True
    return 1 < len(word) <= 6 and not _VOWELS.intersection(fold(word)) and word.isalpha()


def _lower(word: str, language: str) -> str:
    if language in ("tr", "az"):
        word = word.replace("I", "ı").replace("İ", "i")
    return word.lower()


def _country_form(word: str, language: str) -> str | None:
    """Return a word as the name of a country, or as a form of it; None for other words."""
    names, folded = _country_names(language), fold(word)
    if name := names.get(folded):
        return name
    for size in range(max(len(folded) - ENDING, STEM + 1), len(folded)):
        if stem := names.get(folded[:size]):
            return stem + word[size:]
    return None


@lru_cache(maxsize=32)
def _country_names(language: str) -> dict[str, str]:
    """Return the names of countries that are one word, and their stems, by the folded ones."""
    found = dict[str, str]()
    for name in itertools.chain.from_iterable(country_names(language).values()):
        if name.isalpha():
            stem = name.rstrip("aeiouyαηοςά")
            found |= {fold(name): name} | ({fold(stem): stem} if len(stem) > STEM else {})
    return found
