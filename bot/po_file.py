"""Read a catalogue of gettext as `tools.catalogues` writes it (GNU gettext, "The Format of PO
Files")."""

import gettext
import json
import re
from collections.abc import Callable, Mapping, Sequence

# Babel's reader is for its tools: with what it imports, the bot would keep 5 MB more.

_UNSURE = re.compile(r"\n#,.*\bfuzzy\b.*(?:\n.+)+")
"""An entry that its translator doubts."""
_FIELD = re.compile(r'^(msg\w+)(?:\[\d\])? (".*")', re.MULTILINE)
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
    for fields in _entries(_UNSURE.sub("", written)):
        if all(fields["msgstr"]):
            (english,) = fields["msgid"]
            texts[english] = fields["msgstr"][0]
            if "msgid_plural" in fields:
                plurals[english] = fields["msgstr"]
    plural = _PLURAL.search(texts.pop(""))
    return MessageCatalogue(texts, plurals, gettext.c2py(plural[1] if plural else "n != 1"))


def _entries(written: str) -> list[dict[str, list[str]]]:
    """Return the fields of each entry, by name; the forms of a text about a number in turn."""
    joined = written.replace('"\n"', "")  # what stands in several lines
    named = _FIELD.findall(joined)
    # A string is one of JSON, which reads all at once five times as quickly as one by one.
    values = json.loads(f"[{','.join(value for _, value in named)}]")
    entries: list[dict[str, list[str]]] = []
    for (name, _), value in zip(named, values, strict=True):
        if name == "msgid":
            entries.append({})
        entries[-1].setdefault(name, []).append(value)
    return entries
