"""Find the stage that a text tells of a matter: a bill is tabled, a law published or annulled.

Rules read it by word lists (`stage_rules`); a linear model weighs all words of the text and what
the rules say (`linear_model`). Where the rules find none, the model must be sure that there is one;
where they find one, it is told unless the model is sure of the contrary. What the model holds for
likely is a tentative stage: it is one if a matter is known that it belongs to (`dedupe.matters`).
"""

from collections.abc import Mapping, Sequence
from functools import lru_cache

from bot.data_files import map_data
from bot.enrich.linear_model import LinearModel
from bot.enrich.references import Publication
from bot.enrich.stage_features import read_features
from bot.enrich.stage_rules import QUOTED, stage_by_rules
from bot.enrich.stage_words import COURT, stage_words
from bot.models import Stage, StageKind
from bot.text import first_sentences, shorten
from bot.text.terms import FoldedText

LEAST, LEAST_BY_RULES = 0.75, 0.5
"""The probability that there is a stage from which one is told; the same where rules find one."""
LIKELY = 0.3
"""The probability from which a stage is tentative."""
HOLDING = 0.3
"""The share of the likeliest kind's probability with which the kind that the rules find is told."""
_BY_COURTS = frozenset(("challenged", "decided", "upheld", "suspended", "annulled"))


@lru_cache(maxsize=1)
def load_model() -> LinearModel[StageKind]:
    """Return the model of the package, which `tools/stage_model` trains."""
    return map_data("stage_model", LinearModel[StageKind])


def find_stage(
    title: str, text: str, publication: Publication, own: Sequence[str], in_english: str = ""
) -> Stage | None:
    """Return the stage that a text tells of a matter. `own`: the matter's numbers
    (`references.own_references`); `in_english`: its gloss. None: it tells none."""
    by_rules = stage_by_rules(title, text, publication, own)
    features = read_features(title, text, publication, own, by_rules, in_english)
    shares = load_model().shares(features)
    kind = kind_of(by_rules.kind if by_rules else None, shares)
    if by_rules and kind in (None, by_rules.kind):
        return by_rules if kind else None
    is_tentative = kind is None
    if is_tentative and 1 - shares[None] < LIKELY:
        return None
    kind = kind or _likeliest(shares)
    body = None if kind in _BY_COURTS else _body(title, text, publication)
    return Stage(kind=kind, body=body, words=shorten(title, QUOTED), is_tentative=is_tentative)


def kind_of(
    by_rules: StageKind | None, shares: Mapping[StageKind | None, float]
) -> StageKind | None:
    """Return the kind of stage that is told, given the one that rules find and the probabilities of
    all; None: none is."""
    least = LEAST_BY_RULES if by_rules else LEAST
    if 1 - shares[None] < least:
        return None
    likeliest = _likeliest(shares)
    is_held = by_rules and shares[by_rules] >= HOLDING * shares[likeliest]
    return by_rules if is_held else likeliest


def _likeliest(shares: Mapping[StageKind | None, float]) -> StageKind:
    return max((kind for kind in shares if kind), key=lambda kind: shares[kind])


def _body(title: str, text: str, publication: Publication) -> str | None:
    """Return who decides: whom the title names, else the first sentence."""
    words = stage_words(publication.language)
    for passage in (title, first_sentences(title, text)):
        bodies = words.bodies(FoldedText(passage), publication.country)
        if told := [body for body in bodies if not body.endswith((COURT, "critics"))]:
            return told[0]
    return None
