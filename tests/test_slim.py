"""What the image takes from packages is of no use to the bot."""

import subprocess
import sys
from pathlib import Path

import babel
import pytest

from tools import slim

ROOT = Path(__file__).parents[1]


def test_the_bot_works_without_what_the_image_lacks() -> None:
    for extra in ("fxtranslate", "gcld3", "psycopg"):  # the image has them
        pytest.importorskip(extra)
    command = [sys.executable, "-m", "tests.fakes.image_packages"]
    subprocess.run(command, cwd=ROOT, check=True)


def test_what_is_taken_away_is_gone(tmp_path: Path) -> None:
    kept = [tmp_path / name for name in ("lxml/etree.so", "icalendar/cal.py")]
    taken = [tmp_path / name for name in ("lxml/etree.pyx", "icalendar/tests/big.ics")]
    for path in (*kept, *taken):
        path.parent.mkdir(exist_ok=True, parents=True)
        path.write_text("…")
    slim.remove(tmp_path)
    assert [path.exists() for path in (*kept, *taken)] == [True, True, False, False]
    assert not (tmp_path / "icalendar" / "tests").exists()


def test_the_image_keeps_the_locales_that_the_bot_reads() -> None:
    packages = Path(babel.__file__).parents[1]
    taken = {path.stem for path in slim.unread(packages) if path.suffix == ".dat"}
    assert not {"root", "en_GB", "de_AT", "el", "mt", "uk", "nb", "no"} & taken
    assert {"ja", "sw", "fil"} <= taken
