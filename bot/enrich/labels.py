"""Decide whether an item is about migration or asylum, and find its labels, with the words that
decided."""

from collections.abc import Collection, Iterable, Mapping
from typing import NamedTuple, cast, get_args

from bot import taxonomy
from bot.enrich import lexicon
from bot.enrich.classifier import Hit, Weighed
from bot.enrich.label_model import Head
from bot.models import Confidence, DevelopmentType, Evidence
from bot.models.sources import NotRelevant
from bot.text.terms import FoldedText, listed_language

HEADS: tuple[Head, ...] = get_args(Head)
LEAD = 1000
"""Characters of a text that decide: further on, it mentions other things in passing."""
RELEVANT, OTHER = "relevant", "other"
LEAST_RELEVANCE, LEAST_NAMED = 0.9, 0.7
"""The probability from which an item of a mixed source is taken, and the same where its title has a
word that is unmistakable."""
LEAST_OF_BRIEF, LEAST_OF_BRIEF_NAMED = 0.4, 0.2
"""The same two, where it has hardly more than a title: that says less."""
BRIEF = 80
"""Characters of a text that is hardly more."""
OWN = {"own title", "own text"}
"""An operator's words: one lets an item in."""
RESIDUAL = "general"
"""The theme of what is about none of the others."""
LEAST = 0.1
"""The least probability of a theme."""
LEAST_UNNAMED = 0.3
"""The same, where no list has a word of it."""
LABELLING = {"themes", "weak", "topics"}
"""Kinds of lists that speak for a label."""
FIRST = 0.35
"""The least probability of the first theme, as a share of the likeliest label's, which may be a
topic or the residual one."""
SECOND = 0.25
"""The least probability of a second theme, as a share of the first one's."""
INSTITUTIONAL = "Institutional"
LEAST_INSTITUTIONAL = 0.3
"""The probability from which a text is about an institution, whatever else is likelier: it tells of
an authority's practice as well, and would be found least of all types."""
WORDS = 4
"""The most words that are named for a label."""
OTHERS = 3
"""How many labels are kept as the next likely ones."""
SHORTEST = 4
"""Letters of a word that is named."""
EXPLAINED = 3
"""Labels of a head that are explained."""
PULLS = 6
"""Words that are shown for each."""
LEAST_PULL = 0.05
DECIDING = 0.3
"""The least pull of a word that is named, as a share of the strongest one's."""


class Labels(NamedTuple):
    """What a text was found to be."""

    irrelevance: NotRelevant | None
    """None: it is about migration or asylum."""
    themes: tuple[str, ...]
    topics: tuple[str, ...]
    type: DevelopmentType
    confidence: Confidence
    evidence: Evidence

    @property
    def is_relevant(self) -> bool:
        """Return whether it is about migration or asylum."""
        return self.irrelevance is None


def find_labels(title: str, text: str, language: str | None, own_words: str = "") -> Labels:
    """Return the labels of a text, the most probable first, with one or two themes; `own_words`
    are an operator's lists."""
    weighed, hits = weigh(title, text, language, own_words)
    irrelevance = _irrelevance(weighed, {hit.list for hit in hits}, text)
    shares, types = weighed.probabilities("label"), weighed.probabilities("type")
    named = {hit.list.split()[1] for hit in hits if hit.list.split()[0] in LABELLING}
    least = FIRST * max(shares.values())
    themes = _themes(shares, least, named)
    topics = [
        code
        for code, share in shares.items()
        if code in taxonomy.topics() and (share >= least or code in named)
    ]
    kind = _type(types)
    # Of what is about a topic alone, the topic's probability is the label's.
    residual = max((shares[code] for code in (RESIDUAL, *topics)), default=0.0)
    others = [code for code in shares if code not in (*themes, *topics)][:OTHERS]
    confidence = Confidence(
        relevance=weighed.probabilities("relevance")[RELEVANT],
        themes=tuple(residual if code == RESIDUAL else shares[code] for code in themes),
        topics=tuple(shares[code] for code in topics),
        type=types[kind],
        others=tuple(others),
        other_shares=tuple(shares[code] for code in others),
        types=cast(dict[DevelopmentType, float], types),
    )
    evidence = Evidence(
        themes=_words(weighed, themes),
        topics=_words(weighed, topics),
        type=deciding(weighed.pulls("type", kind)) if kind != "Policy" else (),
    )
    return Labels(irrelevance, tuple(themes), tuple(topics), kind, confidence, evidence)


