"""The package's own data, read in whole and in part."""

import msgspec
import pytest

from bot.data_files import languages_of, read_data, read_lists

Lists = dict[str, tuple[str, ...]]


class Nouns(msgspec.Struct):
    who: Lists
    people: Lists
    about: Lists
    like: Lists


@pytest.mark.parametrize("language", sorted(languages_of("glossary")))
def test_lists_are_read_without_the_others(language: str) -> None:
    whole = read_data(f"glossary/{language}", Nouns)
    keys = {key.lower() for lists in msgspec.structs.astuple(whole) for key in [*lists][::3]}
    read = read_lists(f"glossary/{language}", Nouns, keys)
    assert read != whole
    for name in whole.__struct_fields__:
        expected = {
            key: terms for key, terms in getattr(whole, name).items() if key.lower() in keys
        }
        assert getattr(read, name) == expected
