"""Takes from an installed Babel the locales that the bot never reads, 22 of its 28 MB.

For the image, which needs no others. A text in a language that is taken away is read as one in a
language that CLDR does not know: its dates are numbers, its countries have English names.
"""

from pathlib import Path

import babel

from bot import i18n, taxonomy
from bot.data_files import languages_of
from bot.dates import calendar

LOCALES = Path(babel.__file__).parent / "locale-data"


def read() -> frozenset[str]:
    """The languages whose locales the bot reads, and the root that all inherit from."""
    languages = (
        *calendar.LANGUAGES,
        *i18n.LANGUAGES,
        *languages_of("lexicon"),
        *taxonomy.home_languages(),
    )
    return frozenset(("root", *(tag.split("-")[0] for tag in languages)))


def main() -> None:
    """Delete the others, and say how many stay."""
    kept = read()
    for locale in LOCALES.glob("*.dat"):
        if locale.stem.split("_")[0] not in kept:
            locale.unlink()
    print(f"{len(list(LOCALES.glob('*.dat')))} locales of {len(kept) - 1} languages stay")


if __name__ == "__main__":
    main()
