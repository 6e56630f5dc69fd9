"""`policy-herald demo`: the whole main job without a token and without network.

Sample ministries are served on loopback. They publish, and correct what they published; what chats
are told of it is printed. The clock of the demonstration begins now and is moved on.
"""

import argparse
import datetime as dt
import re
from collections.abc import AsyncIterator, Collection, Sequence
from contextlib import asynccontextmanager
from email.utils import format_datetime
from functools import partial
from importlib.resources import files

from aiohttp import web
from babel.dates import format_date, format_skeleton
from msgspec import Struct
from msgspec.structs import replace

from bot import dates, polling
from bot.chat import callbacks, commands
from bot.chat.context import ChatContext, Request
from bot.cli import console
from bot.cli.poll import poll_each, print_reports, record_history
from bot.config import Config
from bot.config.schema import PollingConfig, TranslationConfig
from bot.config.values import Reachable
from bot.data_files import read_data
from bot.i18n import locale_for
from bot.jobs.outbox import Outbox
from bot.jobs.periodic import DigestJob, TranslationJob
from bot.models.buttons import Area
from bot.models.sources import Source
from bot.models.translations import Passage, Translation, TranslationWait
from bot.monitoring import http
from bot.pipeline import PollContext
from bot.ports.messenger import Transport
from bot.reader_language import IN_ENGLISH
from bot.translation import coverage

LOOPBACK = "127.0.0.1"
READER, WEEKLY_READER = 1, 2
"""Chats."""
SUBSCRIBERS = {READER: "the first subscriber", WEEKLY_READER: "the second subscriber"}
COMMANDS = (
    (READER, "subscribe", "Czechia, Germany, Poland"),
    (READER, "subscribe", "resettlement"),
    (WEEKLY_READER, "subscribe", "everything"),
    (WEEKLY_READER, "digest", "weekly"),
)
EXPLAINED = "DE"
"""The country of the development that is asked about."""
POLL_INTERVAL = dt.timedelta(hours=1)
HOUR_OF_ITEMS = dt.time(9, tzinfo=dt.UTC)

_DAY = re.compile(r"\{(-?\d+) (\w+)\}")
_FIRST_ITEM = re.compile(r"<(item|entry)\b.*?</\1>", re.DOTALL)


class SampleText(Struct, frozen=True):
    """A text in English."""

    title: str
    summary: str


class Replacement(Struct, frozen=True):
    """What stands in a feed at first, and later."""

    before: str
    after: str


class Samples(Struct, frozen=True, forbid_unknown_fields=True):
    """`data/demo/sources.toml`."""

    sources: list[Source]
    translations: dict[str, SampleText]
    """By language, the one text that is translated from it."""
    correction: Replacement


class Clock:
    """A clock that is moved on by hand."""

    def __init__(self, now: dt.datetime) -> None:
        self._now = now

    def __call__(self) -> dt.datetime:
        """Return its time."""
        return self._now

    def advance_to(self, moment: dt.datetime) -> None:
        """Move it on."""
        self._now = max(self._now, moment)


class Publisher:
    """The web server of all sample ministries."""

    def __init__(self, samples: Samples, today: dt.date) -> None:
        self._samples, self._today = samples, today
        self._languages = {source.url: source.language for source in samples.sources}
        self.has_published = self.has_corrected = False

    @asynccontextmanager
    async def serving(self) -> AsyncIterator[list[Source]]:
        """Serve the feeds for as long as the context lasts; yields the sources at their address."""
        application = web.Application()
        application.router.add_get(r"/{name:[\w-]+\.xml}", self._handle)
        async with http.running(application) as runner:
            await web.TCPSite(runner, LOOPBACK, 0).start()
            at = f"http://{LOOPBACK}:{runner.addresses[0][1]}"
            yield [replace(source, url=f"{at}/{source.url}") for source in self._samples.sources]

    async def _handle(self, request: web.Request) -> web.Response:
        name = request.match_info["name"]
        sample = files("bot").joinpath(f"data/demo/{name}").read_text(encoding="utf-8")
        text = dated(sample, self._today, self._languages[name])
        if not self.has_published:
            text = _FIRST_ITEM.sub("", text, count=1)
        if self.has_corrected:
            text = text.replace(self._samples.correction.before, self._samples.correction.after)
        return web.Response(text=text, content_type="application/xml")


def dated(text: str, today: dt.date, language: str | None) -> str:
    """Return a sample with the days in it: `{-1 day}` is yesterday, as a language writes it."""
    return _DAY.sub(partial(_day, today, language or "en"), text)


def _day(today: dt.date, language: str, found: re.Match[str]) -> str:
    day = today + dt.timedelta(days=int(found[1]))
    moment = dt.datetime.combine(day, HOUR_OF_ITEMS)
    match found[2]:
        case "rss":
            return format_datetime(moment, usegmt=True)
        case "iso":
            return moment.isoformat()
        case "date":
            return format_date(day, "long", locale_for(language).cldr)
        case _:
            return format_skeleton("MMMMd", day, locale=locale_for(language).cldr)


