"""What people call countries, themes, topics and types, in all languages that the bot speaks or
that are official in the countries that it follows.

`find` tells what a whole phrase names, `find_parts` what has a label that holds it; of a phrase
that names nothing, `find_related` and `find_misspelt` tell what it may mean. `find_language` tells
which language of the bot one is.
"""

from bot.wordings.index import Meaning, find, find_parts, longest
from bot.wordings.language_names import find_language
from bot.wordings.near import find_misspelt, find_related
from bot.wordings.source_types import find_source_type, longest_source_type

__all__ = [
    "Meaning",
    "find",
    "find_language",
    "find_misspelt",
    "find_parts",
    "find_related",
    "find_source_type",
    "longest",
    "longest_source_type",
]
