"""Put the elements of a clause together: nouns with what belongs to them, verbs with their mode."""

from itertools import zip_longest

from bot.enrich.gloss_english import grammar, in_latin, is_year, origin_of, plural, says_something
from bot.enrich.gloss_parts import ACTORS, Phrase, Verb, with_verbs_joined
from bot.enrich.gloss_words import Clause, Element, ElementKind
from bot.enrich.glossary import WordLists

NO = "no"
"""The determiner that negates a noun, or the verb right behind it."""
ADVERBS = (
    "next last this today tomorrow yesterday tonight until immediately every for from so at in year"
).split()
"""The first words of times that stand without `in`."""
NOUNS = ("people", "about")
"""What a participle may stand before."""
OWNERS = ("people", "about")
"""What stands before what it has, where genitives do."""
OBLIGES = ("must",)
"""Modes that say something without a verb: `applicants · must · citizenship test`."""
COMPARED = frozenset(("more", "fewer"))
"""Words of a phrase that another is compared with."""
VERB_LINKS = ("before", "after", "for", "without", "despite")
"""What is told of a verb, too."""
AMOUNT_LINKS = (*"from to by over under between".split(), "up to")
"""What says more of a number without a noun than that it stands there."""
DAY_LINKS = (*"from until by since before after in on between".split(), "compared with")


def read_clause(clause: Clause, lists: WordLists) -> list[Phrase | Verb]:
    """Return the phrases and verbs of a clause, in its order."""
    builder = _Builder(lists)
    for element, following in zip_longest(clause, clause[1:]):
        builder.add(element if element.kind != "did" else builder.as_adjective(element, following))
    return builder.finished()


