"""Find phrases of a word list in the words of a text."""

from collections.abc import Iterable, Sequence

from bot.text import normalise

HEAD = 3
"""First letters of a word, by which most are seen to begin no phrase."""


class Phrases:
    """Words and phrases to be found in a list of words; `*` stands for any ending of the last."""

    def __init__(self, wordings: Iterable[str]) -> None:
        self._whole = set[tuple[str, ...]]()
        self._starts = dict[tuple[str, ...], tuple[str, ...]]()
        for wording in wordings:
            words = tuple(normalise(wording).split())
            if wording.endswith("*"):
                self._starts[words[:-1]] = (*self._starts.get(words[:-1], ()), words[-1])
            elif words:
                self._whole.add(words)
        lengths = {*map(len, self._whole), *(len(words) + 1 for words in self._starts)}
        self._lengths = sorted(lengths, reverse=True)
        first = [words[0] for words in self._whole]
        for front, endings in self._starts.items():
            first += front[:1] or endings
        self.heads = frozenset(word[:HEAD] for word in first)

    def length_at(self, words: Sequence[str], start: int = 0) -> int:
        """Return how many words the longest phrase at an index has; 0: there is none."""
        if start >= len(words) or words[start][:HEAD] not in self.heads:
            return 0
        for length in self._lengths:
            phrase = tuple(words[start : start + length])
            if len(phrase) < length:
                continue
            *front, last = phrase
            if phrase in self._whole or last.startswith(self._starts.get(tuple(front), "\x01")):
                return length
        return 0

    def is_phrase(self, text: str) -> bool:
        """Return whether a text is one of the phrases."""
        words = normalise(text).split()
        return bool(words) and self.length_at(words) == len(words)
