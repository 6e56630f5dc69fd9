"""Give English words the forms that a gloss needs: plurals, verbs, numbers, names in Latin
letters."""

import re
from functools import lru_cache

from msgspec import Struct

from bot.data_files import read_data
from bot.text import fold


class Grammar(Struct, frozen=True, forbid_unknown_fields=True):
    """What English words of glosses need to be known for (`data/gloss_grammar`)."""

    done_to_people: frozenset[str]
    """Verbs before which people are not the subject, but those to whom it is done."""
    things_do: frozenset[str]
    """Verbs whose subject may be a thing."""
    take_verbs: frozenset[str]
    """Verbs that another may follow: `agrees to strengthen`."""
    refuse_verbs: frozenset[str]
    """Verbs before which another is not done: `decides not to lift`."""
    with_people: dict[str, str]
    """What verbs are that people are the object of: who `adopts` them `takes in`."""
    with_numbers: dict[str, str]
    """What verbs are that an amount is the object of: who `crosses` it `exceeds` it."""
    changes: frozenset[str]
    """Verbs of amounts that change."""
    links_of_changes: dict[str, str]
    """What prepositions are between such a verb and an amount: it falls `on`, that is to."""
    links_of_verbs: dict[str, dict[str, str]]
    """What prepositions are right behind a verb: who warns `before` danger warns of it."""
    take_nouns: frozenset[str]
    """Verbs right behind which another is rather its noun: `annuls refusal`."""
    nouns_of_verbs: dict[str, str]
    """The nouns of what verbs say."""
    happens: frozenset[str]
    """Verbs that have no passive: of a price that `increases`, nobody increases it."""
    lasting: frozenset[str]
    """Verbs after which another says a state: `remains suspended`."""
    many: frozenset[str]
    """Adjectives after which a noun is in the plural."""
    before_numbers: frozenset[str]
    """Adverbs that stand before a number."""
    adverbs: frozenset[str]
    """Adverbs that stand for themselves."""
    magnitudes: frozenset[str]
    """Nouns that are a part of a number."""
    alone: frozenset[str]
    """Adjectives that say something without a noun."""
    places: frozenset[str]
    """Nouns of places."""
    at: frozenset[str]
    """Those of them that have `at` before them."""
    together: frozenset[str]
    """Nouns of what two have together."""
    plurals: dict[str, str]
    """Of nouns that do not take an s."""
    participles: dict[str, str]
    """Of verbs that do not just take `ed`."""
    letters: dict[str, str]
    """Latin letters for Greek and Cyrillic ones."""


_YEAR = re.compile(r"(?:19[5-9]|20[0-6])\d")
_IRREGULAR = {"is": "be", "has": "have"}


@lru_cache(maxsize=1)
def grammar() -> Grammar:
    """Return what is known of English words."""
    return read_data("gloss_grammar", Grammar)


def base(english: str) -> str:
    """Return a verb, with what follows it, without its ending (`enter into force`)."""
    verb, space, rest = english.partition(" ")
    return f"{_infinitive(verb)}{space}{rest}"


def participle(english: str) -> str:
    """Return the past participle of a verb, with what follows it (`taken in`)."""
    verb, space, rest = base(english).partition(" ")
    regular = f"{verb.removesuffix('e')}ed"
    if verb.endswith("y") and verb[-2] not in "aeo":
        regular = f"{verb[:-1]}ied"
    return f"{grammar().participles.get(verb, regular)}{space}{rest}"


def gerund(english: str) -> str:
    """Return the gerund of a verb, with what follows it (`handing over`)."""
    verb, space, rest = base(english).partition(" ")
    if grammar().participles.get(verb) == f"{verb}{verb[-1]}ed":  # submitted, submitting
        stem = f"{verb}{verb[-1]}"
    elif verb.endswith("ie"):
        stem = f"{verb[:-2]}y"
    elif verb.endswith("e") and not verb.endswith(("ee", "ye", "oe")) and verb != "be":
        stem = verb[:-1]
    elif re.fullmatch(r"(?:for)?[^aeiou]*[aeiou][bdgmnprt]", verb):  # cut, cutting
        stem = f"{verb}{verb[-1]}"
    else:
        stem = verb
    return f"{stem}ing{space}{rest}"


def _infinitive(verb: str) -> str:
    if verb in _IRREGULAR:
        return _IRREGULAR[verb]
    if verb.endswith("ies") and len(verb) > len("dies"):
        return f"{verb[:-3]}y"
    return (
        verb[:-2]
        if verb.endswith(("shes", "ches", "sses", "xes", "oes"))
        else verb.removesuffix("s")
    )


def plural(noun: str) -> str:
    """Return an English noun in the plural."""
    *front, last = noun.split(" ")
    if last in grammar().plurals:
        return " ".join((*front, grammar().plurals[last]))
    if last.endswith("y") and last[-2] not in "aeo":
        return f"{noun[:-1]}ies"
    return f"{noun}es" if last.endswith(("sh", "ch", "s", "x")) else f"{noun}s"


def says_something(adjective: str) -> bool:
    """Return whether an adjective says something without a noun."""
    return adjective in grammar().alone or adjective[0].isupper()


def with_adjective(adjective: str, noun: str) -> str:
    """Return a noun with an adjective, which stands after the number."""
    number = re.match(rf"\d\S* (?:(?:{'|'.join(sorted(grammar().magnitudes))}) )?", noun)
    cut = number.end() if number else 0
    return f"{noun[:cut]}{adjective} {noun[cut:]}"


def origin_of(people: str) -> str:
    """Return the adjective of people of an origin: `foreign`."""
    return people.removesuffix("er") if people == "foreigner" else people


def in_latin(name: str) -> str:
    """Return a name in Latin letters, which every reader knows."""
    folded = fold(name)
    latin = _foreign_letters().sub(lambda match: grammar().letters[match[0]], folded)
    if latin == folded:
        return name
    return latin.upper() if name.isupper() else latin.title()


@lru_cache(maxsize=1)
def _foreign_letters() -> re.Pattern[str]:
    return re.compile("|".join(sorted(grammar().letters, key=len, reverse=True)))


def english_number(written: str) -> str:
    """Return a number with commas between thousands and a decimal point; its sign as English has
    it."""
    sign = "".join(letter for letter in written if letter in "€$£")
    percent = "%" if "%" in written else ""
    digits = re.sub(r"[€$£%\s\u00a0\u202f'’]", "", written)
    if decimals := re.search(r"[.,](\d{1,2})$", digits):
        digits = digits[: decimals.start()]
    whole = re.sub(r"\D", "", digits)
    is_plain = _YEAR.fullmatch(written) or len(whole) > 15
    grouped = whole if is_plain else f"{int(whole):,}"
    return f"{sign}{grouped}{'.' + decimals[1] if decimals else ''}{percent}"


def is_year(number: str) -> bool:
    """Return whether a number is rather a year."""
    return _YEAR.fullmatch(number) is not None