class _Builder:
    def __init__(self, lists: WordLists) -> None:
        self._lists = lists
        self._parts = list[Phrase | Verb]()
        self._modes = list[tuple[int, Element]]()
        """Each with the number of parts before it."""
        self._phrase: Phrase | None = None
        self._is_row = True
        """Whether nothing but their order joins the nouns of the phrase."""
        self._link, self._number = "", ""
        self._likes = list[str]()
        self._last: ElementKind = "gap"
        """The kind of the last noun."""
        self._gaps = 0
        """Unknown words since the last element."""
        self._adders = {
            "article": self._add_article,
            "link": self._add_link,
            "after": self._add_after,
            "like": self._add_like,
            "number": self._add_number,
            "day": self._add_day,
        }

    def add(self, element: Element) -> None:
        """Read one more element."""
        if element.is_after_comma and all(map(says_something, self._likes)):
            self._close()
        if element.kind == "gap":
            self._add_gap()
            return
        if element.kind in ("did", "mode"):
            self._add_verb(element)
        elif add := self._adders.get(element.kind):
            add(element.english)
        elif self._is_origin(element):
            self._add_like(origin_of(element.english))
        else:
            self._add_noun(element)
        self._gaps = 0

    def as_adjective(self, verb: Element, following: Element | None) -> Element:
        """Return a verb as the participle that it is between a number or an adjective and a noun
        (`38 evacuated foreigners`); else as it is."""
        is_described = self._number or any(not says_something(like) for like in self._likes)
        if not verb.is_participle or not is_described or self._gaps or verb.is_after_comma:
            return verb
        if following is None or following.kind not in NOUNS or following.is_after_comma:
            return verb
        return verb.as_participle()

    def finished(self) -> list[Phrase | Verb]:
        """Return all parts."""
        self._close()
        self._set_modes()
        if any(isinstance(part, Verb) and part.is_negated for part in self._parts):
            for part in self._parts:  # many languages negate the verb and the noun
                if isinstance(part, Phrase):
                    part.nouns = [
                        (joint, noun.removeprefix(f"{NO} ")) for joint, noun in part.nouns
                    ]
        return with_verbs_joined(self._parts)

    def _set_modes(self) -> None:
        """Give each mode to its verb; one without a verb stands for itself."""
        for at, mode in reversed(self._modes):
            verbs = [i for i, part in enumerate(self._parts) if isinstance(part, Verb)]
            behind, before = [i for i in verbs if i >= at], [i for i in verbs if i < at]
            is_far = before and before[-1] < at - 1
            if not self._lists.not_behind if mode.english == "not" else is_far:
                before = []
            if mode.english == "not" and before and _is_negated_behind(self._parts, at):
                behind = []
            if nearest := (behind[:1] or before[-1:]):
                _set_mode(self._parts[nearest[0]], mode)  # type: ignore[arg-type]
            elif mode.english == "not" or mode.is_negated:
                self._parts.insert(at, Verb("not"))
            elif mode.english.endswith(" to"):
                verb = Verb(mode.english.removesuffix(" to"), mode.is_negated)
                self._parts.insert(at, verb)
            elif mode.english in OBLIGES:
                self._parts.insert(at, Verb(mode.english))

    def _add_verb(self, element: Element) -> None:
        is_negated = element.is_negated or (self._likes == [NO] and not self._gaps)
        if is_negated:
            self._likes = []
        link = self._link if self._link in VERB_LINKS else ""
        self._close()
        if element.kind == "mode":
            self._modes.append((len(self._parts), element))
        else:
            is_passive = element.is_passive and element.english not in grammar().happens
            self._parts.append(Verb(element.english, is_negated, is_passive, link=link))

    def _add_gap(self) -> None:
        link, number, likes = self._link, self._number, [NO] if NO in self._likes else []
        self._likes = [like for like in self._likes if like != NO]
        self._close()
        self._gaps += 1
        self._likes = likes
        if self._gaps == 1:  # most often an adjective
            self._link, self._number = link, number
            if number:
                self._parts = [part for part in self._parts if not _is_number(part, number)]

    def _add_link(self, link: str) -> None:
        if link == "of" and self._number and not is_year(self._number):  # `22 de migranți`
            return
        if link == "of" and self._link and not (self._likes or self._gaps):  # `à des migrants`
            return
        if self._number or self._likes:
            self._close()
        self._link = link

    def _add_article(self, _: str) -> None:
        if not (self._link or self._likes or self._number):
            self._close()

    def _add_after(self, link: str) -> None:
        if self._likes or self._number:  # `30% võrra`
            self._link = link
        elif self._phrase and len(self._phrase.nouns) > 1:
            self._phrase.nouns[-1] = (link, self._phrase.nouns[-1][1])
        elif self._phrase:
            self._phrase.link = link
        elif self._parts and isinstance(day := self._parts[-1], Phrase) and day.head == "day":
            day.link = link
        self._close()

    def _add_like(self, english: str) -> None:
        is_open = self._link or self._number or self._likes
        if english in grammar().adverbs and not is_open:
            self._close()
            self._parts.append(Phrase("like", "", [("", english)]))
            return
        is_number = english in grammar().many and english not in COMPARED
        is_behind = self._phrase and not (is_open or is_number or self._gaps)
        if self._phrase and is_behind and self._lists.adjectives == "after":
            self._phrase.describe(english)
        else:
            self._likes.append(english)

    def _add_number(self, number: str) -> None:
        if self._number:
            self._close()
        self._number = number

    def _add_day(self, day: str) -> None:
        link = self._link
        self._link = ""
        self._close()
        link = link.partition("|")[0].replace("to", "until")
        is_adverb = day.partition(" ")[0] in ADVERBS  # `next year`, as English has it
        if link not in DAY_LINKS or (link in ("in", "on") and is_adverb):
            link = ""
        self._parts.append(Phrase("day", "on" if link == "in" and day[0].isdigit() else link,
                                  [("", day)]))  # fmt: skip

    def _add_noun(self, element: Element) -> None:
        if element.english == "year" and is_year(self._number):
            self._close()
            return
        if element.english in grammar().magnitudes:
            self._add_magnitude(element.english)
            return
        is_counted = (
            self._number
            or not grammar().many.isdisjoint(self._likes)
            or (self._link == "of" and self._phrase and self._phrase.text.endswith("number"))
        )
        is_many = element.kind == "people" or (is_counted and element.kind == "about")
        is_one = self._number == "1"
        english = plural(element.english) if is_many and not is_one else element.english
        if element.kind == "name":
            english = in_latin(english)
        noun = " ".join(filter(None, (*self._described(), english)))
        joint = self._joint(element)
        if self._phrase and joint is not None:
            self._phrase.nouns.append((joint, noun))
            self._is_row = self._is_row and not joint
            if self._is_row and self._phrase.head in OWNERS:  # it belongs to the last one
                self._phrase.head = element.kind
        else:
            link = _chosen(self._link, element)
            if link == "of":
                link = "from" if element.kind == "place" else ""
            elif link in ("and", "or"):
                link = ""
            self._drop()
            self._close()
            self._phrase, self._is_row = Phrase(element.kind, link, [("", noun)]), True
        self._drop()
        self._last = element.kind

    def _is_origin(self, element: Element) -> bool:
        """Return whether people rather say where those before them are from: `refugiați sirieni`,
        Syrian refugees."""
        is_behind = not (self._link or self._number or self._likes or self._gaps)
        is_of_people = self._last == element.kind == "people" and not element.is_after_comma
        is_from = element.english[0].isupper() or element.english == "foreigner"
        return self._lists.adjectives == "after" and is_behind and is_of_people and is_from

    def _joint(self, element: Element) -> str | None:
        """Return what joins a noun to the phrase before it; None: it begins another."""
        if self._phrase is None or self._begins_another(element):
            return None
        if self._link == "of" and element.kind == "place":
            return "from" if self._last == "people" else "of"
        if self._is_compared(element):
            return "than"
        if self._link:
            is_together = (
                self._link.endswith("|with")
                and self._phrase.nouns[-1][1].split(" ")[-1] in grammar().together
            )
            return _chosen(self._link, element, is_together=is_together)
        is_named = "name" in (self._last, element.kind) and grammar().many.isdisjoint(self._likes)
        if is_named or element.is_after_hyphen:
            return ""
        is_counted = self._number or self._last == "name" or "too many" in self._likes
        return None if is_counted else self._genitive(element)

    def _begins_another(self, element: Element) -> bool:
        """Return whether a preposition belongs to the verb: by whom, or by how much."""
        if self._number and self._link.endswith("about"):
            return element.kind == "about"
        return self._link == "by" and element.kind in ACTORS

    def _is_compared(self, element: Element) -> bool:
        """Return whether `from` is rather `than`: `more departures than arrivals`."""
        is_from = self._link.partition("|")[0] == "from" and element.kind == "about"
        if self._phrase is None or not is_from:
            return False
        return not COMPARED.isdisjoint(self._phrase.text.split(" "))

    def _genitive(self, element: Element) -> str | None:
        """Return what joins two nouns that stand side by side; None: nothing."""
        is_of_place = self._last == "place" and element.kind in ("who", "people")
        if is_of_place and self._phrase and not (self._phrase.link or self._gaps):
            if len(self._phrase.nouns) == 1:  # `hrvatska policija`
                self._phrase.head = element.kind
            return ""
        is_number = self._phrase and self._phrase.text.split(" ")[-1] == "number"
        if is_number and element.kind in OWNERS:  # `aantal aanvragen`
            return "of"
        if self._lists.genitive == "before":
            return ""
        is_part = self._last == "who" and element.kind in ("who", "place")
        is_owned = self._lists.genitive == "after" and (self._last == "about" or is_part)
        if self._phrase and self._phrase.is_span:  # `for six months` has no parts
            return None
        return "of" if is_owned else None

    def _add_magnitude(self, english: str) -> None:
        if self._likes and self._likes[-1] in grammar().many:
            self._number = self._likes.pop()
        self._number = f"{self._number} {english}".strip()

    def _described(self) -> list[str]:
        """Return what stands before a noun: `more than`, the number, adjectives."""
        first = [like for like in self._likes if like in grammar().before_numbers]
        return [*first, self._number, *(like for like in self._likes if like not in first)]

    def _drop(self) -> None:
        self._link, self._number, self._likes = "", "", []

    def _close(self) -> None:
        """End the phrase; what has no noun stands for itself."""
        if self._phrase:
            self._parts.append(self._phrase)
            self._phrase = None
        if is_year(self._number) and not self._likes:
            link = self._link.partition("|")[0]
            link = link if link in DAY_LINKS else ""
            self._parts.append(Phrase("day", link, [("", self._number)]))
        elif words := " ".join(filter(None, (self._number, *filter(says_something, self._likes)))):
            words = words.removesuffix(" of")  # falls by `a third`
            link = self._link.partition("|")[0] if self._number else ""
            link = link if link in AMOUNT_LINKS else ""
            self._parts.append(Phrase("number" if self._number else "like", link, [("", words)]))
        self._drop()


def _chosen(link: str, element: Element, *, is_together: bool = False) -> str:
    """Return a preposition before a noun; of two (`from|with`), the first before a place."""
    if link == "by" and element.kind not in ACTORS:
        return "of"
    first, bar, second = link.partition("|")
    is_place = element.kind in ("place", "name") or element.english in grammar().places
    chosen = second if bar and (is_together or not is_place) else first
    return "at" if chosen == "in" and element.english in grammar().at else chosen


def _is_number(part: Phrase | Verb, number: str) -> bool:
    return isinstance(part, Phrase) and part.head == "number" and part.nouns == [("", number)]


def _is_negated_behind(parts: list[Phrase | Verb], at: int) -> bool:
    """Return whether `not` at an index is rather of the verb right before it."""
    verb = parts[at - 1]
    return isinstance(verb, Verb) and verb.english not in grammar().take_verbs


def _set_mode(verb: Verb, mode: Element) -> None:
    if mode.english == "not":
        verb.is_negated = True
    else:
        verb.mode = mode.english
        verb.is_negated = verb.is_negated or mode.is_negated
