"""Takes from the installed packages what the bot never reads, for the image, which needs no more.

A text in a language whose locale is taken away is read as one in a language that CLDR does not
know: its dates are numbers, its countries have English names.
"""

import shutil
from collections.abc import Iterator
from pathlib import Path

import babel

from bot import i18n, taxonomy
from bot.data_files import languages_of
from bot.dates import calendar

PACKAGES = Path(babel.__file__).parents[1]
UNREAD = (
    "*/tests",
    "Crypto/[HIMPS]*",  # all but Cipher, Random and Util
    "PIL/_avif*",  # what is drawn is PNG, and no picture is read
    "PIL/_imagingcms*",
    "PIL/_webp*",
    "cffi",  # aiodns needs its backend alone, and pycryptodome does without
    "docx/templates/default-docx-template",  # the parts of default.docx, which is read
    "justext/stoplists",  # trafilatura asks justext unless it is to be fast
    "lxml/*.h",  # what it is compiled from
    "lxml/*.px?",
    "lxml/*.pyx",
    "lxml/html/*diff*",
    "lxml/includes",
    "lxml/isoschematron",
    "lxml/objectify*",
    "pillow.libs/libavif*",
    "pillow.libs/liblcms*",
    "pillow.libs/libsharpyuv*",
    "pillow.libs/libwebp*",
)
"""What is taken away beside locales, as patterns below the folder of the packages."""


def unread(packages: Path = PACKAGES) -> Iterator[Path]:
    """Yield what is taken away: files, and folders with all that they hold."""
    for pattern in UNREAD:
        yield from packages.glob(pattern)
    kept = locales()
    for locale in packages.glob("babel/locale-data/*.dat"):
        if locale.stem.split("_")[0] not in kept:
            yield locale


def locales() -> frozenset[str]:
    """The languages whose locales the bot reads, and the root that all inherit from."""
    languages = (
        *calendar.LANGUAGES,
        *i18n.LANGUAGES,
        *languages_of("lexicon"),
        *taxonomy.home_languages(),
    )
    return frozenset(("root", *(tag.split("-")[0] for tag in languages)))


def remove(packages: Path = PACKAGES) -> int:
    """Delete what is taken away; return how many bytes that was."""
    size = 0
    for path in [*unread(packages)]:
        files = [path, *path.rglob("*")] if path.is_dir() else [path]
        size += sum(file.stat().st_size for file in files if file.is_file())
        shutil.rmtree(path) if path.is_dir() else path.unlink(missing_ok=True)
    return size


if __name__ == "__main__":
    print(f"took {remove() / 1e6:.0f} MB away")
