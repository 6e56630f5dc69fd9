"""What a webhook endpoint takes over from the chat whose filter it follows (pure).

An endpoint is kept as a chat of an id that Telegram never uses: so it is matched, queued, claimed,
suspended and settled by what does that for chats (docs/decisions/0047-webhooks.md).
"""

from msgspec.structs import replace

from bot.models.chats import Chat

WITH_ITS_CHAT = "its chat is suspended"
"""Why an endpoint is suspended that answers."""


def following(endpoint: Chat, chat: Chat) -> Chat:
    """Return an endpoint with its filter as the chat has it now; without any, where it is gone.

    What is of messages alone is left out: the topic, the pace, what is answered to.
    """
    assert endpoint.endpoint is not None
    followed = tuple(
        replace(kept, thread=None, pace=None, follows=None)
        for kept in chat.filters
        if kept.id == endpoint.endpoint.filter
    )
    return replace(endpoint, filters=followed)
