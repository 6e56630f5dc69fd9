"""Item -> what it is known by; and which items of a document are news.

`names` gives an item its names and sorts a document's items by them, `surge` says what to do with a
feed that is suddenly all new. `event` joins what several sources tell of one development, and
`revision` says what of a development has changed since.
"""

from bot.dedupe.flood import flood
from bot.dedupe.keys import Names, digest, names, sort
from bot.urls import canonical_url

__all__ = ["Names", "canonical_url", "digest", "flood", "names", "sort"]
