"""Engines that translate into other languages than English."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from bot.config.schema import Config, TranslationConfig
from bot.config.values import Key, WebUrl
from bot.errors import EngineError
from bot.i18n import LANGUAGES
from bot.models.translations import Passage, Translation
from bot.ports.messenger import Translator
from bot.translation import open_translator, targets
from tests.fakes.translation import FakeEngine, chat
from tests.fakes.workers import InlineWorkers

PASSAGE = Passage(
    title="Vláda schválila novelu zákona o azyle",
    text="Vláda 16. januára schválila novelu, ktorá skracuje lehoty zo 180 na 30 dní.",
    language="sk",
    target="cs",
)
TITLE = "Vláda přijala změnu azylového zákona"
LEAD = "Vláda 16. ledna přijala změnu zákona, která zkracuje lhůty ze 180 na 30 dnů."
ENGLISH = "On 16 January the government approved an amendment that cuts limits from 180 to 30 days."
BY_MACHINE = Translation(title=TITLE, summary=LEAD, by="small", origin="machine")


def configured(url: str = "http://127.0.0.1:9", engine: str = "openai") -> Config:
    return Config(
        translation=TranslationConfig(
            engine=engine,  # type: ignore[arg-type]
            openai_url=WebUrl(url),
            openai_model="small",
            libretranslate_url=WebUrl(url),
            deepl_url=WebUrl(url),
            deepl_key=Key("dl-hidden"),
        )
    )


@asynccontextmanager
async def translator(url: str, engine: str = "openai") -> AsyncIterator[Translator]:
    async with open_translator(configured(url, engine), InlineWorkers()) as opened:
        assert opened is not None
        yield opened


def answer(title: str = TITLE, summary: str = LEAD) -> dict[str, object]:
    return chat(json.dumps({"title": title, "summary": summary}))


async def test_a_chat_server_is_asked_for_the_title_and_the_lead() -> None:
    async with FakeEngine(answer()) as engine, translator(engine.url) as opened:
        assert await opened.translate(PASSAGE) == BY_MACHINE
        (asked,) = engine.asked
    assert "into Czech" in asked["messages"][0]["content"]
    assert json.loads(asked["messages"][1]["content"]) == {
        "language": "sk", "title": PASSAGE.title, "text": PASSAGE.text,
    }  # fmt: skip
    schema = asked["response_format"]["json_schema"]["schema"]
    assert schema["required"] == ["title", "summary"]


@pytest.mark.parametrize(
    ("summary", "problem"),
    [
        (ENGLISH, "summary is not Czech"),
        (PASSAGE.text, "summary is not Czech"),
        (f"{LEAD} Uprchlo 5000 lidí.", "5000"),
        (f"{LEAD} Pište @free_visa_bot.", "no links"),
        (f"<b>{LEAD}</b>", "markup"),
        ("", "summary is empty"),
    ],
)
async def test_a_bad_lead_may_be_mended_once_and_is_left_out_else(
    summary: str, problem: str
) -> None:
    bad = answer(summary=summary)
    async with FakeEngine(bad, answer()) as engine, translator(engine.url) as opened:
        assert await opened.translate(PASSAGE) == BY_MACHINE
        assert problem in engine.asked[1]["messages"][-1]["content"]
    async with FakeEngine(bad) as engine, translator(engine.url) as opened:
        translation = await opened.translate(PASSAGE)
        assert (translation.title, translation.summary) == (TITLE, None)
        assert len(engine.asked) == 2


@pytest.mark.parametrize(
    "said",
    [answer(title=PASSAGE.title), answer(title=f"{TITLE} t.me/x"), answer(title=""), chat("No.")],
)
async def test_a_title_that_cannot_be_believed_is_an_error(said: dict[str, object]) -> None:
    async with FakeEngine(said) as engine, translator(engine.url) as opened:
        with pytest.raises(EngineError, match="small: "):
            await opened.translate(PASSAGE)


async def test_services_are_told_the_language_to_translate_into() -> None:
    said = {"translatedText": [TITLE, LEAD], "translations": [{"text": TITLE}, {"text": LEAD}]}
    async with FakeEngine(said) as engine:
        for name in ("libretranslate", "deepl"):
            async with translator(engine.url, name) as opened:
                assert (await opened.translate(PASSAGE)).summary == LEAD
        assert [asked.get("target") or asked["target_lang"] for asked in engine.asked] == [
            "cs",
            "CS",
        ]


async def test_a_service_that_answers_in_english_is_not_believed() -> None:
    said = {"translatedText": [TITLE, ENGLISH]}
    async with FakeEngine(said) as engine, translator(engine.url, "libretranslate") as opened:
        assert (await opened.translate(PASSAGE)).summary is None


@pytest.mark.parametrize("engine", ["openai", "libretranslate", "deepl"])
def test_services_translate_into_every_language_of_the_bot(engine: str) -> None:
    assert targets(configured(engine=engine), ["sk"]) == LANGUAGES
    assert targets(configured(engine=engine), []) == ()


def test_without_an_engine_there_is_nothing_to_translate_into() -> None:
    assert targets(configured(engine="none"), ["sk", None]) == ()
