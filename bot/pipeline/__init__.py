"""Poll sources: calls the stages in order, and decides nothing itself.

poll           a source -> the store: fetch, parse, dedupe, enrich, commit
entries        the items of a document on their way to the commit
drafts         enriches them
history        records what stood there when sources were first polled
pages          completes items from their own pages
recheck        rechecks the pages of sent developments
editions       the publisher's own English edition of an item: found on its site, and read
source_state   the state a poll leaves of its source: when it is due again, and where
diagnosis      why a source gives no news, as one of the `causes`
find_source    what can be read behind an address, to add it
moved_source   looks for where a source has gone, among the candidates that it finds
candidates     whether what is read at a place is a source that has moved
context        what polls need from outside
rules          what the store applies within its transactions
worker_pool    processes for CPU-bound work
"""

from bot.pipeline.candidates import is_silent
from bot.pipeline.context import Clock, PollContext
from bot.pipeline.diagnosis import Diagnosis, diagnose
from bot.pipeline.history import record_history
from bot.pipeline.moved_source import look_for
from bot.pipeline.pages import complete_items
from bot.pipeline.poll import poll
from bot.pipeline.source_state import current_state, initial_schedule, poll_url

__all__ = [
    "Clock",
    "Diagnosis",
    "PollContext",
    "complete_items",
    "current_state",
    "diagnose",
    "initial_schedule",
    "is_silent",
    "look_for",
    "poll",
    "poll_url",
    "record_history",
]
