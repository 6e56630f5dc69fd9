"""The folder of a site: written whole beside the one that is there, and put into its place."""

from collections.abc import AsyncIterator
from pathlib import Path
from tempfile import TemporaryDirectory

from bot.errors import ConfigError

MARK = ".policy-herald-site"
"""The file that lists the others: what it does not name was not written by this program."""


async def write_folder(folder: Path, written: AsyncIterator[tuple[str, bytes]]) -> int:
    """Write files into a folder that is not there, is empty, or was written by this before; return
    how many there are. A site that is there stays whole until the new one is.

    Raises ConfigError where the folder holds anything else, of which nothing is touched; and
    OSError.
    """
    folder = _place_of(folder)
    with TemporaryDirectory(dir=folder.parent, prefix=f".{folder.name}-") as beside:
        fresh, names = Path(beside) / "new", list[str]()
        async for name, body in written:
            _save(fresh / name, body)
            names.append(name)
        _save(fresh / MARK, "\n".join(names).encode())
        _refuse_others(folder)  # what has come meanwhile
        if folder.exists():
            folder.rename(Path(beside) / "old")
        fresh.rename(folder)
    return len(names)


def _place_of(folder: Path) -> Path:
    """Return where a folder is, or is to be, that holds nothing else."""
    place = folder.resolve()  # `.` and links name a folder, too
    _refuse_others(place)
    place.parent.mkdir(parents=True, exist_ok=True)
    return place


def _refuse_others(folder: Path) -> None:
    if folder.exists() and not folder.is_dir():
        raise ConfigError(str(folder), "a file", "a new or empty folder")
    if other := next(iter(_others(folder)), None):
        found = f"{other}, which was not written by this command"
        raise ConfigError(str(folder), found, "a new or empty folder")


def _others(folder: Path) -> list[str]:
    """Return the files of a folder that are not of the site in it."""
    mark = folder / MARK
    ours = {MARK, *mark.read_text().splitlines()} if mark.is_file() else set()
    files = (each for each in folder.rglob("*") if each.is_symlink() or not each.is_dir())
    return sorted({each.relative_to(folder).as_posix() for each in files} - ours)


def _save(file: Path, body: bytes) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(body)
