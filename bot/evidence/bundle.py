"""The files of a bundle of evidence: texts, manifest, hashes, and how to check them (pure)."""

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import msgspec

from bot import __version__
from bot.data_files import read_text
from bot.evidence import body_hash, written
from bot.models import Development
from bot.models.readings import Reading

MANIFEST, SUMS, README = "manifest.json", "SHA256SUMS", "README.txt"


def files(
    developments: Sequence[Development], readings: Mapping[str, Sequence[Reading]], now: dt.datetime
) -> Iterator[tuple[str, bytes]]:
    """Yield the files of a bundle of developments, with their readings by id: the path of each
    within it, and its content."""
    made = dict[str, bytes]()
    for development in developments:
        for number, reading in enumerate(readings[str(development.id)], 1):
            if not reading.is_gone:
                made[_path(development, number)] = written(reading.title, reading.text).encode()
    manifest = {
        "made": now,
        "by": f"policy-herald {__version__}",
        "developments": [_entry(each, readings[str(each.id)]) for each in developments],
    }
    made[MANIFEST] = msgspec.json.format(msgspec.json.encode(manifest), indent=2) + b"\n"
    made[README] = read_text("evidence.txt").encode()
    yield from made.items()
    sums = (f"{body_hash(content)}  {path}\n" for path, content in sorted(made.items()))
    yield SUMS, "".join(sums).encode()


def _path(development: Development, number: int) -> str:
    return f"{development.id}/{number}.txt"


def _entry(development: Development, readings: Sequence[Reading]) -> dict[str, Any]:
    """Return what the manifest says of a development."""
    return {
        "id": development.id,
        "title": development.title,
        "date": development.date,
        "country": development.country,
        "themes": development.themes,
        "type": development.type,
        "recorded": development.recorded,
        "sources": development.sources,
        "readings": [
            _reading(development, number, reading) for number, reading in enumerate(readings, 1)
        ],
    }


def _reading(development: Development, number: int, reading: Reading) -> dict[str, Any]:
    """Return what the manifest says of a reading: all but its text."""
    facts = {name: getattr(reading, name) for name in reading.__struct_fields__}
    del facts["title"], facts["text"]
    if reading.received:
        answer = reading.received
        facts["received"] = {name: getattr(answer, name) for name in answer.__struct_fields__}
    if reading.is_gone:
        del facts["sha256"]
    return {"file": None if reading.is_gone else _path(development, number), **facts}
