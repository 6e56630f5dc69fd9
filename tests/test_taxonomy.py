from bot import taxonomy


def test_every_theme_and_topic_has_a_button() -> None:
    grouped = {code for group in taxonomy.theme_groups() for code in group.codes}
    assert grouped == {*taxonomy.themes(), *taxonomy.topics()}, "see [[groups]] in vocabulary.toml"


def test_the_vocabulary_has_its_size() -> None:
    assert len(taxonomy.countries()) == 31
    assert len(taxonomy.themes()) == 17
