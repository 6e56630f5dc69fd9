"""The packages that the benchmarks compare with, in an environment of their own, made once."""

import subprocess
import sys
import venv
from pathlib import Path

FOLDER = Path(".peers")
PACKAGES = (
    "reader==3.26",
    "feedparser==6.0.12",
    "urlwatch==2.29",
    "webchanges==3.37.0",
    "aiohttp==3.14.5",
    "aiolimiter==1.2.1",
    "python-telegram-bot==22.5",
    "apscheduler==3.11.0",
    "matplotlib==3.11.2",
)


def python() -> str:
    """The interpreter of that environment, which is made where there is none."""
    found = FOLDER / "bin" / "python"
    stamp = FOLDER / "packages"
    if not stamp.exists() or stamp.read_text() != "\n".join(PACKAGES):
        print(f"installing {', '.join(PACKAGES)} into {FOLDER} …", file=sys.stderr)
        venv.create(FOLDER, with_pip=True, clear=True)
        install = [
            str(found),
            "-m",
            "pip",
            "--disable-pip-version-check",
            "install",
            "-qq",
            *PACKAGES,
        ]
        subprocess.run(install, check=True)
        stamp.write_text("\n".join(PACKAGES))
    return str(found.absolute())


def command(name: str) -> str:
    """A command of that environment."""
    return str(Path(python()).with_name(name))
