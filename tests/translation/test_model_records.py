"""The records of models: which are chosen, and which count for nothing."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.translation.model_records import offered_models

pytest.importorskip("fxtranslate", reason="there is no wheel of fxtranslate for this platform")

HASH = "0" * 64


def record(kind: str = "model", **facts: Any) -> dict[str, Any]:
    attached = {"location": f"main/{kind}.zst", "size": 1000, "hash": HASH}
    return {
        "name": f"{kind}.csen.bin", "fileType": kind, "sourceLanguage": "cs",
        "targetLanguage": "en", "version": "3.0", "architecture": "tiny", "attachment": attached,
    } | facts  # fmt: skip


def offered(*records: object) -> dict[str, tuple[str, list[str]]]:
    models = offered_models(json.dumps({"data": records}).encode())
    return {
        source: (model.version, [file.location for file in model.files])
        for source, model in models.items()
    }


def both(**facts: Any) -> list[dict[str, Any]]:
    return [record(kind, **facts) for kind in ("model", "vocab")]


def test_a_model_has_one_vocabulary_or_two() -> None:
    assert offered(*both()) == {"cs": ("3.0", ["main/model.zst", "main/vocab.zst"])}
    split = [record(kind) for kind in ("model", "lex", "srcvocab", "trgvocab")]
    (_, files), *_ = offered(*split).values()
    assert files == ["main/model.zst", "main/srcvocab.zst", "main/trgvocab.zst"]
    assert offered(record("model"), record("srcvocab")) == {}
    assert offered(record("vocab")) == {}


def test_the_newest_that_can_be_read_is_chosen() -> None:
    versions = ["2.9", "3.2", "3.10", "3.9", "4.0", "0", ""]
    models = [each for version in versions for each in both(version=version)]
    assert offered(*models)["cs"][0] == "3.10"


def test_a_model_for_all_is_chosen_before_one_for_some() -> None:
    alpha = both(version="3.5a1", filter_expression="env.channel == 'nightly'")
    assert offered(*alpha, *both())["cs"][0] == "3.0"
    assert offered(*alpha)["cs"][0] == "3.5a1"


def test_files_of_two_architectures_are_not_mixed() -> None:
    base = [record("model", architecture="base", version="3.9")]
    assert offered(*base, *both())["cs"][0] == "3.0"


SPOILT: list[dict[str, Any]] = [
    {"name": "../model.csen.bin"}, {"name": "vocab.csen.bin"}, {"name": "model"}, {"name": 5},
    {"sourceLanguage": ".."}, {"sourceLanguage": "cs/x"}, {"sourceLanguage": "cs\n"},
    {"attachment": {"location": "../x", "hash": HASH}},
    {"attachment": {"location": "/etc/x", "hash": HASH}},
    {"attachment": {"location": "http://x.example/", "hash": HASH}},
    {"attachment": {"location": "a/../../x", "hash": HASH}},
    {"attachment": {"location": "x", "hash": "abc"}},
    {"attachment": {"location": "x", "hash": HASH, "size": 10**12}},
    {"attachment": {"location": "x", "hash": HASH, "size": -1}},
    {"attachment": {"location": "x"}},
    {"attachment": None},
]  # fmt: skip


@pytest.mark.parametrize("facts", SPOILT)
def test_a_record_that_is_hostile_or_cannot_be_checked_counts_for_nothing(
    facts: dict[str, Any],
) -> None:
    sound = both(sourceLanguage="sk")
    assert offered(record("model", **facts), record("vocab"), 7, None, *sound).keys() == {"sk"}


@given(st.binary(max_size=200) | st.builds(lambda x: json.dumps({"data": x}).encode(), st.text()))
def test_what_is_no_list_has_no_models(body: bytes) -> None:
    assert offered_models(body) == {}
