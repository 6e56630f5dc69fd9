"""Find what is quoted in the text that it is quoted from (pure)."""

import re
from collections.abc import Sequence

from bot.text import fold, one_line, shorten
from bot.text.terms import FoldedText

SHORTEST = 3
"""Words of a quotation, where the text has as many; fewer say nothing."""
NEIGHBOURS = 8
"""Words that are quoted for a label at most."""
LONGEST = 2000
"""Characters of a quotation; what is longer quotes nothing in particular."""
LIMIT = 300
"""UTF-16 units of a quotation that is kept."""
_WORD = re.compile(r"[^\W_]+")
_OMISSION = re.compile(r"[\[(]\s*(?:…|\.{3})\s*[\])]|…|\.{3}")


def find_quotation(said: str, text: FoldedText) -> str | None:
    """Return a quotation as the text has it, whatever its spaces, quotation marks, case and accents
    are; None: it does not stand there, or says too little.

    Where it leaves words out, it has an ellipsis; its parts stand in the order of the text.
    """
    found, at, count = list[str](), 0, 0
    for words in filter(None, map(_words, _OMISSION.split(said[:LONGEST]))):
        match = _find(words, text, at)
        if match is None:
            return None
        found.append(one_line(text.text[match.start() : match.end()]))
        at, count = match.end(), count + len(words)
    is_short = count < min(SHORTEST, len(_words(text.text)))
    return None if is_short or not found else shorten(" … ".join(found), LIMIT)


def find_words(said: str, text: FoldedText) -> str | None:
    """Return a word or some neighbouring ones as the text has them; None: they do not stand there,
    or are no few words."""
    words = _words(said[:LONGEST])
    match = _find(words, text) if 0 < len(words) <= NEIGHBOURS else None
    return one_line(text.text[match.start() : match.end()]) if match else None


def _find(words: Sequence[str], text: FoldedText, start: int = 0) -> re.Match[str] | None:
    pattern = r"[\W_]+".join(map(re.escape, words))
    return re.compile(rf"(?<![^\W_]){pattern}(?![^\W_])").search(text.folded, start)


def _words(text: str) -> list[str]:
    return _WORD.findall(fold(text))
