"""Read a catalogue of gettext as `tools.catalogues` writes it (GNU gettext, "The Format of PO
Files")."""

import gettext
import json
import re
from collections.abc import Callable, Mapping, Sequence

# Babel's reader is for its tools: with what it imports, the bot would keep 5 MB more.

_FIELD = re.compile(r'^(\w+)(?:\[\d\])? ((?:".*"\n?)+)', re.MULTILINE)
_UNSURE = re.compile(r"^#,.*\bfuzzy\b", re.MULTILINE)
_PLURAL = re.compile(r"plural=([^;]+)")


class MessageCatalogue(gettext.NullTranslations):
    """The texts of a language; what it lacks is English."""

    def __init__(
        self,
        texts: Mapping[str, str],
        plurals: Mapping[str, Sequence[str]],
        form_of: Callable[[int], int],
    ) -> None:
        """`plurals`: the forms of texts about a number; `form_of`: that of a number."""
        super().__init__()
        self._texts, self._plurals, self._form_of = texts, plurals, form_of

    def gettext(self, message: str) -> str:
        """Return a text."""
        return self._texts.get(message, message)

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
        """Return the form of a text for a number."""
        found = self._plurals.get(msgid1)
        return found[self._form_of(n)] if found else super().ngettext(msgid1, msgid2, n)


def read_po(written: str) -> MessageCatalogue:
    """Return the texts of a catalogue that are translated."""
    texts, plurals = dict[str, str](), dict[str, Sequence[str]]()
    for entry in written.split("\n\n"):
        fields = dict[str, tuple[str, ...]]()
        for name, lines in _FIELD.findall(entry):
            text = "".join(map(json.loads, lines.splitlines()))
            fields[name] = (*fields.get(name, ()), text)
        if all(fields.get("msgstr", [""])) and not _UNSURE.search(entry):
            (english,) = fields["msgid"]
            texts[english] = fields["msgstr"][0]
            if "msgid_plural" in fields:
                plurals[english] = fields["msgstr"]
    plural = _PLURAL.search(texts.pop(""))
    return MessageCatalogue(texts, plurals, gettext.c2py(plural[1] if plural else "n != 1"))
