"""The bitmap index of facets, held against lists that are gone through."""

import datetime as dt
from collections.abc import Iterable

from hypothesis import given
from hypothesis import strategies as st

from bot.models.archive import ArchiveEntry
from bot.web.facets import FACETS, Choice, FacetIndex

DAY = dt.date(2026, 1, 1)
LABELS = ("country:CZ", "country:DE", "theme:return", "theme:borders", "type:Policy", "reference:x")
days = st.integers(0, 40).map(lambda n: DAY + dt.timedelta(days=n))
labels = st.frozensets(st.sampled_from(LABELS)).map(lambda chosen: tuple(sorted(chosen)))
entries = st.builds(ArchiveEntry, st.integers(1, 30), days, labels)
choices = st.builds(
    Choice,
    labels=st.frozensets(st.sampled_from(LABELS[:-1])),
    since=st.none() | days,
    until=st.none() | days,
    numbers=st.none() | st.frozensets(st.integers(1, 30)),
)


def chosen(archive: Iterable[ArchiveEntry], choice: Choice, but: str = "") -> list[ArchiveEntry]:
    """What is chosen, the newest first."""
    return sorted(
        (
            each
            for each in archive
            if (choice.since is None or choice.since <= each.day)
            and (choice.until is None or each.day <= choice.until)
            and (choice.numbers is None or each.number in choice.numbers)
            and all(
                facet == but or not choice.of(facet) or choice.of(facet) & {*each.labels}
                for facet in FACETS
            )
        ),
        key=lambda each: (each.day, each.number),
        reverse=True,
    )


@given(st.lists(entries), st.lists(entries | st.integers(1, 30)), choices, st.integers(0, 9))
def test_it_finds_what_a_list_finds(
    loaded: list[ArchiveEntry],
    steps: list[ArchiveEntry | int],
    choice: Choice,
    first: int,
) -> None:
    archive = {each.number: each for each in loaded}
    index = FacetIndex(archive.values())
    for step in steps:
        if isinstance(step, int):
            index.remove(step)
            archive.pop(step, None)
        else:
            index.put(step)
            archive[step.number] = step

    found, wanted = index.choose(choice), chosen(archive.values(), choice)

    assert len(index) == len(archive)
    assert found.bit_count() == len(wanted)
    page = [each.number for each in wanted[first : first + 3]]
    assert index.newest(found, first, 3) == page
    for facet, counts in index.counts(choice).items():
        beside = chosen(archive.values(), choice, but=facet)
        shown = {label for each in beside for label in each.labels if label.startswith(facet)}
        assert counts == {label: sum(label in each.labels for each in beside) for label in shown}


@given(st.lists(entries), choices)
def test_tables_and_weeks_count_each_once(loaded: list[ArchiveEntry], choice: Choice) -> None:
    archive = {each.number: each for each in loaded}
    index = FacetIndex(archive.values())
    found, wanted = index.choose(choice), chosen(archive.values(), choice)

    rows, columns = LABELS[:2], LABELS[2:4]
    assert index.table(found, rows, columns) == [
        [sum({row, column} <= {*each.labels} for each in wanted) for column in columns]
        for row in rows
    ]
    assert sum(index.weeks(found, DAY, 6)) == len(wanted)
