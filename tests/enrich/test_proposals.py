"""An engine's voice on labels: it decides what was close, and nothing else."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from bot import taxonomy
from bot.enrich.labels import find_labels
from bot.enrich.proposals import CLOSE, with_proposals
from bot.models import Confidence, Evidence
from bot.models.translations import LabelProposal
from tests.samples import development

CLOSE_CALL = replace(
    development(),
    themes=("reception", "detention"),
    topics=(),
    type="Policy",
    evidence=Evidence(themes=("ubytování",), date=("16. ledna",)),
    confidence=Confidence(
        themes=(0.4, 0.25),
        type=0.5,
        others=("return", "general", "access"),
        other_shares=(0.22, 0.21, 0.05),
        types={"Policy": 0.5, "Legislative": 0.3, "Institutional": 0.2},
    ),
)


def proposed(label: str, words: str = "návratu") -> tuple[LabelProposal]:
    return (LabelProposal(label=label, words=words),)


def test_a_theme_that_was_close_comes_first() -> None:
    told = with_proposals(CLOSE_CALL, proposed("return"))
    assert told.themes == ("return", "reception")
    assert told.evidence.themes == ("návratu", "ubytování")
    assert told.evidence.proposed == ("return",)
    assert told.confidence is not None
    assert told.confidence.themes == (0.22, 0.4)
    assert told.confidence.others == ("detention", "general", "access")
    assert told.confidence.other_shares == (0.25, 0.21, 0.05)


def test_the_second_theme_may_become_the_first() -> None:
    told = with_proposals(CLOSE_CALL, proposed("detention"))
    assert told.themes == ("detention", "reception")


def test_the_residual_theme_stands_alone() -> None:
    assert with_proposals(CLOSE_CALL, proposed("general")).themes == ("general",)


def test_a_type_that_was_close_is_taken() -> None:
    told = with_proposals(CLOSE_CALL, proposed("Legislative", "zákon"))
    assert (told.type, told.evidence.type) == ("Legislative", ("zákon",))
    assert told.confidence is not None
    assert told.confidence.type == 0.3


@pytest.mark.parametrize("label", ["access", "citizenship", "Institutional", "borders", "nonsense",
                                   "reception", "Policy"])  # fmt: skip
def test_what_was_far_behind_or_is_so_already_changes_nothing(label: str) -> None:
    assert with_proposals(CLOSE_CALL, proposed(label)) == CLOSE_CALL


def test_an_editors_labels_stay() -> None:
    corrected = replace(CLOSE_CALL, is_corrected=True)
    assert with_proposals(corrected, proposed("return")) == corrected
    unknown = replace(CLOSE_CALL, confidence=None)
    assert with_proposals(unknown, proposed("return")) == unknown


def test_what_was_recorded_before_shares_were_is_as_it_is() -> None:
    older = Confidence(themes=(0.4, 0.25), type=0.5, others=("return",))
    told = replace(CLOSE_CALL, confidence=older)
    for label in ("return", "Legislative"):
        assert with_proposals(told, proposed(label)) == told
    bare = replace(told, confidence=Confidence(others=("return",), other_shares=(0.9,)))
    assert with_proposals(bare, proposed("return")) == bare


def test_shares_are_kept_with_the_labels_that_were_not_taken() -> None:
    labels = find_labels("Sněmovna schválila novelu azylového zákona", "", "cs")
    confidence = labels.confidence
    assert len(confidence.other_shares) == len(confidence.others)
    assert sum(confidence.types.values()) == pytest.approx(1)
    assert confidence.types[labels.type] == confidence.type


@given(st.lists(st.sampled_from([*taxonomy.themes(), *taxonomy.topics(), *taxonomy.types()])))
def test_nothing_but_labels_is_ever_changed(labels: list[str]) -> None:
    told = with_proposals(CLOSE_CALL, [LabelProposal(label=label, words="x") for label in labels])
    assert 1 <= len(told.themes) <= 2
    shares = dict(zip(CLOSE_CALL.themes, (0.4, 0.25), strict=True)) | {
        "return": 0.22,
        "general": 0.21,
    }
    assert shares[told.themes[0]] >= CLOSE * 0.2
    left = {"themes": told.themes, "type": told.type, "evidence": told.evidence,
            "confidence": told.confidence}  # fmt: skip
    assert told == replace(CLOSE_CALL, **left)
