"""What is believed of answers in many languages, of good ones and of bad ones.

`docs/decisions/0033-summaries.md` has the figures.
"""

from collections import Counter, defaultdict
from itertools import islice

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.models.translations import Passage
from bot.text.terms import FoldedText
from bot.translation.answer import read_answer
from bot.translation.facts import Facts
from bot.translation.quotations import find_quotation
from bot.translation.sounds import by_sound, is_same_name
from tests.translation.answers import GoodAnswer, bad_sentences, good_answers, read

ANSWERS = [*good_answers(), *good_answers("fresh_answers")]
SAMPLED = 9
"""Of how many bad sentences one is read here; `benchmarks.summaries` reads all."""
NOT_CAUGHT = {"a body of ordinary words", "an unnamed claim"}
"""What is told without a number, a date or a name that could be asked for."""


@pytest.mark.parametrize("good", ANSWERS, ids=lambda good: str(good.passage.language))
def test_good_answers_are_believed(good: GoodAnswer) -> None:
    reading = read(good, good.title, *good.said)
    assert reading.is_enough(good.passage)
    assert reading.title == good.title


def test_few_sentences_of_good_answers_are_lost() -> None:
    lost = [problem for good in ANSWERS for problem in read(good, good.title, *good.said).problems]
    assert len(lost) <= 1, lost


def test_bad_sentences_are_not_believed() -> None:
    caught, made, passed = Counter[str](), Counter[str](), defaultdict[str, list[str]](list)
    for number, good in enumerate(ANSWERS):
        sample = islice(bad_sentences(good), number % SAMPLED, None, SAMPLED)
        for kind, sentence, words in sample:
            believed = read(good, good.title, (sentence, words)).summary
            made[kind] += 1
            caught[kind] += not believed
            passed[kind] += (each.sentence for each in believed)
    told = made.keys() - NOT_CAUGHT
    for kind in told:
        assert caught[kind] >= 0.8 * made[kind], (kind, passed[kind])
    assert sum(caught[kind] for kind in told) >= 0.985 * sum(made[kind] for kind in told)


GREEK = Passage(
    title="Ο Γιώργος Παπαϊωάννου στη Θεσσαλονίκη", text="Συνάντηση στις 3/2.", language="el"
)
SPELT = [
    ("Giorgos Papaioannou met in Thessaloniki", GREEK, []),
    ("George Papadopoulos met in Piraeus", GREEK, ["Piraeus", "George", "Papadopoulos"]),
    ("Kharmanli", Passage(title="В Харманли", text="", language="bg"), []),
    ("Emmanuel Macron", Passage(title="Emanuels Makrons", text="", language="lv"), []),
    ("Munich", Passage(title="In München", text="", language="de"), []),
    ("The BAMF", Passage(title="Bundesamt für Migration und Flüchtlinge", text="",
                         language="de"), []),
    ("The BKA", Passage(title="Bundesamt für Migration und Flüchtlinge", text="",
                        language="de"), ["BKA"]),
    ("Some 1,200,000", Passage(title="1,2 milionu", text="", language="cs"), []),
    ("Some 1.2 million", Passage(title="1 200 000 lidí", text="", language="cs"), []),
    ("After twenty-five days", Passage(title="25 dní", text="", language="cs"), []),
    ("After two hundred days", Passage(title="dvě stě dní, sto", text="", language="cs"), []),
    ("After three days", Passage(title="dva dny", text="", language="cs"), ["3"]),
    ("From 16 to 17 January", Passage(title="16.-17. ledna", text="", language="cs"), []),
    ("On 17 January", Passage(title="16. ledna, 17 lidí", text="", language="cs"), ["17 January"]),
    ("In May it may end", Passage(title="V lednu", text="", language="cs"), ["May"]),
    ("Jan Novák", Passage(title="Jana Nováka", text="", language="cs"), []),
]  # fmt: skip


@pytest.mark.parametrize(("said", "passage", "unfounded"), SPELT)
def test_facts_are_found_in_whatever_form_a_text_has_them(
    said: str, passage: Passage, unfounded: list[str]
) -> None:
    assert Facts(passage).unfounded(said) == unfounded


@pytest.mark.parametrize(
    ("language", "text", "names"),
    [
        ("cs", "Zákon se ruší podle politiky vlády", "Russia Poland China"),
        ("sv", "Det finns bidrag från norra jordbruket", "Finland France Norway Jordan"),
        ("da", "De rejste ind på en fin jord", "India Finland Jordan"),
        ("es", "La gente que haya sufrido un maltrato este año", "Ghent Hague Malta UN"),
        ("it", "Il rimpatrio è vietato per mali gravi", "Rome Vietnam Mali"),
        ("de", "Die Industrie will lenken, das Bundesamt nicht", "India Poland Germany"),
        ("fi", "Päätös perustuu lakiin", "Peru"),
        ("nl", "Zij komen indien dit zo is", "India"),
        ("lt", "Viena iš baltų sienų", "Baltic"),
    ],
)
def test_common_words_are_no_names(language: str, text: str, names: str) -> None:
    facts = Facts(Passage(title=text, text="", language=language))
    for name in names.split():
        assert facts.unfounded(f"It happened in {name}.") == [name]


@pytest.mark.parametrize(
    ("said", "found"),
    [
        ("Zákon míří do senátu", "Zákon  míří do Senátu"),
        ("„Zákon míří“ … 'Přijde jaro'", "Zákon  míří … Přijde jaro"),
        ("ákon míří do Senátu", None),
        ("Přijde jaro … Zákon míří", None),
        ("Zákon", None),
        ("", None),
    ],
)
def test_a_quotation_is_found_as_the_text_has_it(said: str, found: str | None) -> None:
    text = FoldedText("Zákon  míří do Senátu. Přijde jaro.")
    assert find_quotation(said, text) == (found and " ".join(found.split()))


@given(st.text(max_size=300))
def test_no_answer_breaks_the_reading_of_it(said: str) -> None:
    good = ANSWERS[0]
    reading = read_answer(said, good.passage, Facts(good.passage))
    assert reading.title is None
    assert not reading.summary
    assert not read(good, said, (said, said)).proposals


HOSTILE = st.text(alphabet="19 .,-/ledna16mil…\u202eΑЖ", max_size=80)


@given(HOSTILE, HOSTILE, st.sampled_from(["cs", "el", "hu", None, "xx"]))
def test_no_passage_breaks_what_is_asked_of_it(text: str, said: str, language: str | None) -> None:
    facts = Facts(Passage(title=f"{text} 16. ledna", text="9" * 5000 + text, language=language))
    assert isinstance(facts.unfounded(f"{said} two hundred million on 16 January"), list)


@given(st.lists(st.text(alphabet="abcčdeě 12.,!", min_size=1), min_size=3, max_size=9), st.data())
def test_whatever_is_copied_is_found(words: list[str], data: st.DataObject) -> None:
    text = FoldedText(" ".join(words))
    start = data.draw(st.integers(0, len(words) - 1))
    quoted = " ".join(words[start:])
    found = find_quotation(quoted, text)
    assert found is None or all(part in " ".join(text.text.split()) for part in found.split(" … "))


@given(st.text(min_size=1))
def test_a_name_is_the_same_as_itself(name: str) -> None:
    assert is_same_name(by_sound(name), by_sound(name))
