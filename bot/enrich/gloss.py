"""Say in English words who did what, about what and when, by a glossary: no translation, but enough
to tell what a title in another language is about.

`government · extends · temporary protection for refugees · until 31 March 2027`
"""

from collections.abc import Iterable, Iterator, Sequence
from itertools import takewhile

from bot.enrich.gloss_english import grammar
from bot.enrich.gloss_parts import Phrase, Verb
from bot.enrich.gloss_phrases import read_clause
from bot.enrich.gloss_words import Clause, is_conjunction, read_clauses
from bot.enrich.glossary import Glossary, has_glossary, load_glossary
from bot.text import each_sentence
from bot.text.numerals import with_digits
from bot.text.terms import list_language

LIMIT = 160
"""Characters of a gloss."""
MARK = " · "
"""Between the parts of a gloss."""
ENOUGH = 2
"""Parts of a title's gloss that need no more of the text."""


def make_gloss(title: str, text: str, language: str | None) -> str:
    """Return the gloss of a title, and of the first sentence of its text where the title says too
    little; an empty one for English, and for a language without a glossary."""
    if not has_glossary(language):
        return ""
    glossary = load_glossary(list_language(language))
    parts = list(_parts(with_digits(title, language), glossary, language))
    if len(parts) < ENOUGH and (lead := next(each_sentence(text), "")):
        parts += _parts(with_digits(lead, language), glossary, language)
    return _within_limit(parts)


def _within_limit(parts: Iterable[str]) -> str:
    """Return parts as one line: each once, and as many as there is room for."""
    gloss, said = "", set[str]()
    for part in parts:
        longer = f"{gloss}{MARK}{part}" if gloss else part
        if part.casefold() not in said and len(longer) <= LIMIT:
            gloss = longer
        said.add(part.casefold())
    return gloss


def _parts(text: str, glossary: Glossary, language: str | None) -> Iterator[str]:
    for clause in read_clauses(text, glossary, language):
        conjunction, rest = "", clause
        if clause and is_conjunction(clause[0]):
            conjunction, rest = f"{clause[0].english} ", clause[1:]
        for part in _in_order(rest, glossary):
            yield f"{conjunction}{part}"
            conjunction = ""


def _in_order(clause: Clause, glossary: Glossary) -> Iterator[str]:
    """Yield the parts of a clause: who, did, what and where, when."""
    parts = read_clause(clause, glossary.lists)
    verbs = [part for part in parts if isinstance(part, Verb) and part.english != "not"]
    subject = _subject(parts, verbs[0]) if verbs else None
    if subject and subject.link == "by":
        verbs[0].is_passive = False
    others = [part for part in parts if part is not subject]
    for verb in verbs:
        if _is_of_people(verb, others, is_alone=len(verbs) == 1):
            verb.english = grammar().with_people.get(verb.english, verb.english)
        _read_amount(verb, parts)
        _read_link(verb, parts)
    if len(verbs) == 1:  # some languages have it last
        others.sort(key=lambda part: not isinstance(part, Verb))
    if subject:
        if (
            parts.index(subject) > parts.index(verbs[0]) and not verbs[0].is_passive
        ):  # what it is done to follows
            at = others.index(verbs[0]) + 1
            subject, others[at:at] = subject.parted()
        yield subject.text
    yield from (str(part) for part in others if not _is_day(part))
    yield from (str(part) for part in others if _is_day(part))


def _read_amount(verb: Verb, parts: Sequence[Verb | Phrase]) -> None:
    """Read a verb and the amounts behind it together: what `crosses` a number `exceeds` it, what
    falls `on` it falls to it, and `with` it by it."""
    amounts = [part for part in parts if isinstance(part, Phrase) and part.is_amount]
    if amounts and not amounts[0].link and _follows(amounts[0], verb, parts):
        verb.english = grammar().with_numbers.get(verb.english, verb.english)
    if verb.english not in grammar().changes:
        return
    is_from = False
    for amount in amounts:
        links = grammar().links_of_changes
        amount.link = "to" if is_from and amount.link else links.get(amount.link, amount.link)
        is_from = amount.link == "from"


def _read_link(verb: Verb, parts: Sequence[Verb | Phrase]) -> None:
    """Read the preposition right behind a verb as English has it: waits `on`, that is for."""
    links = grammar().links_of_verbs.get(verb.english)
    following = parts[parts.index(verb) + 1 :][:1]
    if links and following and isinstance(phrase := following[0], Phrase) and not phrase.is_time:
        phrase.link = links.get(phrase.link, phrase.link)


def _follows(phrase: Phrase, verb: Verb, parts: Sequence[Verb | Phrase]) -> bool:
    return parts.index(phrase) == parts.index(verb) + 1


def _is_of_people(verb: Verb, parts: Sequence[Verb | Phrase], *, is_alone: bool) -> bool:
    """Return whether people are the object of a verb."""
    behind = parts if is_alone else parts[parts.index(verb) + 1 :]
    until_verb = takewhile(lambda part: part is verb or isinstance(part, Phrase), behind)
    objects = (part for part in until_verb if isinstance(part, Phrase) and not part.link)
    return any(part.head == "people" for part in [*objects][:1])


def _subject(parts: Sequence[Verb | Phrase], verb: Verb) -> Phrase | None:
    """Return the phrase of those who do what a verb says."""
    at = parts.index(verb)
    before = [part for part in parts[:at] if isinstance(part, Phrase)]
    behind = [part for part in parts[at + 1 :] if isinstance(part, Phrase)]
    by = [phrase for phrase in (*before, *behind) if phrase.link == "by" and phrase.is_actor]
    free = [phrase for phrase in before if not (phrase.link or phrase.is_time)]
    if verb.is_passive:
        to_whom = (phrase for phrase in behind[:1] if not phrase.link and phrase.head != "day")
        return next(iter((*by, *reversed(free), *to_whom)), None)
    actors = (phrase for phrase in free if phrase.is_actor)
    next_ = (phrase for phrase in behind[:1] if not phrase.link and phrase.head == "who")
    has_object = any(not phrase.link and phrase.head != "day" for phrase in behind[:1])
    doers = (phrase for phrase in free if _may_do(phrase, verb, has_object=has_object))
    return next(iter((*by, *actors, *next_, *doers)), None)


def _may_do(phrase: Phrase, verb: Verb, *, has_object: bool) -> bool:
    if phrase.head == "people":
        return verb.english not in grammar().done_to_people
    return verb.english in grammar().things_do or (has_object and phrase.head == "about")


def _is_day(part: Verb | Phrase) -> bool:
    return isinstance(part, Phrase) and part.head == "day"
