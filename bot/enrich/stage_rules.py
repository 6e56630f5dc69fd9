"""Find by rules over word lists which stage of a matter a text tells.

The title says it, else the sentences below it that name the matter. Of several stages in one
sentence the last in a procedure counts, unless the sentence tells what is planned. A title that is
the heading of a bill, or of an act, tells of no stage but that of its number.
"""

from collections.abc import Iterator, Sequence, Set

from bot.enrich.reference_forms import Kind, Named, find_numbers, whole_sentences
from bot.enrich.reference_roles import before_content, is_cited, names_decree
from bot.enrich.references import Publication
from bot.enrich.stage_words import CHAMBERS, LAWMAKERS, PROGRESS, is_court, stage_words
from bot.models import Stage, StageKind
from bot.text import shorten
from bot.text.terms import FoldedText

FIRST = 2
"""Sentences below the title that say how a court has decided."""
READ = 4
"""Sentences below the title that are read."""
ADJOINING = 25
"""Characters between two words that belong together."""
QUOTED = 300
"""Units of the sentence that tells a stage."""
HEADING = 15
"""Characters of a title before the number of an act whose heading it is."""
_BY_COURTS = frozenset(
    ("challenged", "upheld", "annulled", "suspended", "decided", "referred", "heard")
)
_OF_CASES = ("challenged", "upheld", "annulled", "suspended", "decided", "withdrawn")
_DECISIONS = ("annulled", "suspended", "upheld", "challenged")
_BY_VOTE = frozenset(("adopted", "rejected"))
_LAST: tuple[StageKind, ...] = (
    "annulled", "suspended", "upheld", "withdrawn", "rejected", "challenged", "in_force",
    "published", "amended", "adopted", "consultation", "bill", "announced", "decided",
)  # fmt: skip
"""Which of several stages in one sentence it tells; the others are how it came to that."""
_NOT_YET = frozenset(("bill", "amended", "adopted", "announced", "rejected", "planned"))
"""Stages that a sentence on what is planned does not tell yet."""
_OF_ACTS = ("annulled", "suspended", "upheld", "withdrawn", "challenged", "in_force")
_OF_BILLS = (*_OF_ACTS, "adopted", "rejected", "amended")
_TOLD_OF: dict[Kind, tuple[str, ...]] = {
    "draft": _OF_BILLS, "bill": _OF_BILLS, "vote": _OF_ACTS, "act": _OF_ACTS, "case": _LAST,
}  # fmt: skip
"""Stages that a title tells although it is a heading: other words are of what the law says."""
_OF_NUMBERS: dict[Kind, StageKind] = {
    "draft": "consultation", "bill": "bill", "vote": "adopted", "act": "published",
    "case": "decided",
}  # fmt: skip
"""The stage of what a title is the heading of."""


def stage_by_rules(
    title: str, text: str, publication: Publication, own: Sequence[str]
) -> Stage | None:
    """Return the stage that a text tells of a matter; `own`: the matter's numbers
    (`references.own_references`). None: the rules find none."""
    reader = _Reader(title, text, publication)
    return reader.of_numbers(frozenset(own)) if own else reader.without_number()


