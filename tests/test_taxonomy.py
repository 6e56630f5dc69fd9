from bot import taxonomy


def test_every_theme_and_topic_has_a_button() -> None:
    grouped = {code for group in taxonomy.theme_groups() for code in group.codes}
    assert grouped == {*taxonomy.themes(), *taxonomy.topics()}, "see [[groups]] in vocabulary.toml"


def test_the_vocabulary_has_its_size() -> None:
    assert len(taxonomy.countries()) == 31
    assert len(taxonomy.themes()) == 17


def test_a_code_of_cldr_for_no_territory_is_no_country() -> None:
    assert not any(map(taxonomy.is_country, ("ZZ", "XA", "QO", "EZ", "UN", "cz", "CZE")))
    assert all(map(taxonomy.is_country, ("CZ", "EU", "XK", "US")))
