"""The files of Docker Compose, held against the configuration and the catalogue."""

from pathlib import Path
from typing import Any

import pytest
import yaml

from bot.config import load
from bot.config.schema import Config, catalogue
from bot.translation import chosen_engines
from bot.translation.languages import called_among, engine_languages

ROOT = Path(__file__).parents[1]


def compose(name: str) -> dict[str, Any]:
    text = ROOT.joinpath(name).read_text(encoding="utf-8")
    parsed: dict[str, Any] = yaml.safe_load(text)
    return parsed


@pytest.mark.parametrize("name", sorted(path.name for path in ROOT.glob("compose*.yaml")))
def test_volumes_that_are_used_are_declared(name: str) -> None:
    file = compose(name)
    services = file["services"].values()
    used = {volume.split(":")[0] for service in services for volume in service.get("volumes", ())}
    assert {volume for volume in used if not volume.startswith(".")} == {*file.get("volumes", ())}


def test_libretranslate_loads_the_languages_of_the_catalogue_that_it_has() -> None:
    table = compose("compose.translate.yaml")["services"]["libretranslate"]["environment"]
    has = engine_languages().translated["libretranslate"]
    names = (called_among(has, source.language) for source in catalogue().sources)
    wanted = {name for name in names if name}
    assert table["LT_LOAD_ONLY"].split(",") == ["en", *sorted(wanted)]


def test_the_bot_is_wired_to_libretranslate_and_does_not_wait_for_it() -> None:
    services = compose("compose.translate.yaml")["services"]
    herald, server = services["herald"], services["libretranslate"]
    config = load(None, herald["environment"])
    assert chosen_engines(config.translation) == ["libretranslate", "local"]
    assert config.translation.libretranslate_url == "http://libretranslate:5000"
    assert herald.keys() == {"environment"}  # the rest is compose.yaml's: no depends_on
    assert server["healthcheck"]["test"]
    assert server["deploy"]["resources"]["limits"].keys() == {"cpus", "memory"}
    assert "ports" not in server


def test_models_of_the_image_lie_in_its_volume() -> None:
    (volume, _) = compose("compose.yaml")["services"]["herald"]["volumes"][0].split(":")
    dockerfile = ROOT.joinpath("Dockerfile").read_text(encoding="utf-8")
    assert volume == "data"
    assert "WORKDIR /app\n" in dockerfile
    assert 'VOLUME ["/app/data"]' in dockerfile
    assert Config().models_folder() == Path("data/models")
