"""Write a bundle of evidence: to a new folder, or to a new .zip file."""

import zipfile
from collections.abc import Iterable, Sequence
from pathlib import Path

from bot import dates
from bot.cli import console
from bot.errors import ConfigError
from bot.evidence import bundle
from bot.models import Development
from bot.ports.store import Store


async def write_bundle(store: Store, developments: Sequence[Development], name: str) -> int:
    """Write the readings of developments under a name. Raises ConfigError where it is taken, and
    OSError."""
    readings = {str(each.id): await store.readings(str(each.id)) for each in developments}
    _write(Path(name), bundle.files(developments, readings, dates.now()))
    count = sum(map(len, readings.values()))
    console.say(f"{name}: developments: {len(developments)}, readings: {count}")
    return 0


def _write(target: Path, files: Iterable[tuple[str, bytes]]) -> None:
    if target.exists():
        raise ConfigError("--evidence", f"{target}, which is there already", "a new name")
    if target.suffix.lower() == ".zip":
        with zipfile.ZipFile(target, "x", zipfile.ZIP_DEFLATED) as archive:
            for path, content in files:
                archive.writestr(path, content)
        return
    for path, content in files:
        file = target / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content)
