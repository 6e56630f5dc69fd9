"""Read a catalogue of gettext as `tools.catalogues` writes it (GNU gettext, "The Format of PO
Files")."""

import gettext
import json
import re
import sys
from collections.abc import Callable, Mapping

# Babel's reader is for its tools: with what it imports, the bot would keep 5 MB more.

_FIELD = re.compile(r'^(\w+)(?:\[\d\])? ((?:".*"\n?)+)', re.MULTILINE)
_UNSURE = re.compile(r"^#,.*\bfuzzy\b", re.MULTILINE)
_PLURAL = re.compile(r"plural=([^;]+)")


class MessageCatalogue(gettext.NullTranslations):
    """The texts of a language; what it lacks is English."""

    def __init__(self, texts: Mapping[str, tuple[str, ...]], form_of: Callable[[int], int]) -> None:
        """`texts`: the forms of each, of which most have one; `form_of`: that of a number."""
        super().__init__()
        self._texts, self._form_of = texts, form_of

    def gettext(self, message: str) -> str:
        """Return a text."""
        found = self._texts.get(message)
        return found[0] if found else message

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
        """Return the form of a text for a number."""
        found = self._texts.get(msgid1)
        return found[self._form_of(n)] if found else super().ngettext(msgid1, msgid2, n)


def read_po(written: str) -> MessageCatalogue:
    """Return the texts of a catalogue that are translated."""
    texts = {}
    for entry in written.split("\n\n"):
        fields = dict[str, tuple[str, ...]]()
        for name, lines in _FIELD.findall(entry):
            text = "".join(map(json.loads, lines.splitlines()))
            fields[name] = (*fields.get(name, ()), text)
        if all(fields.get("msgstr", [""])) and not _UNSURE.search(entry):
            # The languages share the English texts.
            texts[sys.intern(fields["msgid"][0])] = fields["msgstr"]
    (head,) = texts.pop("")
    plural = _PLURAL.search(head)
    return MessageCatalogue(texts, gettext.c2py(plural[1] if plural else "n != 1"))
