"""Send messages that no ledger records, to admins and editors, who may get one twice."""

from bot.models.deliveries import Destination, Message, Moved, Outcome
from bot.ports.messenger import Transport


async def send_unrecorded(transport: Transport, chat: int, message: Message) -> Outcome:
    """Send a message to a chat, or to where that has moved."""
    outcome = await transport.send(Destination(chat), message, _save_nothing)
    if isinstance(outcome, Moved):
        outcome = await transport.send(Destination(outcome.chat), message, _save_nothing)
    return outcome


async def _save_nothing() -> None:
    """Save nothing before the message is on the wire."""
