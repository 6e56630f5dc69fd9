"""What admins have changed of the sources, and what is proposed to them, is kept."""

import datetime as dt
from collections.abc import AsyncIterator

import pytest_asyncio
from msgspec.structs import replace

from bot.models import Notice
from bot.models.source_edits import Candidate, Proposal, SourceEdit
from bot.models.sources import PollCommit, SourceState
from bot.pipeline.rules import RULES
from bot.ports.store import Store
from bot.store import open_store
from tests.samples import NOW, source

OLD = source()
NEW = replace(OLD, url="http://mv.example/feed.xml")
EDIT = SourceEdit(source=NEW, before=OLD, at=NOW, by=1)
LATER = NOW + dt.timedelta(hours=1)
PROPOSAL = Proposal(
    at=NOW, source="cz", cause="gone", candidates=(Candidate(source=NEW, found="usual", items=3),)
)


@pytest_asyncio.fixture
async def store(place: str) -> AsyncIterator[Store]:
    async with open_store(place, RULES) as opened:
        yield opened


async def test_a_change_is_kept_once_and_undone_once(store: Store) -> None:
    made = await store.edit_source(EDIT, keeps_baseline=False)
    assert made is not None
    assert await store.source_edits() == [made]
    assert await store.edit_source(EDIT, keeps_baseline=False) is None
    undone = await store.undo_source_edit(made.id, LATER, 2)
    assert (undone and undone.undone, undone and undone.undone_by) == (LATER, 2)
    assert await store.source_edits() == [undone]
    assert await store.undo_source_edit(made.id, LATER, 2) is None
    assert await store.undo_source_edit(99, LATER, 2) is None
    assert await store.edit_source(EDIT, keeps_baseline=False) is not None


async def test_to_undo_a_change_undoes_the_later_ones_of_its_source(store: Store) -> None:
    newest = replace(NEW, url="http://mv.example/newest")
    first = await store.edit_source(EDIT, keeps_baseline=False)
    other = SourceEdit(source=source(id="other"), at=NOW, by=1)
    await store.edit_source(replace(EDIT, before=NEW, source=newest), keeps_baseline=False)
    await store.edit_source(other, keeps_baseline=False)
    assert first is not None
    await store.undo_source_edit(first.id, LATER, None)
    assert [one.undone for one in await store.source_edits()] == [LATER, LATER, None]


async def test_a_source_whose_items_are_known_elsewhere_keeps_what_was_read(store: Store) -> None:
    state = SourceState(id="cz", url=OLD.url, baseline=True, failures=3, failing=NOW, stopped=True)
    await store.commit(PollCommit(state=state, at=NOW), None)
    await store.edit_source(EDIT, keeps_baseline=True)
    after = await store.state("cz")
    assert after == SourceState(id="cz", url=NEW.url, baseline=True)


async def test_a_proposal_comes_with_its_notice_in_the_place_of_the_one_before(
    store: Store,
) -> None:
    first = await store.propose(PROPOSAL)
    notice = Notice(kind="source_moved", values={"source": "cz"})
    number = await store.propose(replace(PROPOSAL, at=LATER), notice)
    assert await store.proposal(first) is None
    assert await store.proposals() == [replace(PROPOSAL, at=LATER, id=number)]
    (told,) = await store.notices()
    assert told.values == {"source": "cz", "proposal": number}
    added = await store.propose(Proposal(at=NOW))
    await store.propose(Proposal(at=NOW))
    assert await store.proposal(added) is not None


async def test_a_proposal_is_declined_once(store: Store) -> None:
    number = await store.propose(PROPOSAL)
    declined = await store.decline_proposal(number, LATER)
    assert declined == replace(PROPOSAL, id=number, decided=LATER)
    assert await store.decline_proposal(number, LATER) is None
    assert await store.decline_proposal(99, LATER) is None
