"""What admins have changed of the sources, and what is proposed to them."""

import datetime as dt

import msgspec
from msgspec.structs import replace
from tinydb import where

from bot import source_edits
from bot.models import Notice
from bot.models.source_edits import Proposal, SourceEdit
from bot.store.database import reads, writes
from bot.store.notices import Notices
from bot.store.sources import Sources
from bot.store.tinydb_rows import RowDB, decode_numbered, encode


class SourceEdits:
    """The tables of edits and of proposals."""

    def __init__(self, db: RowDB, sources: Sources, notices: Notices) -> None:
        self._edits, self._proposals = db.rows("source_edits"), db.rows("source_proposals")
        self._sources, self._notices = sources, notices

    @reads
    def source_edits(self) -> list[SourceEdit]:
        return [decode_numbered(row, SourceEdit) for row in self._edits]

    @writes
    def edit_source(self, edit: SourceEdit, *, keeps_baseline: bool) -> SourceEdit | None:
        place = source_edits.place_of(edit.source)
        for other in self.source_edits():
            is_same = other.source.id == edit.source.id and not other.undone
            if is_same and source_edits.place_of(other.source) == place:
                return None
        number = self._edits.insert(encode(edit))
        state = self._sources.state(edit.source.id)
        if state and keeps_baseline:
            self._sources.save_state(source_edits.state_at(state, edit.source))
        return replace(edit, id=number)

    @writes
    def undo_source_edit(self, number: int, now: dt.datetime, by: int | None) -> SourceEdit | None:
        row = self._edits.get(doc_id=number)
        edit = decode_numbered(row, SourceEdit) if row else None
        if edit is None or edit.undone:
            return None
        # Those after it have begun where it has led to.
        later = [
            one.id
            for one in self.source_edits()
            if one.source.id == edit.source.id and one.id >= number and not one.undone
        ]
        undone = replace(edit, undone=now, undone_by=by)
        marks = {"undone": msgspec.to_builtins(now), "undone_by": by}
        self._edits.update(marks, doc_ids=later)
        return undone

    @writes
    def propose(self, proposal: Proposal, notice: Notice | None = None) -> int:
        if proposal.source:
            self._proposals.remove(where("source") == proposal.source)
        number = self._proposals.insert(encode(proposal))
        if notice:
            values = {**notice.values, "proposal": number}
            self._notices.add([replace(notice, values=values)])
        return number

    @reads
    def proposals(self) -> list[Proposal]:
        return [decode_numbered(row, Proposal) for row in self._proposals]

    @reads
    def proposal(self, number: int) -> Proposal | None:
        row = self._proposals.get(doc_id=number)
        return decode_numbered(row, Proposal) if row else None

    @writes
    def decline_proposal(self, number: int, now: dt.datetime) -> Proposal | None:
        row = self._proposals.get(doc_id=number)
        proposal = decode_numbered(row, Proposal) if row else None
        if proposal is None or proposal.decided:
            return None
        self._proposals.update({"decided": msgspec.to_builtins(now)}, doc_ids=[number])
        return replace(proposal, decided=now)
