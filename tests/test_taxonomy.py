import pytest

from bot import taxonomy


@pytest.mark.parametrize(
    ("said", "facet", "code"),
    [
        ("CZ", "country", "CZ"),
        ("czechia", "country", "CZ"),
        ("ČESKO", "country", "CZ"),
        ("cesko", "country", "CZ"),
        ("Czech Republic", "country", "CZ"),
        ("Österreich", "country", "AT"),
        ("osterreich", "country", "AT"),
        ("Ελλάδα", "country", "GR"),
        ("suisse", "country", "CH"),
        ("německo", "country", "DE"),
        ("Allemagne", "country", "DE"),
        ("Slovensko", "country", "SK"),
        ("Norge", "country", "NO"),
        ("no", "country", "NO"),
        ("return", "theme", "return"),
        ("Return of former applicants", "theme", "return"),
        ("firstinstance", "theme", "firstinstance"),
        ("first instance", "theme", "firstinstance"),
        ("minors", "theme", "vulnerable"),
        ("protection", "theme", "protection"),
        ("temporary protection", "topic", "temporary-protection"),
        ("legislative", "type", "Legislative"),
        ("everything", "everything", "everything"),
    ],
)
def test_a_phrase_means_what_people_mean(said: str, facet: str, code: str) -> None:
    term = taxonomy.find_term(said)
    assert term is not None
    assert (term.facet, term.code) == (facet, code), f"{said!r} already means {term}"


@pytest.mark.parametrize("said", ["Czehcia", "retrun", "asylum", "xyzzy", "", "a"])
def test_a_doubtful_phrase_means_nothing(said: str) -> None:
    assert taxonomy.find_term(said) is None


def test_a_slip_of_the_keyboard_is_suggested_away() -> None:
    assert taxonomy.suggest("Czehcia") == ("Czechia",)
    assert taxonomy.suggest("retrun") == ("Return of former applicants",)


def test_a_part_of_several_labels_suggests_them_all() -> None:
    assert len(taxonomy.suggest("asylum")) > 3


def test_nonsense_suggests_nothing() -> None:
    assert taxonomy.suggest("xyzzy") == ()


def test_every_label_and_code_is_understood_as_itself() -> None:
    facets: list[tuple[taxonomy.Facet, tuple[str, ...]]] = [
        ("country", taxonomy.countries()),
        ("theme", taxonomy.themes()),
        ("topic", taxonomy.topics()),
    ]
    for facet, codes in facets:
        for code in codes:
            for said in (code, taxonomy.label(facet, code)):
                term = taxonomy.find_term(said)
                assert term is not None, said
                assert (term.facet, term.code) == (facet, code)


def test_every_theme_and_topic_has_a_button() -> None:
    grouped = {code for group in taxonomy.theme_groups() for code in group.codes}
    assert grouped == {*taxonomy.themes(), *taxonomy.topics()}, "see [[groups]] in vocabulary.toml"


def test_the_vocabulary_has_its_size() -> None:
    assert len(taxonomy.countries()) == 31
    assert len(taxonomy.themes()) == 17
