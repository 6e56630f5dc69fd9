"""The summary: the first sentences of a text, as the publisher wrote them."""

from bot.text import line, sentences, shorten, utf16_length, words

LIMIT = 600
"""UTF-16 units. The lead beats extractive summarisers against publishers' own descriptions."""
_ENDS = tuple(".!?…;:)\"'»”’")


def summary(title: str, text: str) -> str:
    """Whole sentences from the beginning, about LIMIT long; one equal to the title is left out,
    and so is a last one that the publisher's own excerpt cut."""
    said = words(title)
    told = [line(sentence) for sentence in sentences(text) if words(sentence) != said]
    if len(told) > 1 and not told[-1].endswith(_ENDS):
        told.pop()
    kept = told[0] if told else ""
    for sentence in told[1:]:
        longer = f"{kept} {sentence}"
        if utf16_length(longer) > LIMIT:
            break
        kept = longer
    return shorten(kept, LIMIT)
