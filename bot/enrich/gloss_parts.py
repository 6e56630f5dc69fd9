"""The parts that a gloss is made of: nouns with what belongs to them, and verbs."""

from typing import Literal

from msgspec import Struct

from bot.enrich.gloss_english import base, gerund, grammar, participle, with_adjective
from bot.enrich.gloss_words import ElementKind

ACTORS = ("who", "name", "place")
"""What may be the subject of any verb."""
SPANS = ("hours", "days", "weeks", "months", "years")


class Phrase(Struct):
    """A noun with what belongs to it."""

    head: ElementKind | Literal["number"]
    link: str
    """The preposition before it."""
    nouns: list[tuple[str, str]]
    """Each with its adjectives and number, after what joins it to the one before."""

    def __str__(self) -> str:
        return f"{self.link} {self.text}".strip()

    @property
    def text(self) -> str:
        """Return it without its preposition."""
        return " ".join(filter(None, (part for noun in self.nouns for part in noun)))

    def describe(self, adjective: str) -> None:
        """Put an adjective before the last noun."""
        joint, noun = self.nouns[-1]
        self.nouns[-1] = (joint, with_adjective(adjective, noun))

    def parted(self) -> tuple["Phrase", list["Phrase"]]:
        """Return its first noun with what is a part of it, and the rest, if there is one."""
        for at, (joint, noun) in enumerate(self.nouns):
            if at and joint not in ("", "of", "and", "or"):
                rest = Phrase("about", joint, [("", noun), *self.nouns[at + 1 :]])
                return Phrase(self.head, self.link, self.nouns[:at]), [rest]
        return self, []

    @property
    def is_span(self) -> bool:
        """Return whether it is a counted time."""
        words = self.nouns[-1][1].split(" ")
        return words[-1] in SPANS and (words[0][:1].isdigit() or words[0] in grammar().many)

    @property
    def is_time(self) -> bool:
        """Return whether it is a day, or a counted time."""
        return self.head == "day" or self.is_span

    @property
    def is_amount(self) -> bool:
        """Return whether it is a number, or begins with one."""
        return self.head not in ("day", "name") and self.nouns[0][1].lstrip("€$£")[:1].isdigit()

    @property
    def is_actor(self) -> bool:
        """Return whether it may be the subject of any verb; a level, such as B1, may not."""
        is_level = self.head == "name" and any(map(str.isdigit, self.text))
        return self.head in ACTORS and not is_level


class Verb(Struct):
    """A verb, in the present."""

    english: str
    is_negated: bool = False
    is_passive: bool = False
    mode: str = ""
    link: str = ""
    """A preposition before it: `before`, `without`."""
    then: str = ""
    """What follows it of another verb: `to strengthen`, `suspended`."""

    def __str__(self) -> str:
        said = self._after_link() if self.link else self._conjugated()
        return f"{said} {self.then}".strip()

    def _after_link(self) -> str:
        verb = f"being {participle(self.english)}" if self.is_passive else gerund(self.english)
        return f"{self.link} {'not ' if self.is_negated else ''}{verb}"

    def _conjugated(self) -> str:
        verb = base(self.english)
        if self.is_passive:
            verb = participle(self.english)
            if not self.mode:
                return f"not {verb}" if self.is_negated else verb
            verb = f"be {verb}"
        if self.mode:
            mode, *to = self.mode.split(" ")
            return " ".join((mode, *(["not"] if self.is_negated else []), *to, verb))
        return f"does not {verb}" if self.is_negated else self.english

    def take(self, other: "Verb") -> bool:
        """Take the verb right behind into this one, if it may follow; return whether it may."""
        if self.then or other.mode or other.link or other.english == "not":
            return False
        if self.english == "receives":  # `får inte stanna`
            self.english, self.mode, self.is_passive = other.english, "can", other.is_passive
            return True
        if other.is_passive:
            return False
        if self.english in grammar().refuse_verbs:
            self.english, self.then = "decides", f"not to {base(other.english)}"
        elif self.english in grammar().take_verbs:
            self.then = f"{'not ' if other.is_negated else ''}to {base(other.english)}"
        elif self.english in grammar().lasting and not other.is_negated:
            self.then = participle(other.english)
        return bool(self.then)


def with_verbs_joined(parts: list[Phrase | Verb]) -> list[Phrase | Verb]:
    """Return parts with a verb that follows another right behind as a part of it."""
    joined = list[Phrase | Verb]()
    for part in parts:
        before = joined[-1] if joined else None
        if isinstance(before, Verb) and isinstance(part, Verb) and before.take(part):
            continue
        joined.append(_as_noun(before, part) or part)
    return joined


def _as_noun(before: Phrase | Verb | None, part: Phrase | Verb) -> Phrase | None:
    """Return the noun that a verb rather is behind another: `annuls refusal`."""
    if not (isinstance(before, Verb) and isinstance(part, Verb)) or part.is_negated:
        return None
    noun = grammar().nouns_of_verbs.get(part.english)
    is_object = before.english in grammar().take_nouns and not before.is_passive
    return Phrase("about", "", [("", noun)]) if noun and is_object else None
