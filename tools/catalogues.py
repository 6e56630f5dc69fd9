"""Brings the catalogues up to date with what the bot says: `make catalogues`.

Reads the texts of templates and modules, and the labels of the vocabulary; new texts are added
untranslated, what is said no more is dropped. What each language still lacks is printed.
"""

import io
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po, write_po

from bot import taxonomy
from bot.i18n import LANGUAGES

BOT = Path(__file__).parents[1] / "bot"
METHODS = [
    ("cli/**.py", "ignore"),
    ("**.py", "python"),
    ("templates/**.html.j2", "jinja2"),
    ("templates/**.md.j2", "jinja2"),
]
KEYWORDS = {
    "Command": None, "N_": None, "gettext": None, "ngettext": (1, 2),
    "say": None, "say_plural": (1, 2),
}  # fmt: skip
OPTIONS = {"**.j2": {"newstyle_gettext": "true", "silent": "false"}}


@lru_cache(maxsize=1)
def spoken() -> Catalog:
    """All that the bot says, in English."""
    catalogue = Catalog(project="Policy Herald", fuzzy=False)
    found = extract_from_dir(BOT, METHODS, OPTIONS, KEYWORDS)
    for file, _, text, _, _ in sorted(found, key=lambda each: (each[0], each[1])):
        catalogue.add(text, locations=[(file, 0)])
    for label in labels():
        catalogue.add(label, locations=[("data/vocabulary.toml", 0)])
    return catalogue


def labels() -> Iterator[str]:
    """The labels of the vocabulary, which are said as they are."""
    yield from (taxonomy.label("theme", code) for code in taxonomy.themes())
    yield from (taxonomy.short_label(code) for code in (*taxonomy.themes(), *taxonomy.topics()))
    yield from (taxonomy.label("topic", code) for code in taxonomy.topics())
    yield from (taxonomy.label("type", code) for code in taxonomy.types())
    yield from (taxonomy.label("source_type", code) for code in taxonomy.source_types())
    yield from (group.label for group in taxonomy.theme_groups())


def path_of(language: str) -> Path:
    """Where a language's catalogue lies."""
    return BOT / "locale" / language / "LC_MESSAGES" / "bot.po"


def kept(language: str) -> Catalog:
    """A language's catalogue as it lies there; an empty one where there is none."""
    path = path_of(language)
    if not path.exists():
        return Catalog(language)
    with path.open("rb") as file:
        return read_po(file, locale=language)


def lacking(language: str) -> list[str]:
    """The texts that a language has no words for."""
    known = kept(language)
    return [str(text.id) for text in spoken() if text.id and not _is_said(known, text.id)]


def _is_said(known: Catalog, text: str | tuple[str, ...]) -> bool:
    message = known.get(text if isinstance(text, str) else text[0])
    said = message.string if message else ""
    return all(said) if isinstance(said, tuple | list) else bool(said)


def updated(language: str) -> bytes:
    """A catalogue with what is new, and without what is said no more."""
    known = kept(language)
    known.update(spoken(), no_fuzzy_matching=True)
    known.obsolete.clear()
    body = io.BytesIO()
    write_po(body, known, width=100, omit_header=True, include_lineno=False)
    return _header(known).encode() + body.getvalue()


def _header(catalogue: Catalog) -> str:
    """What other programs need to know; no dates, so that nothing changes where nothing is new."""
    fields = (
        f"Language: {catalogue.locale_identifier}",
        "MIME-Version: 1.0",
        "Content-Type: text/plain; charset=utf-8",
        "Content-Transfer-Encoding: 8bit",
        f"Plural-Forms: {catalogue.plural_forms}",
    )
    rows = "".join(f'"{field}\\n"\n' for field in fields)
    return f'msgid ""\nmsgstr ""\n{rows}\n'


def main() -> None:
    """Updates every catalogue."""
    for language in LANGUAGES:
        if language != "en":
            path = path_of(language)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(updated(language))
            print(f"{language}: lacks {len(lacking(language))}")


if __name__ == "__main__":
    main()
