"""Whom a development concerns, of 100,000 chats: the audience against a loop over all of them."""

import random
import statistics
import time
from collections.abc import Callable, Sequence

from benchmarks import measured
from bot import match, taxonomy
from bot.match import AudienceIndex
from bot.models import Development
from bot.models.chats import Chat, Filter, Recipient
from tests.samples import NOW, development

CHATS = 100_000
DEVELOPMENTS = 100
ROUNDS = 5

Work = Callable[[Development], object]


def chats() -> list[Chat]:
    """Chats of one or two filters, each of up to three countries and three themes; one filter in
    ten wants everything from its countries."""
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


def developments() -> list[Development]:
    """Developments of one country and one to three themes each."""
    dice = random.Random(2)
    countries, themes = taxonomy.countries(), taxonomy.themes()
    return [
        development(
            country=dice.choice(countries), themes=tuple(dice.sample(themes, dice.randint(1, 3)))
        )
        for _ in range(DEVELOPMENTS)
    ]


def seconds(works: Sequence[Work], records: Sequence[Development]) -> list[float]:
    """Seconds of CPU that each of several works takes for a development, on average; they take
    turns, and each in its turn begins."""
    taken = [0.0 for _ in works]
    for number, record in enumerate(records):
        for turn in range(len(works)):
            at = (number + turn) % len(works)
            begun = time.process_time()
            works[at](record)
            taken[at] += time.process_time() - begun
    return [each / len(records) for each in taken]


def middle(values: Sequence[float], digits: int) -> str:
    """The median of some values, and the least and the greatest."""
    median = statistics.median(values)
    return f"{median:.{digits}f} ({min(values):.{digits}f} to {max(values):.{digits}f})"


def main() -> None:
    """Prints the times of some rounds and their ratios."""
    print(measured.machine(), flush=True)
    everybody = chats()
    audience = AudienceIndex(everybody)
    records = developments()

    def loop(record: Development) -> list[Recipient]:
        return [
            Recipient(chat.id, filters, is_collected=False)
            for chat in everybody
            if (filters := match.matching(chat, record)) and match.listens(chat, NOW)
        ]

    def index(record: Development) -> list[Recipient]:
        return audience.recipients(record, NOW)

    for record in records:
        assert sorted(loop(record), key=str) == sorted(index(record), key=str)
    found = sum(len(index(record)) for record in records) / len(records)
    print(f"{DEVELOPMENTS} developments, {CHATS} chats, {found:.0f} concerned on average")
    rounds = [seconds((loop, index), records) for _ in range(ROUNDS)]
    print(f"loop     {middle([slow * 1000 for slow, _ in rounds], 1)} ms of CPU")
    print(f"audience {middle([fast * 1000 for _, fast in rounds], 2)} ms of CPU")
    print(f"ratio    {middle([slow / fast for slow, fast in rounds], 0)}")


if __name__ == "__main__":
    main()