class SampleTranslator:
    """An engine that stands in for yours: it knows one text of each of its languages."""

    def __init__(self, samples: Samples, today: dt.date) -> None:
        self._texts, self._today = samples.translations, today

    def translates(self, language: str | None, target: str = IN_ENGLISH) -> bool:
        """Return whether it has a text of a language."""
        return target == IN_ENGLISH and language in self._texts

    def wait(self, languages: Collection[str | None]) -> TranslationWait | None:
        """Return how long news in some languages wait for it."""
        is_asked = any(map(self.translates, languages))
        return TranslationWait(deadline=POLL_INTERVAL) if is_asked else None

    def size(self, passage: Passage) -> int:
        """Return the characters of a passage."""
        return len(passage.title) + len(passage.text)

    async def translate(self, passage: Passage) -> Translation:
        """Return its text of the language."""
        text = self._texts[str(passage.language)]
        summary = dated(text.summary, self._today, "en")
        return Translation(
            title=text.title, summary=summary, by="a sample engine", origin="machine"
        )


async def demo(arguments: argparse.Namespace, config: Config) -> int:
    """Run the demonstration, which ends after some seconds; the configuration is ignored."""
    async with open_demonstration(console.ConsoleTransport()) as demonstration:
        await demonstration.run()
    console.say("Next: give your bot's token in HERALD_TELEGRAM_TOKEN to `policy-herald run`.")
    console.say(f"To read all of it in English: {coverage.ADD}, or an engine in config.toml.")
    return 0


@asynccontextmanager
async def open_demonstration(transport: Transport) -> AsyncIterator["Demonstration"]:
    """Serve the sample sources, and open a demonstration that sends by a transport, for as long as
    the context lasts."""
    samples = read_data("demo/sources", Samples)
    clock = Clock(dates.now())
    today = clock().date()
    publisher, translator = Publisher(samples, today), SampleTranslator(samples, today)
    loopback = PollingConfig(private_hosts=(Reachable(LOOPBACK),))
    own = Config(polling=loopback, translation=TranslationConfig(engine="none"))
    async with publisher.serving() as sources, polling.open_polling(own) as opened:
        context = replace(opened, clock=clock, translation_wait=translator.wait)
        yield Demonstration(context, sources, publisher, translator, clock, transport)


class Demonstration:
    """The steps of the demonstration."""

    def __init__(
        self,
        context: PollContext,
        sources: Sequence[Source],
        publisher: Publisher,
        translator: SampleTranslator,
        clock: Clock,
        transport: Transport,
    ) -> None:
        self._context, self._sources, self._publisher = context, sources, publisher
        self._clock, self._store = clock, context.store
        self._chat_context = ChatContext(context.store, sources, clock)
        self._outbox = Outbox(context.store, transport, clock)
        self._digests = DigestJob(context.store, sources, clock, self._outbox.wake)
        self._translations = TranslationJob(context.store, translator, clock, 0, self._outbox.wake)

    async def run(self) -> None:
        """Show all that the bot does with news."""
        console.say(f"{len(self._sources)} sample sources are served on {LOOPBACK}.")
        _head("First poll: what is there already is known, and notifies nobody")
        await self._poll()
        _head("Two people subscribe in the chat, one of them to a weekly digest")
        for chat, command, words in COMMANDS:
            await self._type(chat, command, words)
        self._publisher.has_published = True
        _head("The ministries publish; second poll")
        await self._poll()
        await self._translations.run()
        _head("What the first one hears in Telegram")
        console.say(
            "Of these, the Czech item has the publisher's own English edition, the Polish one was "
            "translated by an engine and is told by two sources; the German one has neither."
        )
        await self._outbox.drain()
        await self._press_why()
        await self._correct()
        await self._send_digest()
        tallies = [await self._store.tally(chat) for chat in (READER, WEEKLY_READER)]
        sent, pending, failed = (
            sum(getattr(tally, name) for tally in tallies) for name in ("sent", "pending", "failed")
        )
        console.say(f"{sent} delivered, {pending} pending, {failed} failed.")

    async def _correct(self) -> None:
        _head("A ministry corrects what it has published")
        self._publisher.has_corrected = True
        for _ in range(2):  # a change counts when two polls in a row read the same
            self._clock.advance_to(self._clock() + POLL_INTERVAL)
            await poll_each(self._context, self._sources)
        await self._outbox.drain()

    async def _send_digest(self) -> None:
        _head("On Monday: the digest of the second one")
        if due := (await self._store.chat(WEEKLY_READER)).digest_due:
            self._clock.advance_to(due)
        await self._digests.run()
        await self._outbox.drain()

    async def _poll(self) -> None:
        print_reports("", await poll_each(self._context, self._sources))
        await record_history(self._context, self._sources)

    async def _type(self, chat: int, command: str, words: str) -> None:
        answer = await commands.answer(self._chat_context, Request(chat), command, words)
        console.show(answer.messages[0], f"{SUBSCRIBERS[chat]}: /{command} {words}")

    async def _press_why(self) -> None:
        developments = await self._store.developments()
        asked = next(each for each in developments if each.country == EXPLAINED)
        press = f"{Area.NEWS}:why:{asked.id}"
        if answer := await callbacks.answer_press(self._chat_context, Request(READER), press):
            console.show(answer.messages[0], f"Why? pressed under {asked.id}")


def _head(heading: str) -> None:
    console.console().rule(f"[bold]{heading}", align="left")
