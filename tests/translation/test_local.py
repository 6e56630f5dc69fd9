"""Models on this machine, run by the real engine: found, translated by, bounded and removed."""

import os
import shutil
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest
import pytest_asyncio

from bot import translation
from bot.config.schema import CatalogueConfig, Config, TranslationConfig
from bot.errors import EngineError
from bot.models.translations import Passage
from bot.ports.messenger import Translator
from bot.translation import coverage, local, open_translator, translates
from tests.fakes import marian
from tests.fakes.workers import InlineWorkers

pytest.importorskip("fxtranslate", reason="there is no wheel of fxtranslate for this platform")

TITLE = "Government approves amendment of the Asylum Act"
PASSAGE = Passage(title="Vláda schválila novelu azylového zákona", text="", language="cs")


def install(models: Path, pair: str = "cs-en", sentence: str = TITLE) -> Path:
    return marian.install(models, pair, sentence)


def configured(models: Path) -> Config:
    return Config(translation=TranslationConfig(local_models=str(models)))


@pytest.fixture(autouse=True)
def nothing_is_loaded() -> None:
    local._loaded.clear()


@pytest_asyncio.fixture
async def opened(tmp_path: Path) -> AsyncIterator[Translator]:
    async with open_translator(configured(tmp_path), InlineWorkers()) as translator:
        assert translator
        yield translator


async def test_an_installed_model_translates_in_a_process_of_its_own(tmp_path: Path) -> None:
    install(tmp_path)
    passage = Passage(title=PASSAGE.title, text="Lhůty se zkracují.", language="cs-CZ")
    async with open_translator(configured(tmp_path)) as translator:
        assert translator
        result = await translator.translate(passage)
    assert (result.title, result.by, result.origin) == (TITLE, "fxtranslate", "machine")
    assert result.summary == TITLE
    assert not local._loaded


async def test_models_are_found_and_missed_without_a_restart(
    tmp_path: Path, opened: Translator
) -> None:
    config = configured(tmp_path)
    assert not opened.translates("cs")
    assert not translates(config, "cs")
    with pytest.raises(EngineError, match="no model for cs"):
        await opened.translate(PASSAGE)
    folder = install(tmp_path)
    assert opened.translates("cs")
    assert translates(config, "cs")
    assert (await opened.translate(PASSAGE)).title == TITLE
    shutil.rmtree(folder)
    assert not opened.translates("cs")
    assert not translates(config, "cs")
    other = install(tmp_path, sentence="A newer model says something else")
    os.utime(other, (1, 1))
    assert (await opened.translate(PASSAGE)).title == "A newer model says something else"


@pytest.mark.parametrize("missing", ["sk", None, "", "../cs", "en", ".cs"])
async def test_a_language_without_a_model_costs_the_others_nothing(
    tmp_path: Path, opened: Translator, missing: str | None
) -> None:
    install(tmp_path)
    install(tmp_path, ".cs-en")
    for _ in range(translation.FAILURES):
        with pytest.raises(EngineError, match="no model"):
            await opened.translate(Passage(title="x", text="", language=missing))
    assert (await opened.translate(PASSAGE)).title == TITLE


async def test_norwegian_is_read_by_the_model_of_bokmaal(
    tmp_path: Path, opened: Translator
) -> None:
    install(tmp_path, "nb-en")
    for language in ("no", "nb", "nn"):
        passage = Passage(title=PASSAGE.title, text="", language=language)
        assert (await opened.translate(passage)).title == TITLE


def other_layers(model: bytes) -> bytes:
    return model.replace(b"decoder_l1", b"decoder_l7")


@pytest.mark.parametrize(
    "spoil", [lambda _: b"", lambda _: b"none", lambda model: model[:5000], other_layers]
)
async def test_a_broken_model_is_an_error_like_others(
    tmp_path: Path, opened: Translator, spoil: Callable[[bytes], bytes]
) -> None:
    model = next(install(tmp_path).glob("model.*"))
    model.write_bytes(spoil(model.read_bytes()))
    with pytest.raises(EngineError, match="cs-en"):
        await opened.translate(PASSAGE)


async def test_files_that_are_missing_are_told(tmp_path: Path, opened: Translator) -> None:
    next(install(tmp_path).glob("vocab.*")).unlink()
    with pytest.raises(EngineError, match="missing"):
        await opened.translate(PASSAGE)


async def test_few_models_are_loaded_at_the_same_time(tmp_path: Path, opened: Translator) -> None:
    languages = ["cs", "de", "fr", "hu", "pl"]
    for language in languages:
        install(tmp_path, f"{language}-en")
        passage = Passage(title=PASSAGE.title, text="", language=language)
        assert (await opened.translate(passage)).title == TITLE
    loaded = [folder.name for folder, _ in local._loaded]
    assert loaded == [f"{language}-en" for language in languages[-local.MODELS :]]


def test_a_line_says_which_languages_are_read_and_what_adds_the_rest(tmp_path: Path) -> None:
    line = coverage.describe(configured(tmp_path))
    count = len(coverage.source_languages(Config()))
    assert line.startswith(f"Read in English: 0 of {count} languages; `policy-herald models add`")
    install(tmp_path)
    line = coverage.describe(configured(tmp_path))
    assert line.startswith(f"Read in English: Czech (1 of {count} languages); ")
    english = Config(catalogue=CatalogueConfig(countries=()))
    assert coverage.describe(english).startswith("Read in English: all sources")
    none = Config(translation=TranslationConfig(engine="none"))
    assert coverage.describe(none).endswith('translation.engine is "none"')


def test_models_lie_beside_the_store() -> None:
    assert Config().models_folder() == Path("data/models")


async def test_models_lead_into_another_language_than_english_in_one_step_or_two(
    tmp_path: Path, opened: Translator
) -> None:
    passage = Passage(title="Vláda schválila zákon o azyle", text="", language="sk", target="cs")
    install(tmp_path, "sk-en")
    assert not opened.translates("sk", "cs")
    with pytest.raises(EngineError, match="no model for sk into cs"):
        await opened.translate(passage)
    install(tmp_path, "en-cs", "Vláda přijala zákon")
    assert opened.translates("sk", "cs")
    assert (await opened.translate(passage)).title == "Vláda přijala zákon"
    assert coverage.offered_targets(configured(tmp_path)) == ("en", "cs")
    install(tmp_path, "sk-cs", "Vláda zákon schválila")
    assert (await opened.translate(passage)).title == "Vláda zákon schválila"
    english = Passage(title="Government approves law", text="", language="en", target="cs")
    assert (await opened.translate(english)).title == "Vláda přijala zákon"
