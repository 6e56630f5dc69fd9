"""The flow as code. It calls the stages in order and decides nothing.

`poll`: a source -> the store (with `complete`, which reads items' own pages, `moves`, where a
source is asked, `state`, what a poll leaves behind, and `revisit`, which looks again at the pages
of what was told). `send`: the store -> a chat. `desk`: what polling works with.
"""

from bot.pipeline.articles import complete_items
from bot.pipeline.context import Clock, PollContext
from bot.pipeline.poll import poll
from bot.pipeline.send import send
from bot.pipeline.source_state import current_state, poll_url

__all__ = ["Clock", "PollContext", "complete_items", "current_state", "poll", "poll_url", "send"]
