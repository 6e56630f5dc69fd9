"""The webhook endpoints that stand in the configuration: of no chat, with filters of their own."""

import hashlib
from collections.abc import Collection

from msgspec.structs import replace

from bot import catch_up
from bot.chat.endpoints import NUMBERS
from bot.chat.parsing.query import parse_filter
from bot.config.schema import Config
from bot.errors import ConfigError
from bot.models.chats import LOWEST_CHAT, Chat, Endpoint
from bot.pipeline import Clock
from bot.ports.store import Store
from bot.render import brief
from bot.transport.webhooks import WebhookClient

FILTER = 1
"""The id of the filter of each."""


def configured_endpoints(
    config: Config, client: WebhookClient, sources: Collection[str]
) -> list[Chat]:
    """Return the endpoints of a configuration. `sources`: the ids that their filters may name.

    Raises ConfigError.
    """
    endpoints: dict[int, Chat] = {}
    for number, table in enumerate(config.webhooks):
        where = f"webhooks[{number}]"
        wanted = parse_filter(table.filter, sources)
        if isinstance(wanted, list):
            phrase = brief(wanted[0].text)
            raise ConfigError(f"{where}.filter", f'"{phrase}"', "words as /subscribe takes them")
        if client.problem(table.url):
            expected = "a public https:// address, or a host of polling.private_hosts"
            raise ConfigError(f"{where}.url", f'"{table.url}"', expected)
        endpoint = Endpoint(url=str(table.url), secret=table.secret.reveal(), filter=FILTER)
        recipient = _number(table.url)
        if recipient in endpoints:
            raise ConfigError(f"{where}.url", f'"{table.url}" a second time', "one address each")
        kept = replace(wanted, id=FILTER)
        endpoints[recipient] = Chat(id=recipient, filters=(kept,), endpoint=endpoint)
    return list(endpoints.values())


async def follow_configuration(store: Store, endpoints: Collection[Chat], clock: Clock) -> None:
    """Send to the endpoints of the configuration, also to those that were suspended, and to no
    others of earlier ones."""
    await store.configure_endpoints(endpoints)
    for endpoint in endpoints:
        if (await store.chat(endpoint.id)).suspended:
            await catch_up.resume(store, endpoint.id, clock())


def _number(url: str) -> int:
    """Return the id of the endpoint of an address: it stays when the filter or the secret is
    changed."""
    digest = hashlib.sha256(url.encode()).digest()
    return LOWEST_CHAT - 1 - int.from_bytes(digest[:8]) % NUMBERS
