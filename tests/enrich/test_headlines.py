"""Headlines in all languages: what is about migration or asylum, its labels and its type."""

import tomllib
from pathlib import Path

import pytest

from bot import enrich
from bot.data_files import languages_of
from bot.enrich.labels import weigh
from bot.enrich.language import detect_language
from bot.models import Development
from bot.models.sources import Item
from tests.samples import source

FOLDER = Path(__file__).parent / "headlines"
MIXED, MIGRATION = (source(scope=scope, country=None) for scope in ("mixed", "migration"))

Headline = tuple[str, set[str], str]


def off(name: str = "off") -> dict[str, list[str]]:
    return tomllib.loads((FOLDER / f"{name}.toml").read_text(encoding="utf-8"))


def more() -> list[tuple[str, str, str, set[str]]]:
    """Language, title, text, labels."""
    rows = tomllib.loads((FOLDER / "more.toml").read_text(encoding="utf-8"))
    return [
        (language, title, text, set(labels.split()))
        for language, found in rows.items()
        for title, text, labels in found
    ]


def on() -> dict[str, list[Headline]]:
    rows = tomllib.loads((FOLDER / "on.toml").read_text(encoding="utf-8"))
    return {
        language: [(title, set(labels.split()), kind) for title, labels, kind in found]
        for language, found in rows.items()
    }


def made(title: str, language: str, *, is_gated: bool) -> Development | None:
    of = MIXED if is_gated else MIGRATION
    made = enrich.enrich_item(Item(source="x", title=title, language=language), of)
    return made if isinstance(made, Development) else None


def test_every_language_of_the_lexicon_has_headlines() -> None:
    assert set(off()) == set(on()) == languages_of("lexicon")


@pytest.mark.parametrize("language", sorted(off()))
def test_other_news_of_a_government_are_let_through_nowhere(language: str) -> None:
    titles = off()[language] + off("traps")[language]
    passed = [title for title in titles if made(title, language, is_gated=True)]
    assert passed == []


def test_news_of_migration_are_kept_and_labelled_in_every_language() -> None:
    kept, right, typed = [], [], []
    for language, headlines in on().items():
        for title, labels, kind in headlines:
            record = made(title, language, is_gated=False)
            assert record is not None
            kept.append(made(title, language, is_gated=True) is not None)
            right.append(bool(labels & {*record.themes, *record.topics}))
            typed.append(record.type == kind)
    assert sum(kept) / len(kept) >= 0.97
    assert sum(right) / len(right) >= 0.95
    assert sum(typed) / len(typed) >= 0.95


def test_news_with_a_lead_are_kept_and_labelled_too() -> None:
    kept, right = [], []
    for language, title, text, labels in more():
        told = Item(source="x", title=title, text=text, language=language)
        kept.append(isinstance(enrich.enrich_item(told, MIXED), Development))
        record = enrich.enrich_item(told, MIGRATION)
        assert isinstance(record, Development)
        right.append(bool(labels & {*record.themes, *record.topics}))
    assert sum(kept) / len(kept) >= 0.97
    assert sum(right) / len(right) >= 0.95


@pytest.mark.parametrize(
    ("language", "title"),
    [
        ("fr", "Ouverture d'un nouveau centre d'accueil pour demandeurs d'asile à Limoges"),
        ("da", "Nyt modtagecenter for asylansøgere åbnet i Vejle"),
        ("no", "Nytt asylmottak åpnet i Kristiansund"),
        ("el", "Νέα δομή φιλοξενίας αιτούντων άσυλο άνοιξε στη Λάρισα"),
        ("ga", "Ionad nua fáiltithe d'iarratasóirí tearmainn oscailte i nDroichead Átha"),
    ],
)
def test_no_list_of_institutions_has_a_word_of_a_centre_that_opens(
    language: str, title: str
) -> None:
    _, hits = weigh(title, "", language)
    assert "types Institutional title" not in {hit.list for hit in hits}


def test_the_language_of_a_headline_alone_is_found() -> None:
    headlines = [
        (language, title)
        for language, titles in (*off().items(), *off("traps").items())
        for title in titles
        if len(title) > 30
    ]
    right = [detect_language(title) == language for language, title in headlines]
    assert sum(right) / len(right) > 0.95


def test_the_language_of_a_headline_with_its_text_is_found() -> None:
    assert [
        (language, title)
        for language, title, text, _ in more()
        if text and detect_language(f"{title}\n{text}") != language
    ] == []
