"""The linear models of the package: each has weights for every kind, in memory that is shared."""

from mmap import mmap
from typing import Any, get_args

import pytest

from bot.enrich import stages
from bot.enrich.dates_ahead import load_model as load_date_model
from bot.enrich.linear_model import LinearModel
from bot.models import DateKind, StageKind

MODELS = [(stages.load_model(), StageKind), (load_date_model(), DateKind)]


@pytest.mark.parametrize(("model", "kinds"), MODELS, ids=["stages", "dates"])
def test_a_model_has_weights_for_every_kind(model: LinearModel[Any], kinds: Any) -> None:
    assert model.kinds == get_args(kinds)
    assert len(model.bias) == len(model.kinds) + 1 == len(model.scale)
    assert len(model.words) == len(model.bias) << model.bits


@pytest.mark.parametrize("model", [model for model, _ in MODELS], ids=["stages", "dates"])
def test_processes_share_the_weights_of_words(model: LinearModel[Any]) -> None:
    assert isinstance(model.words.obj, mmap)
