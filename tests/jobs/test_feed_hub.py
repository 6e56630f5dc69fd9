"""A hub is told when the archive's feed changes."""

from collections.abc import Mapping

from bot.errors import FetchError
from bot.jobs.feed_hub import FeedHub
from bot.models.sources import Source
from bot.pipeline.rules import RULES
from bot.store import open_store
from tests.samples import commit, development

TOPIC = "https://archive.example/feed.atom"


class Hub:
    """Notes what it is told, or refuses it."""

    def __init__(self) -> None:
        self.told: list[Mapping[str, str]] = []
        self.refuses = False

    async def post_form(self, source: Source, url: str, form: Mapping[str, str]) -> None:
        if self.refuses:
            raise FetchError(url, "busy")
        self.told.append(form)


async def test_a_hub_is_told_once_of_all_that_has_changed() -> None:
    hub = Hub()
    async with open_store(":memory:", RULES) as store:
        job = FeedHub(store, hub, "https://hub.example/", TOPIC)
        await job.run()
        assert hub.told == []
        await store.commit(commit(("a",), development()), None)
        await store.commit(commit(("b",), development(title="other")), None)
        hub.refuses = True
        await job.run()
        hub.refuses = False
        await job.run()
        await job.run()
    assert hub.told == [{"hub.mode": "publish", "hub.url": TOPIC}]
