"""Engines that translate."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, get_args

import pytest
from aiohttp import web
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from bot import translation
from bot.config.schema import Config, EngineName, FallbackName, TranslationConfig
from bot.config.values import Key, WebUrl
from bot.errors import EngineError
from bot.models.translations import Passage, Translation
from bot.ports.messenger import Translator
from bot.translation import ENGINES, CircuitBreaker, chosen_engines, open_translator
from bot.translation.engine import SUMMARY as SUMMARY_LIMIT
from bot.translation.engine import summary_problem, title_problem
from tests.fakes.translation import FakeEngine
from tests.fakes.workers import InlineWorkers

PASSAGE = Passage(
    title="Vláda schválila novelu azylového zákona",
    text="Vláda 16. ledna schválila novelu, která zkracuje lhůty ze 180 na 30 dnů.",
    language="cs",
)
TITLE = "Government approves amendment of the Asylum Act"
SUMMARY = (
    "On 16 January the government approved an amendment that cuts time limits from 180 to 30 days."
)


@asynccontextmanager
async def translator(url: str, engine: str = "openai", **keys: Any) -> AsyncIterator[Translator]:
    facts = {
        "openai_url": WebUrl(url),
        "openai_model": "small",
        "openai_key": Key("sk-hidden"),
        "libretranslate_url": WebUrl(url),
        "deepl_url": WebUrl(url),
        "deepl_key": Key("dl-hidden"),
    }
    table = TranslationConfig(engine=engine, **{**facts, **keys})  # type: ignore[arg-type]
    async with open_translator(Config(translation=table), InlineWorkers()) as opened:
        assert opened is not None
        yield opened


async def test_a_server_that_is_not_there_is_an_error_like_others() -> None:
    async with translator("http://127.0.0.1:9") as opened:
        with pytest.raises(EngineError, match="does not answer"):
            await opened.translate(PASSAGE)


async def test_libretranslate_translates_title_and_lead_at_once() -> None:
    answer = {"translatedText": [TITLE, SUMMARY]}
    async with (
        FakeEngine(answer) as engine,
        translator(engine.url, "libretranslate", libretranslate_key=Key("lt-1")) as opened,
    ):
        result = await opened.translate(PASSAGE)
        assert result == Translation(
            title=TITLE, summary=SUMMARY, by="LibreTranslate", origin="machine"
        )
        assert engine.asked == [
            {"q": [PASSAGE.title, PASSAGE.text], "source": "cs", "target": "en", "format": "text",
             "api_key": "lt-1"}
        ]  # fmt: skip
        assert engine.paths == ["/v1/translate"]


async def test_deepl_is_told_the_language_as_it_calls_it() -> None:
    answer = {"translations": [{"text": TITLE}, {"text": SUMMARY}]}
    async with FakeEngine(answer) as engine, translator(engine.url, "deepl") as opened:
        assert (await opened.translate(PASSAGE)).by == "DeepL"
        await opened.translate(replace(PASSAGE, language="no"))
        await opened.translate(replace(PASSAGE, language="ga"))
        assert [asked.get("source_lang") for asked in engine.asked] == ["CS", "NB", None]
        assert engine.headers[0]["Authorization"] == "DeepL-Auth-Key dl-hidden"


@pytest.mark.parametrize("texts", [[TITLE], [TITLE, SUMMARY, "x"], [TITLE, 7], ["", SUMMARY]])
async def test_machines_that_answer_something_else_are_not_believed(texts: list[Any]) -> None:
    async with (
        FakeEngine({"translatedText": texts}) as engine,
        translator(engine.url, "libretranslate") as opened,
    ):
        with pytest.raises(EngineError):
            await opened.translate(PASSAGE)


@pytest.mark.parametrize("status", [200, 401])
async def test_an_error_page_that_repeats_the_key_is_quoted_without_it(status: int) -> None:
    key = "sk-Key-of-the-server"
    page = web.Response(status=status, text=" " * 900 + f"<p>{key.upper()} %73k-Key-of-the-server")
    async with (
        FakeEngine(page) as engine,
        translator(engine.url, "libretranslate", libretranslate_key=Key(key)) as opened,
    ):
        with pytest.raises(EngineError, match="<p><token> <token>"):
            await opened.translate(PASSAGE)


async def test_a_title_alone_is_translated_alone() -> None:
    async with (
        FakeEngine({"translatedText": [TITLE]}) as engine,
        translator(engine.url, "libretranslate") as opened,
    ):
        result = await opened.translate(replace(PASSAGE, text=""))
        assert (result.title, result.summary) == (TITLE, None)


async def test_the_next_engine_is_asked_where_the_first_gives_nothing() -> None:
    answer = {"translatedText": [TITLE, SUMMARY]}
    async with (
        FakeEngine(503) as first,
        FakeEngine(answer) as second,
        translator(
            first.url, fallback="libretranslate", libretranslate_url=WebUrl(second.url)
        ) as opened,
    ):
        for _ in range(5):
            assert (await opened.translate(PASSAGE)).by == "LibreTranslate"
        assert len(first.asked) == translation.FAILURES  # then it rests


async def test_a_passage_that_is_refused_does_not_stop_the_next() -> None:
    answers = [400] * translation.FAILURES
    async with (
        FakeEngine(*answers, {"translatedText": [TITLE, SUMMARY]}) as engine,
        translator(engine.url, "libretranslate") as opened,
    ):
        for _ in answers:
            with pytest.raises(EngineError, match="HTTP 400"):
                await opened.translate(replace(PASSAGE, language="hr"))
        assert (await opened.translate(PASSAGE)).title == TITLE


async def test_libretranslate_is_told_the_language_as_it_calls_it() -> None:
    async with (
        FakeEngine({"translatedText": [TITLE, SUMMARY]}) as engine,
        translator(engine.url, "libretranslate") as opened,
    ):
        for language in ("no", "nb-NO", "de-AT", "hr", None):
            await opened.translate(replace(PASSAGE, language=language))
        assert [asked["source"] for asked in engine.asked] == ["nb", "nb", "de", "hr", "auto"]


SET_UP: list[tuple[dict[str, Any], str, list[str]]] = [
    ({}, "auto", ["local"]),
    ({}, "none", []),
    ({}, "deepl", ["deepl"]),
    ({"fallback": "local"}, "libretranslate", ["libretranslate", "local"]),
    ({"fallback": "local"}, "auto", ["local"]),
    ({"openai_model": "small", "deepl_key": Key("k")}, "auto", ["openai"]),
    ({"deepl_key": Key("k"), "fallback": "local"}, "auto", ["deepl", "local"]),
    ({"libretranslate_key": Key("k")}, "auto", ["libretranslate"]),
    ({"libretranslate_url": WebUrl("http://translate:5000")}, "auto", ["libretranslate"]),
]


@pytest.mark.parametrize(("keys", "engine", "asked"), SET_UP)
def test_the_first_engine_that_is_set_up_is_asked(
    keys: dict[str, Any], engine: EngineName, asked: list[str]
) -> None:
    assert chosen_engines(TranslationConfig(engine=engine, **keys)) == asked


def test_without_fxtranslate_there_is_no_engine_of_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(translation, "is_supported", lambda: False)
    assert chosen_engines(TranslationConfig()) == []


def test_a_breaker_rests_longer_with_each_failure(monkeypatch: pytest.MonkeyPatch) -> None:
    now = [0.0]
    monkeypatch.setattr(translation.time, "monotonic", lambda: now[0])
    breaker = CircuitBreaker()
    for _ in range(translation.FAILURES):
        assert breaker.is_closed()
        breaker.note_failure()
    assert not breaker.is_closed()
    now[0] = translation.FIRST_REST
    assert breaker.is_closed()
    breaker.note_failure()
    now[0] += translation.FIRST_REST
    assert not breaker.is_closed()
    now[0] += translation.FIRST_REST
    breaker.note_success()
    assert breaker.is_closed()


async def test_a_long_summary_is_cut_at_the_end_of_a_sentence() -> None:
    long = " ".join(f"Sentence number {n} says something of no weight." for n in range(40))
    answer = {"translatedText": [TITLE, long]}
    async with FakeEngine(answer) as engine, translator(engine.url, "libretranslate") as opened:
        summary = (await opened.translate(replace(PASSAGE, text=long))).summary
    assert summary is not None
    assert len(summary) <= SUMMARY_LIMIT
    assert long.startswith(summary)
    assert summary.endswith(".")


@given(st.text(max_size=200))
def test_no_answer_breaks_the_checks(said: str) -> None:
    for problem in (title_problem(said, PASSAGE), summary_problem(said, PASSAGE)):
        assert problem is None or isinstance(problem, str)


def test_every_configurable_engine_can_be_opened() -> None:
    assert ENGINES.keys() == set(get_args(FallbackName)) - {"none"}
