"""The words that are suggested by what admins have corrected."""

from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from bot import enrich, taxonomy
from bot.enrich.own_words import own_words, read_own_words
from bot.enrich.word_suggestions import MISLED, suggest_words
from bot.models import Correction, Development
from tests.samples import item, source


def correction(title: str, **changes: object) -> Correction:
    facts = {
        "development": "CZ-2025-0001",
        "title": title,
        "language": "cs",
        "before": ("dublin", "Policy"),
        "after": ("return", "Policy"),
        "evidence": ("Dublin",),
    }
    return Correction(**{**facts, **changes})


def test_what_was_corrected_becomes_words_that_can_be_used(tmp_path: Path) -> None:
    path = tmp_path / "my-words.toml"
    title = "Dublin hostí závody chrtů"
    path.write_text(suggest_words([correction(title, after=(), is_relevant=False)]), "utf-8")
    words = own_words(read_own_words(str(path)))
    assert words["cs"].other == ("Dublin hostí",)
    assert f"# {title}" in path.read_text("utf-8")


def test_another_label_gets_the_phrase(tmp_path: Path) -> None:
    path = tmp_path / "my-words.toml"
    path.write_text(suggest_words([correction("Vlak Dublin Galway zase jezdí")]), "utf-8")
    own = read_own_words(str(path))
    assert own_words(own)["cs"].themes == {"return": ("Vlak Dublin", "Dublin Galway")}
    made = enrich.enrich_item(
        item(title="Nehoda: vlak Dublin Galway"), source(scope="migration"), own
    )
    assert isinstance(made, Development)
    assert made.themes[0] == "return"


def test_a_word_that_misled_often_and_was_never_right_is_taken_out() -> None:
    wrong = [correction(f"Dublin {number}", evidence=()) for number in range(MISLED)]
    assert own_words(suggest_words(wrong))["cs"].remove.themes == {"dublin": ("dublin*",)}
    assert own_words(suggest_words(wrong[1:]))["cs"].remove.themes == {}
    right = correction("Dublin znovu", after=("dublin", "Legislative"))
    assert own_words(suggest_words([*wrong, right]))["cs"].remove.themes == {}


def test_nothing_comes_of_nothing() -> None:
    assert own_words(suggest_words([])) == {}
    assert own_words(suggest_words([correction("Dublin", language=None)])) == {}
    assert own_words(suggest_words([correction("Dublin", language="xx")])) == {}


codes = st.lists(st.sampled_from([*taxonomy.themes(), *taxonomy.topics(), *taxonomy.types()]))


@given(st.text(), codes, codes, st.lists(st.text()), st.booleans())
def test_whatever_was_corrected_gives_a_file_that_can_be_read(
    title: str,
    before: list[str],
    after: list[str],
    evidence: list[str],
    is_relevant: bool,
) -> None:
    made = correction(
        title,
        before=tuple(before),
        after=tuple(after),
        evidence=tuple(evidence),
        is_relevant=is_relevant,
    )
    assert set(own_words(suggest_words([made] * MISLED))) <= {"cs"}
