"""/ledger, for admins: what was matched on each of the last days, and what has become of it."""

import datetime as dt

from bot.chat.context import Answer, ChatContext, Request
from bot.i18n import N_
from bot.models.deliveries import DayLedger

DAYS = 14
COLUMNS = N_("matched|sent|digest|uncertain|given up|waiting")
"""What the columns stand for, in their order."""


async def ledger(context: ChatContext, request: Request, args: str) -> Answer:
    """Show for each of the last days how many matches there were, and where they are now."""
    since = context.clock().date() - dt.timedelta(days=DAYS - 1)
    days = await context.store.ledger(since)
    return request.reply(
        "ledger",
        rows=[_row(each) for each in days],
        columns=request.gettext(COLUMNS).split("|"),
        withdrawn=sum(each.withdrawn for each in days),
        astray=[each.day for each in days if not each.adds_up],
        days=DAYS,
    )


def _row(told: DayLedger) -> str:
    """Return a line of the ledger: `26.11. 120 = 90 + 20 + 1 + 2 + 7`."""
    parts = (told.delivered, told.in_digests, told.uncertain, told.failed, told.waiting)
    sign = "=" if told.adds_up else "≠"
    return f"{told.day:%d.%m.} {told.matched} {sign} {' + '.join(map(str, parts))}"
