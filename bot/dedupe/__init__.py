"""Item -> what it is known by; and which items of a document are news.

`names` gives an item its names and sorts a document's items by them, `surge` says what to do with a
feed that is suddenly all new. `event` joins what several sources tell of one development, and
`revision` says what of a development has changed since.
"""

from bot.address import canonical
from bot.dedupe.names import Names, digest, names, sort
from bot.dedupe.surge import flood

__all__ = ["Names", "canonical", "digest", "flood", "names", "sort"]
