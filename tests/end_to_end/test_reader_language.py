"""Two people follow the same ministry, and each reads it in a language of their own."""

import datetime as dt
from pathlib import Path

import pytest
from msgspec.structs import replace

from bot.config import Config
from bot.config.schema import TranslationConfig
from bot.config.values import CountryCode, Duration, LanguageTag, WebUrl
from bot.jobs import periodic
from bot.jobs.periodic import TranslationJob
from bot.transport import rate_limiter
from tests.end_to_end.running_service import service, until
from tests.end_to_end.test_service import CZECH, World
from tests.fakes.sources import Entry, FakeSources
from tests.fakes.telegram import TOKEN, FakeTelegram
from tests.fakes.translation import FakeEngine, Json
from tests.samples import title_of

ENGLISH = 1003
OLD = Entry("Azyl: stará správa", "https://mv.example/1", "g1", dt.datetime(2025, 1, 10, 9, 0))
NEW = Entry(
    "Vláda schválila zákon o azyle",
    "https://mv.example/2",
    "g2",
    dt.datetime(2025, 1, 16, 14, 5),
    "Platí od 1. júla.",
)
TITLES = {"cs": "Vláda přijala azylový zákon", "en": "Government approves asylum law"}
LEADS = {"cs": "Platí od 1. července.", "en": "It applies from 1 July."}


def configured(world: World, engine: FakeEngine) -> Config:
    """Slovak news, and an engine that they wait for, though not for long."""
    slovak = replace(world.source("cz"), country=CountryCode("SK"), language=LanguageTag("sk"))
    translation = TranslationConfig(
        engine="libretranslate",
        libretranslate_url=WebUrl(engine.url),
        deadline=Duration(seconds=2),
    )
    return replace(world.config(), sources=(slovak,), translation=translation)


@pytest.mark.parametrize("is_late", [False, True])
async def test_each_gets_one_message_in_their_language_however_late_it_comes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, is_late: bool
) -> None:
    monkeypatch.setattr(rate_limiter, "CHAT_GAP", 0.01)
    monkeypatch.setattr(TranslationJob, "interval", 0.1)
    monkeypatch.setattr(periodic, "FIRST_WAIT", dt.timedelta(seconds=2.5))
    translated = {"en"} if is_late else {"en", "cs"}

    def answer(question: Json) -> Json:
        target = question["target"]
        if target not in translated:
            return {"error": "the model is being loaded"}
        return {"translatedText": [TITLES[target], LEADS[target]]}

    async with (
        FakeTelegram(TOKEN) as telegram,
        FakeSources() as web,
        FakeEngine(answer) as engine,
    ):
        world = World(telegram, web, tmp_path)
        world.publishes(OLD)
        async with service(configured(world, engine)):
            for chat in (CZECH, ENGLISH):
                await world.says(chat, "/subscribe everything")
            await world.says(CZECH, "/language cs")
            await world.says(CZECH, "/language")
            telegram.presses(CZECH, "Texty: Čeština")
            await until(lambda: telegram.messages(CZECH)[-1].edited)
            await world.polled(2)
            before = {chat: len(telegram.messages(chat)) for chat in (CZECH, ENGLISH)}
            telegram.mark()
            world.publishes(NEW, OLD)
            (native,) = await telegram.heard(CZECH)
            (english,) = await telegram.heard(ENGLISH)
            if is_late:
                # What is there of it meanwhile is read in English.
                assert title_of(native.text) == TITLES["en"]
                translated.add("cs")
                await until(lambda: telegram.messages(CZECH)[-1].edited)
            read = telegram.messages(CZECH)[-1]
            await world.polled(2)
            assert [len(telegram.messages(chat)) - before[chat] for chat in before] == [1, 1]
            assert not telegram.messages(ENGLISH)[-1].edited
    assert read.edited is is_late
    assert read.message_id == native.message_id
    assert read.text.splitlines()[1:8] == [
        TITLES["cs"], "", LEADS["cs"], "", "Strojový překlad (LibreTranslate)", "", "Zdroj(e)",
    ]  # fmt: skip
    assert f"(16. ledna 2025), {NEW.title} [{TITLES['cs']}]" in read.text
    assert english.text.splitlines()[1:6] == [
        TITLES["en"], "", LEADS["en"], "", "Machine-translated (LibreTranslate)",
    ]  # fmt: skip
    edits = [call for call in telegram.calls("editMessageText") if NEW.title in call["text"]]
    assert len(edits) == int(is_late)
