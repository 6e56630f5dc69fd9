"""The summary: the first sentences of a text, as the publisher wrote them."""

from bot.text import line, sentences, shorten, utf16_length, words

LIMIT = 600
"""UTF-16 units. The lead beats extractive summarisers against publishers' own descriptions."""


def summary(title: str, text: str) -> str:
    """Whole sentences from the beginning, about LIMIT long; one equal to the title is left out."""
    said = words(title)
    kept = ""
    for sentence in sentences(text):
        if words(sentence) == said:
            continue
        longer = f"{kept} {line(sentence)}".strip()
        if kept and utf16_length(longer) > LIMIT:
            break
        kept = longer
    return shorten(kept, LIMIT)
