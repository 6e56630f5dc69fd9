"""The summary: the first sentences of a text, as the publisher wrote them."""

from bot.text import each_sentence, normalise, one_line, shorten, utf16_length

SUMMARY_LIMIT = 600
"""UTF-16 units. The lead beats extractive summarisers against publishers' own descriptions."""
_ENDS = tuple(".!?…;:)\"'»”’")


def first_sentences(title: str, text: str) -> str:
    """Whole sentences from the beginning, about LIMIT long; one equal to the title is left out,
    and so is a last one that the publisher's own excerpt cut."""
    said = normalise(title)
    told, length = list[str](), 0
    for sentence in each_sentence(text):
        if normalise(sentence) != said:
            told.append(one_line(sentence))
            length += utf16_length(told[-1]) + 1
        if length > SUMMARY_LIMIT + 1:  # with a space after each
            break
    is_full = length > SUMMARY_LIMIT + 1
    if len(told) > 1 and (is_full or not told[-1].endswith(_ENDS)):
        told.pop()
    return shorten(" ".join(told), SUMMARY_LIMIT)
