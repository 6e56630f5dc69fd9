"""The linear model of stages: its probabilities, and what it finds where no list has a word."""

import json
import math
from pathlib import Path
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.enrich import stages
from bot.enrich.gloss import make_gloss
from bot.enrich.linear_model import LinearModel
from bot.enrich.references import Publication, own_references
from bot.enrich.stage_features import read_features
from bot.enrich.stages import find_stage, load_model
from bot.models import StageKind

EXAMPLES = Path(__file__).parents[2] / "tools" / "stage_examples"
LANGUAGES, EACH = ("cs", "de", "en", "fr", "pl"), 5
"""The languages of the written examples that are read, one of so many."""
LEAST_RIGHT, MOST_TAKEN = 0.85, 0.06
"""The share of stages of which the kind is found, and that of other texts that are taken for one:
these are examples that the model has learned."""

TOLD = [
    ("en", "DE", "MPs back tougher rules on asylum seekers", "adopted"),
    ("en", "PT", "Judges strike down key parts of migration law", "annulled"),
    ("fr", "FR", "Cinq associations saisissent le Conseil d'État contre le décret", "challenged"),
    ("de", "DE", "Verbände kritisieren Entwurf zur Abschiebehaft in ihrer Stellungnahme",
     "consultation"),
    ("en", "GB", "Symposium on asylum law: programme now available", None),
    ("de", "AT", "Stellenausschreibung: Rechtsberatung nach dem BFA-VG", None),
    ("it", "IT", "Il ministro visita l'hotspot di Lampedusa", None),
]  # fmt: skip


@pytest.mark.parametrize(("language", "country", "title", "kind"), TOLD)
def test_words_that_are_no_formula_tell_a_stage(
    language: str, country: str, title: str, kind: str | None
) -> None:
    publication = Publication(country=country, language=language)
    stage = find_stage(title, "", publication, (), make_gloss(title, "", language))
    assert (stage.kind if stage and not stage.is_tentative else None) == kind


@pytest.mark.parametrize(("probability", "told"), [(0.25, None), (0.4, True), (0.9, False)])
def test_a_stage_that_is_only_likely_is_tentative(
    monkeypatch: pytest.MonkeyPatch, probability: float, told: bool | None
) -> None:
    kinds = get_args(StageKind)
    odds = (1 - probability, *(probability / len(kinds) for _ in kinds))
    model = LinearModel(
        kinds=kinds, bias=tuple(map(math.log, odds)), facts={}, scale=(0.0,) * len(odds),
        bits=1, words=memoryview(bytes(2 * len(odds))),
    )  # fmt: skip
    monkeypatch.setattr(stages, "load_model", lambda: model)
    stage = find_stage("Minister visits a camp", "", Publication(language="en"), ())
    assert (stage.is_tentative if stage else None) == told


@given(st.text(max_size=80), st.text(max_size=80), st.sampled_from(["cs", "en", "el", "lb", None]))
def test_probabilities_of_any_text_are_shares(title: str, text: str, language: str | None) -> None:
    publication = Publication(country="CZ", language=language)
    features = read_features(title, text, publication, (), None)
    shares = load_model().shares(features)
    assert {*shares} == {None, *get_args(StageKind)}
    assert math.isclose(sum(shares.values()), 1, abs_tol=1e-9)


def test_most_written_examples_are_read_right() -> None:
    files = (EXAMPLES / f"{language}.jsonl" for language in LANGUAGES)
    lines = [line for path in files for line in path.read_text(encoding="utf-8").splitlines()]
    right, taken = list[bool](), list[bool]()
    for example in map(json.loads, lines[::EACH]):
        title, text, language = example["title"], example["text"], example["lang"]
        publication = Publication(
            country=example.get("country", language.upper()),
            language=language,
            publisher=example.get("publisher", ""),
        )
        own = own_references(title, text, publication)
        stage = find_stage(title, text, publication, own, make_gloss(title, text, language))
        if example["stage"]:
            right.append(stage is not None and example["stage"] in (stage.kind, "any"))
        else:
            taken.append(stage is not None)
    assert sum(right) >= LEAST_RIGHT * len(right)
    assert sum(taken) <= MOST_TAKEN * len(taken)
