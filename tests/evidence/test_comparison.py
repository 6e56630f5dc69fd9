"""Readings held against each other: what differs is told, and nothing else."""

from hypothesis import given
from hypothesis import strategies as st

from bot.evidence import text_hash
from bot.evidence.comparison import COMPARED, Segment, compare
from bot.models.readings import Reading
from bot.text import sentences


def reading(text: str, title: str = "Zákon") -> Reading:
    return Reading(
        source="cz", url="u", place="page", title=title, text=text, sha256=text_hash(title, text)
    )


def told(before: str, after: str) -> list[list[tuple[str, str]]]:
    compared = compare(reading(before), reading(after))
    return [[(each.kind, each.text) for each in one] for one in compared.differences]


def test_a_changed_sentence_shows_its_changed_words() -> None:
    before = "Platí od 1. července 2026. Senát jej schválil."
    after = "Platí od 1. září 2026. Senát jej schválil."
    assert told(before, after) == [
        [("same", "Platí od 1."), ("gone", "července"), ("come", "září"), ("same", "2026.")]
    ]


def test_another_sentence_stands_beside_the_one_that_is_gone() -> None:
    before = "Platí ihned. Opozice s návrhem nesouhlasí. Senát jej schválil."
    after = "Úvodem děkujeme. Platí ihned. Cizinci zaplatí poplatek. Senát jej schválil."
    assert told(before, after) == [
        [("come", "Úvodem děkujeme.")],
        [("gone", "Opozice s návrhem nesouhlasí.")],
        [("come", "Cizinci zaplatí poplatek.")],
    ]


def test_a_new_sentence_before_a_changed_one_moves_nothing() -> None:
    before = "Lhůta je deset dnů. Poplatek je pět eur. Hotovo."
    after = "To je nové. Lhůta je šest dnů. Poplatek je sedm eur. Hotovo."
    kinds = [[kind for kind, _ in one] for one in told(before, after)]
    assert kinds == [["come"], ["same", "gone", "come", "same"], ["same", "gone", "come", "same"]]


def test_a_title_and_a_page_break_count() -> None:
    compared = compare(reading("A.\fB.", "Zákon o azylu"), reading("A.\fB.", "Zákon o návratu"))
    assert [[each.text for each in one] for one in compared.differences] == [
        ["Zákon o", "azylu", "návratu"]
    ]
    assert told("První strana.\fDruhá strana.", "První strana.\fTřetí část.") == [
        [("gone", "Druhá strana.")], [("come", "Třetí část.")],
    ]  # fmt: skip


def test_endless_texts_are_compared_in_part_and_say_so() -> None:
    long = "\n".join(f"Věta {number}." for number in range(COMPARED * 3))
    compared = compare(reading(long), reading(long[::-1]))
    assert compared.is_partial
    assert not compare(reading("Krátce."), reading("Krátce.")).is_partial


words = st.sampled_from(["azyl", "návrat", "1.", "<b>", "Senát", "od", "2026"])
texts = st.lists(st.lists(words, max_size=6).map(" ".join), max_size=8).map("\n".join)


@given(texts, texts)
def test_what_is_told_stands_where_it_is_said_to(before: str, after: str) -> None:
    compared = compare(reading(before), reading(after))
    segments = [segment for one in compared.differences for segment in one]
    assert bool(segments) is (sentences(before) != sentences(after))
    for kind, text in (("gone", before), ("come", after)):
        assert all(_stands_in(each, text) for each in segments if each.kind == kind)


def _stands_in(segment: Segment, text: str) -> bool:
    return segment.text in text