class _Reader:
    """Reads the stage of one text."""

    def __init__(self, title: str, text: str, publication: Publication) -> None:
        self._title, self._text, self._publication = title, text, publication
        self._words = stage_words(publication.language)
        self._below = whole_sentences(text[: READ * 1000], publication.country)[:READ]
        around = FoldedText(f"{title}. {' '.join(self._below)} | {publication.publisher}")
        self._is_of_court = is_court(self._words.bodies(around, publication.country))
        self._is_of_gazette = "published" in self._words.stages(FoldedText(publication.publisher))

    def of_numbers(self, names: frozenset[str]) -> Stage | None:
        """Return the stage of a matter that has numbers; that of its number, if nothing is told."""
        heading = self._heading(names)
        if heading and heading.kind == "decided":
            return self._of_decision() or heading
        if heading:
            return heading
        told = (self._stage_of(sentence) for sentence in self._sentences(names))
        if self._are_cases(names):  # what is told of laws is of those that the court applies
            told = (each for each in told if each and each.kind in _OF_CASES)
        return next(filter(None, told), None) or self._of_number(names)

    def _are_cases(self, names: frozenset[str]) -> bool:
        named = self._numbers(f"{self._title}. {self._text}")
        return all(each.kind == "case" for each in named if each.name in names)

    def _of_decision(self) -> Stage | None:
        """Return how a court has decided, if one of the first sentences tells it."""
        told = (self._stage_of(sentence) for sentence in self._below[:FIRST])
        return next((each for each in told if each and each.kind in _DECISIONS), None)

    def without_number(self) -> Stage | None:
        """Return the stage of a law without a number: the title tells it, or the first sentence."""
        if any(is_cited(self._title, each.start) for each in self._numbers(self._title)):
            return None
        lead = self._below[0] if self._below else ""
        if self._is_of_gazette and self._is_act(()):
            return self._at("act")
        if self._names_law(self._title):
            return self._stage_of(self._title) or self._stage_of(lead) or self._of_draft()
        told = {*self._words.stages(FoldedText(self._title))}
        is_plan = told & {"announced", "planned"} and not self._numbers(self._text)
        if told & {"consultation", "referred"} or is_plan or self._is_of_rules(told):
            return self._stage_of(self._title)
        if self._is_by_lawmakers(told) and self._names_law(lead):
            return self._stage_of(self._title)
        return None if "issued" in told else self._of_lead(lead)

    def _is_by_lawmakers(self, told: Set[str]) -> bool:
        """Return whether a title says that lawmakers adopt or reject something."""
        bodies = self._words.bodies(FoldedText(self._title), self._publication.country)
        return bool(told & _BY_VOTE) and not LAWMAKERS.isdisjoint(bodies)

    def _of_lead(self, lead: str) -> Stage | None:
        """Return the stage that the first sentence tells of what the title is about."""
        bodies = self._words.bodies(FoldedText(lead), self._publication.country)
        is_told = self._is_of_chamber(lead) or self._names_rules()
        is_of_others = self._is_of_court and LAWMAKERS.isdisjoint(bodies)
        is_about = self._names_law(lead) or (is_told and not is_of_others)
        stage = self._stage_of(lead) if is_about else None
        return stage if stage and self._is_of_title(stage, lead) else None

    def _is_of_title(self, stage: Stage, lead: str) -> bool:
        """Return whether the first sentence tells a stage of what the title is about: not a
        decision on a person, nor that something else is made public or in force."""
        match stage.kind:
            case "in_force":
                return self._names_rules() or self._words.names_today(FoldedText(lead))
            case "decided" | "published":
                return False
            case "rejected" if self._is_of_court:
                return False
            case kind:
                return bool(stage.body) or kind in _BY_COURTS or self._names_rules()

    def _names_rules(self) -> bool:
        """Return whether a title names what laws bring."""
        return self._words.names_rules(FoldedText(self._title))

    def _is_of_rules(self, told: Set[str]) -> bool:
        """Return whether a title without a law tells what becomes of one: lawmakers decide on what
        laws bring, or it begins to apply."""
        bodies = {*self._words.bodies(FoldedText(self._title), self._publication.country)}
        if bodies & CHAMBERS and told & _BY_VOTE:
            return True
        if "constitutional_court" in bodies and "challenged" in told:
            return True
        is_of_plaintiffs = self._words.names_plaintiffs(FoldedText(self._title))
        if self._is_of_court and is_of_plaintiffs and "challenged" in told:
            return True
        of_publisher = self._words.bodies(
            FoldedText(self._publication.publisher), self._publication.country
        )
        is_decided = bool((bodies | {*of_publisher}) & LAWMAKERS and told & PROGRESS)
        is_contested = self._is_of_court and bool(told & _BY_COURTS - {"decided", "heard"})
        return self._names_rules() and ("in_force" in told or is_decided or is_contested)

    def _is_of_chamber(self, sentence: str) -> bool:
        """Return whether a sentence says how a chamber has voted."""
        passage = FoldedText(sentence)
        bodies = self._words.bodies(passage, self._publication.country)
        return not CHAMBERS.isdisjoint(bodies) and not _BY_VOTE.isdisjoint(
            self._words.stages(passage)
        )

    def _of_draft(self) -> Stage | None:
        """Return the stage of a title that is the heading of a draft without a number."""
        ends = (self._title[:HEADING], self._title[-HEADING:])
        is_draft = any(self._words.names_draft(FoldedText(each)) for each in ends)
        return self._at("bill") if is_draft else None

    def _of_number(self, names: frozenset[str]) -> Stage | None:
        """Return the stage of the first number of a matter that a text names."""
        named = self._numbers(f"{self._title}. {self._text}")
        kind = next((each.kind for each in named if each.name in names), None)
        return self._at(kind) if kind else None

    def _at(self, kind: Kind) -> Stage:
        return Stage(kind=_OF_NUMBERS[kind], words=shorten(self._title, QUOTED))

    def _heading(self, names: frozenset[str]) -> Stage | None:
        """Return the stage of the number that a title is the heading of."""
        named = [each for each in self._numbers(self._title) if each.name in names]
        if self._is_of_gazette and self._is_act(named):
            return self._at("act")
        if not named or not self._is_heading(named[0]):
            return None
        told = self._stage_of(before_content(self._title))
        return told if told and told.kind in _TOLD_OF[named[0].kind] else self._at(named[0].kind)

    def _is_act(self, named: Sequence[Named]) -> bool:
        """Return whether a title is that of an act: it names none but its own, and tells nothing of
        what has become of it."""
        told = {*self._words.stages(FoldedText(before_content(self._title)))}
        is_law = named[0].kind == "act" if named else self._names_law(self._title)
        return is_law and told.isdisjoint(_BY_COURTS | {"in_force", "consultation", "withdrawn"})

    def _is_heading(self, named: Named) -> bool:
        """Return whether a title begins with a number, or names it behind the name of the law."""
        is_behind = named.end >= len(self._title.rstrip(" ).")) and not self._words.stages(
            FoldedText(before_content(self._title))
        )
        return named.start <= HEADING or is_behind

    def _numbers(self, text: str) -> tuple[Named, ...]:
        return find_numbers(text, self._publication.country)

    def _sentences(self, names: frozenset[str]) -> Iterator[str]:
        """Yield the title, then the sentences that name the matter, then the others."""
        yield self._title
        naming = [one for one in self._below if names & {each.name for each in self._numbers(one)}]
        yield from naming
        yield from (one for one in self._below if one not in naming)

    def _names_law(self, sentence: str) -> bool:
        """Return whether a sentence is about a law, and not only rests on one."""
        laws = self._words.laws(FoldedText(sentence))
        return any(not is_cited(sentence, start) for start in laws)

    def _stage_of(self, sentence: str) -> Stage | None:
        passage = FoldedText(sentence)
        bodies = self._words.bodies(passage, self._publication.country)
        names = self._words.stages(passage)
        is_old = any(
            is_cited(sentence, at, ADJOINING) for at in self._words.starts("in_force", passage)
        )
        if is_old and not self._words.names_today(passage):
            return None  # since it is in force, something else has happened
        kind = _kind(
            names,
            bodies,
            is_of_court=self._is_of_court,
            is_draft=self._words.names_draft(passage),
            is_decree=names_decree(sentence),
        )
        if kind is None:
            return None
        who = next((each for each in bodies if not each.endswith(("court", "critics"))), None)
        body = "president" if "signed" in names and kind == "adopted" else who
        return Stage(kind=kind, body=body, words=shorten(sentence, QUOTED))


def _kind(
    names: list[str], bodies: list[str], *, is_of_court: bool, is_draft: bool, is_decree: bool
) -> StageKind | None:
    """Return the stage that a sentence with some words tells."""
    told = {_SAME.get(name, name) for name in names if is_of_court or name not in _BY_COURTS}
    if "issued" in told and not told & {"consultation", "bill", "announced", "published"}:
        told.add("bill" if is_draft else "published")
    is_bill_announced = names[:1] == ["announced"] and told == {"announced", "bill"}
    if ("planned" in told and told <= _NOT_YET) or is_bill_announced:
        return "announced"
    if "passing" in told:
        return "bill"
    if names[:1] == ["consultation"] and not told & {"in_force", "published", "annulled"}:
        return "consultation"
    kind = next((each for each in _LAST if each in told), None)
    is_of_ministers = bodies[:1] in (["government"], ["ministry"]) and CHAMBERS.isdisjoint(bodies)
    if (
        kind == "adopted"
        and is_of_ministers
        and "signed" not in names
        and (is_draft or not is_decree)
    ):
        return "bill"
    return kind


_SAME = {"signed": "adopted", "referred": "challenged", "heard": "challenged"}
"""Lists whose words tell a stage that has another name."""