def _irrelevance(weighed: Weighed, lists: Collection[str], text: str) -> NotRelevant | None:
    """Return why a text is not about migration or asylum, given the lists that have words of it;
    None: it is."""
    relevance = weighed.probabilities("relevance")[RELEVANT]
    least = _least_relevance(lists, text)
    if relevance >= least or not OWN.isdisjoint(lists):
        return None
    return NotRelevant(
        relevance=round(relevance, 3),
        least=least,
        speaking_for=deciding(weighed.pulls("relevance", RELEVANT)),
        against=deciding(weighed.pulls("relevance", OTHER)),
    )


def _type(shares: Mapping[str, float]) -> DevelopmentType:
    is_institutional = shares[INSTITUTIONAL] >= LEAST_INSTITUTIONAL
    return cast(DevelopmentType, INSTITUTIONAL if is_institutional else next(iter(shares)))


def _least_relevance(lists: Collection[str], text: str) -> float:
    """Return the probability from which an item with words of some lists is taken."""
    is_named = "gate title" in lists
    if len(text) < BRIEF:
        return LEAST_OF_BRIEF_NAMED if is_named else LEAST_OF_BRIEF
    return LEAST_NAMED if is_named else LEAST_RELEVANCE


def _themes(shares: Mapping[str, float], least: float, named: Collection[str]) -> list[str]:
    """Return the one or two themes of the shares of labels; `named`: those that lists have words
    of."""
    codes = [code for code in shares if code in taxonomy.themes() and code != RESIDUAL]
    first = shares[codes[0]]
    if first < max(least, LEAST if codes[0] in named else LEAST_UNNAMED):
        return [RESIDUAL]
    return [code for code in codes if shares[code] >= max(SECOND * first, LEAST)][:2]


def weigh(
    title: str, text: str, language: str | None, own_words: str = ""
) -> tuple[Weighed, list[Hit]]:
    """Weigh a text by the model, and return what the word lists have in it."""
    head, lead = FoldedText(title), FoldedText(text[:LEAD])
    terms = lexicon.load_lexicon(language, own_words)
    hits = lexicon.find_hits(head, lead, terms, listed_language(language, "lexicon"))
    # What an operator removed from a list says nothing by its letters either.
    return Weighed(terms.removed.blank_out(head), terms.removed.blank_out(lead), hits), hits


class Explained(NamedTuple):
    """A label that a text may have."""

    label: str
    probability: float
    pulls: dict[str, float]
    """How much each word speaks for it, or against it; the strongest first."""


def explain(
    title: str, text: str, language: str | None, own_words: str = ""
) -> dict[Head, list[Explained]]:
    """Return what a text may be, the most probable first, with the words that pull most."""
    weighed, _ = weigh(title, text, language, own_words)
    explained: dict[Head, list[Explained]] = {}
    for head in HEADS:
        shares = [*weighed.probabilities(head).items()][:EXPLAINED]
        explained[head] = [
            Explained(label, share, _strongest(weighed.pulls(head, label)))
            for label, share in shares
        ]
    return explained


def _strongest(pulls: Mapping[str, float]) -> dict[str, float]:
    strongest = sorted(pulls, key=lambda word: -abs(pulls[word]))
    return {word: pulls[word] for word in strongest[:PULLS] if abs(pulls[word]) >= LEAST_PULL}


def _words(weighed: Weighed, codes: list[str]) -> tuple[str, ...]:
    words = [word for code in codes for word in deciding(weighed.pulls("label", code))]
    return tuple(dict.fromkeys(word for word in words if not _is_within(word, words)))


def deciding(pulls: Mapping[str, float]) -> tuple[str, ...]:
    """Return the words that pull most, the strongest first; of words within one another, one."""
    least = DECIDING * max(pulls.values(), default=0.0)
    words = list[str]()
    for word, pull in pulls.items():
        if pull < max(least, 0.01) or len(words) == WORDS:
            break
        is_new = not any(word in other or other in word for other in words)
        if len(word) >= SHORTEST and is_new:
            words.append(word)
    return tuple(words)


def _is_within(word: str, words: Iterable[str]) -> bool:
    return any(word in other and word != other for other in words)
