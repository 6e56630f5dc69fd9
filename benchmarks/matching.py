"""Whom a development concerns, of 100,000 chats: the audience against a loop over all of them."""

import random
import time
from collections.abc import Callable

from benchmarks import measured
from bot import match, taxonomy
from bot.match import AudienceIndex
from bot.models import Development
from bot.models.chats import Chat, Filter, Recipient
from tests.samples import NOW, development

CHATS = 100_000
ROUNDS = 5


def chats() -> list[Chat]:
    """Chats of one or two filters, each of up to three countries and three themes; one in fifty
    follows everything from somewhere."""
    dice = random.Random(1)
    countries, themes = taxonomy.countries(), taxonomy.themes()

    def wanted(number: int) -> Filter:
        some_themes = dice.sample(themes, dice.randint(1, 3)) if dice.random() < 0.9 else []
        some_countries = dice.sample(countries, dice.randint(1, 3))
        return Filter(id=number, countries=frozenset(some_countries), themes=frozenset(some_themes))

    return [
        Chat(id=number, filters=tuple(map(wanted, range(1, dice.randint(2, 3)))))
        for number in range(1, CHATS + 1)
    ]


def seconds(work: Callable[[Development], object], records: list[Development]) -> float:
    """The best of some rounds, for one development."""
    best = float("inf")
    for _ in range(ROUNDS):
        begun = time.perf_counter()
        for record in records:
            work(record)
        best = min(best, time.perf_counter() - begun)
    return best / len(records)


def main() -> None:
    """Prints the times and their ratio."""
    print(measured.machine(), flush=True)
    everybody = chats()
    audience = AudienceIndex(everybody)
    records = [
        development(country=country, themes=(theme,))
        for country, theme in (("CZ", "return"), ("DE", "coi"), ("MT", "reception"))
    ]

    def loop(record: Development) -> list[Recipient]:
        return [
            Recipient(chat.id, filters, is_collected=False)
            for chat in everybody
            if (filters := match.matching(chat, record)) and match.listens(chat, NOW)
        ]

    def index(record: Development) -> list[Recipient]:
        return audience.recipients(record, NOW)

    assert all(
        sorted(loop(record), key=str) == sorted(index(record), key=str) for record in records
    )
    found = sum(len(index(record)) for record in records) / len(records)
    slow, fast = seconds(loop, records), seconds(index, records)
    print(f"{CHATS} chats, {found:.0f} of them concerned on average")
    print(f"loop {slow * 1000:8.2f} ms   audience {fast * 1000:8.2f} ms   {slow / fast:.0f} times")


if __name__ == "__main__":
    main()
