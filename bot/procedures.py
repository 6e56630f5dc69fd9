"""How bills become law in each country, and who decides there (`data/procedures.toml`)."""

from functools import lru_cache

from msgspec import Struct

from bot.data_files import read_data
from bot.models import Stage

Terms = tuple[str, ...]


class _Procedure(Struct, frozen=True, forbid_unknown_fields=True):
    countries: Terms
    steps: Terms


class _Procedures(Struct, frozen=True, forbid_unknown_fields=True):
    procedures: tuple[_Procedure, ...]
    bodies: dict[str, dict[str, Terms]]


def place(stage: Stage, country: str | None) -> tuple[int, int] | None:
    """Return which stage of how many a bill is at in a country (ISO 3166-1 alpha-2); None: it is
    not known."""
    steps = next((each.steps for each in _read().procedures if country in each.countries), ())
    step = stage.body if stage.kind == "adopted" and stage.body in steps else stage.kind
    return (steps.index(step) + 1, len(steps)) if step in steps else None


def bodies_of(country: str | None) -> dict[str, Terms]:
    """Return what bodies are called in a country, where that says more than its languages do."""
    return _read().bodies.get(country or "", {})


@lru_cache(maxsize=1)
def _read() -> _Procedures:
    return read_data("procedures", _Procedures)
