"""Reports of one event, and reports of others that resemble them."""

import datetime as dt
import re
import tomllib
from pathlib import Path
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from bot.data_files import languages_of
from bot.dedupe import same_event
from bot.dedupe.countries import name_other_countries
from bot.dedupe.distinctions import are_distinct
from bot.dedupe.event_index import RecentEvents
from bot.dedupe.event_terms import CRITICS, event_terms
from bot.dedupe.merge import merge
from bot.dedupe.reports import Report, read
from bot.dedupe.word_forms import is_form_of, is_form_of_name
from bot.enrich.names import find_countries
from bot.models import Development
from bot.text import sentences
from bot.text.terms import FoldedText
from tests.samples import citation, development

Text = tuple[str, str]
"""A title and a lead."""

RELEASES: list[dict[str, Any]] = tomllib.loads(
    Path(__file__).with_name("releases.toml").read_text(encoding="utf-8")
)["release"]
SAME = [(row["language"], row["report"], text) for row in RELEASES for text in row["same"]]
OTHERS = [(row["language"], row["report"], text) for row in RELEASES for text in row["other"]]
TEXTS = [
    (row["language"], text)
    for row in RELEASES
    for text in (row["report"], *row["same"], *row["other"])
]


def told(publisher: str, language: str, text: Text, **changes: Any) -> Development:
    """What one publisher tells."""
    title, summary = text
    url = f"https://{publisher}.example/{abs(hash((title, summary)))}"
    cited = citation(publisher=publisher, title_native=title, language=language, url=url)
    return development(title=title, summary=summary, sources=(cited,), **changes)


def are_joined(language: str, one: Text, other: Text) -> bool:
    first = told("Ministry", language, one, id="CZ-2025-0001")
    second = told("Agency", language, other, id="CZ-2025-0001")
    is_same = same_event.find_same(second, [first]) is not None
    assert is_same == (same_event.find_same(first, [second]) is not None)
    assert is_same == (RecentEvents([first]).find_same_event(second) is not None)
    return is_same


def test_most_reports_of_one_event_are_joined() -> None:
    missed = [text[0] for language, report, text in SAME if not are_joined(language, report, text)]
    assert len(missed) <= len(SAME) // 10, missed


@pytest.mark.parametrize(("language", "report", "text"), OTHERS)
def test_another_stage_body_place_number_or_direction_is_another_event(
    language: str, report: Text, text: Text
) -> None:
    assert not are_joined(language, report, text)


@given(st.sampled_from(TEXTS), st.sampled_from(TEXTS))
def test_joining_is_symmetric(one: tuple[str, Text], other: tuple[str, Text]) -> None:
    are_joined(one[0], one[1], other[1])


WORDS = st.lists(
    st.sampled_from(
        "Soud soud v Brně Praze zrušil potvrdil nepotvrdil 30 60 lidí Ahoj. The –".split()
    )
).map(" ".join)
REPORTS = st.builds(Report, WORDS, WORDS, st.sampled_from(["cs", "en", None]),
                    st.frozensets(st.sampled_from(["SY", "AF"])))  # fmt: skip


@given(REPORTS, REPORTS)
def test_a_difference_is_one_from_both_sides_and_nothing_differs_from_itself(
    one: Report, other: Report
) -> None:
    assert are_distinct(one, other) == are_distinct(other, one)
    assert not are_distinct(one, one)


@given(st.sampled_from(TEXTS), st.data())
def test_a_report_is_joined_with_what_is_left_of_it_after_its_first_sentence(
    text: tuple[str, Text], data: st.DataObject
) -> None:
    language, (title, summary) = text
    parts = sentences(summary)
    kept = " ".join(parts[: data.draw(st.integers(1, len(parts)))])
    assert are_joined(language, (title, summary), (title, kept))


@given(st.sampled_from(TEXTS), st.integers(0, 99_999), st.data())
def test_a_report_is_not_joined_with_its_copy_that_has_another_number(
    text: tuple[str, Text], number: int, data: st.DataObject
) -> None:
    language, (title, summary) = text
    found = [*re.finditer(r"(?<![\d.])\d+(?![\d.]\d)", summary)]
    assume(found)
    place = data.draw(st.sampled_from(found))
    assume(int(place[0]) != number)
    copy = f"{summary[: place.start()]}{number}{summary[place.end() :]}"
    assert not are_joined(language, (title, summary), (title, copy))


PLACES = {
    "cs": "Brně Ostravě Olomouci / V {} otevře středisko / Nové středisko otevře v lednu v {} "
    "ministerstvo vnitra pro 120 lidí.",
    "en": "Leeds Hull London Derby / New asylum centre opens in {} / The Home Office opens a new "
    "asylum centre in {} for 120 people this week.",
    "de": "Leipzig Dresden Berlin / Zentrum in {} eröffnet / Das neue Ankunftszentrum in {} wurde "
    "am Montag für 120 Menschen eröffnet.",
    "fi": "Oulussa Kuopiossa Turussa / Keskus avataan {} / Maahanmuuttovirasto avaa uuden "
    "keskuksen {} tammikuussa 120 hakijalle.",
    "hu": "Győrben Szegeden Debrecenben / Új központ nyílik {} / A hivatal új központot nyit {} "
    "januárban 120 menedékkérő számára.",
}
"""Places, and a title and a lead that name one."""


@given(st.sampled_from(sorted(PLACES)), st.data())
def test_a_report_is_not_joined_with_its_copy_that_has_another_place(
    language: str, data: st.DataObject
) -> None:
    places, title, lead = PLACES[language].split(" / ")
    one, other, *_ = data.draw(st.permutations(places.split()))
    copies = [(title.format(place), lead.format(place)) for place in (one, other)]
    assert not are_joined(language, *copies)


@pytest.mark.parametrize("language", sorted({row["language"] for row in RELEASES} | {"ga", "mt"}))
def test_each_language_has_words_for_each_step(language: str) -> None:
    lists = event_terms(language)
    facets = lists.codes(FoldedText("nothing of this is a word in any list"))
    assert not facets[1]


@pytest.mark.parametrize(
    ("name", "other", "is_one"),
    [
        ("praha", "praze", True), ("brno", "brne", True), ("helsinki", "helsingissa", True),
        ("oulu", "oulussa", True), ("kyjov", "kyjev", False), ("austria", "australia", False),
        ("rome", "romania", False), ("linz", "lienz", False), ("berlin", "bern", False),
    ],
)  # fmt: skip
def test_forms_of_a_name_differ_at_its_end(name: str, other: str, is_one: bool) -> None:
    assert is_form_of_name(name, other) == is_form_of_name(other, name) == is_one


def test_forms_of_a_word_begin_alike() -> None:
    assert is_form_of("schvalila", "schvaleni")
    assert not is_form_of("schvalila", "neschvalila")


@pytest.mark.parametrize(("days", "is_joined"), [(0, True), (1, True), (2, False)])
def test_other_words_of_another_day_are_another_event(*, days: int, is_joined: bool) -> None:
    language, report, text = next(row for row in SAME if row[0] == "nl")
    first = told("Ministry", language, report, id="CZ-2025-0001")
    later = dt.date(2025, 1, 16) + dt.timedelta(days=days)
    second = told("Agency", language, text, date=later)
    assert (same_event.find_same(second, [first]) is not None) == is_joined
    assert (RecentEvents([first]).find_same_event(second) is not None) == is_joined


RULING = [
    ("Court", "Ústavní soud projedná návrh na zrušení části zákona o azylu",
     "Ústavní soud bude zítra projednávat návrh skupiny 25 senátorů na zrušení ustanovení zákona o "
     "azylu, které umožňuje zajistit žadatele bez soudního přezkumu po dobu 18 měsíců."),
    ("Court", "Ústavní soud zrušil část zákona o azylu",
     "Ústavní soud dnes zrušil ustanovení zákona o azylu, které umožňovalo zajistit žadatele bez "
     "soudního přezkumu po dobu 18 měsíců. Návrh podala skupina 25 senátorů."),
    ("Agency", "Soud zrušil část azylového zákona, zajištění bylo protiústavní",
     "Brno 16. ledna (ČTK) - Ústavní soud zrušil část zákona o azylu, která umožňovala zajistit "
     "žadatele na 18 měsíců bez soudního přezkumu. Vyhověl tak skupině 25 senátorů."),
    ("Daily", "Ústavní soud: zajištění na 18 měsíců bez přezkumu je protiústavní",
     "Ustanovení zákona o azylu, které umožňovalo zajistit žadatele bez soudního přezkumu po dobu "
     "18 měsíců, zrušil v úterý Ústavní soud na návrh skupiny 25 senátorů."),
    ("Ministry", "Vyjádření ministerstva vnitra k nálezu Ústavního soudu",
     "Ministerstvo vnitra respektuje nález Ústavního soudu, kterým zrušil část zákona o azylu "
     "umožňující zajistit žadatele na 18 měsíců. Do března připraví novelu."),
]  # fmt: skip
"""A ruling in three stages, the second told by three sources."""


@given(st.permutations(range(len(RULING))))
def test_a_ruling_told_by_three_sources_in_three_stages(order: list[int]) -> None:
    index, stages = RecentEvents(), dict[int, str]()
    for number in order:
        publisher, *text = RULING[number]
        draft = told(publisher, "cs", (text[0], text[1]), id=f"CZ-2025-{number:04}")
        same = index.find_same_event(draft)
        made = merge(same, draft) if same else draft
        index.put(made)
        stages[number] = str(made.id)
    assert stages[1] == stages[2] == stages[3]
    assert len({*stages.values()}) == 3


REACTIONS = [
    ("mt", "Il-Kamra tal-Kummerċ tesprimi tħassib dwar il-permessi"),
    ("ga", "Cáineadh déanta ag eagraíochtaí deonacha"),
    ("de", "Scharfe Kritik der Gewerkschaften an der Reform"),
    ("pl", "Fundacje są zaniepokojone ustawą"),
    ("fi", "Kauppakamarit ovat huolissaan työluvista"),
    ("el", "Ανησυχία των επιμελητηρίων για τις άδειες"),
]


@pytest.mark.parametrize(("language", "title"), REACTIONS)
def test_who_reacts_and_that_they_do_is_known_in_each_language(language: str, title: str) -> None:
    stages, bodies, *_ = event_terms(language).codes(FoldedText(title))
    assert ("reacts" in stages, CRITICS in bodies) == (True, True)


def test_an_arrival_is_no_report_of_the_decision_before_it() -> None:
    decided = Report(
        "El Gobierno autoriza el traslado de 80 menores a Galicia", "", "es", frozenset()
    )
    arrived = Report("Llegan a Vigo los primeros menores trasladados", "", "es", frozenset())
    assert are_distinct(decided, arrived)
    moved = Report("Los primeros menores, trasladados a Vigo", "", "es", frozenset())
    assert not are_distinct(moved, arrived)


@pytest.mark.parametrize("language", sorted(languages_of("events")))
def test_all_languages_have_the_facets_of_all(language: str) -> None:
    """Reports of two languages are compared facet by facet."""
    passage = FoldedText("in the first reading")
    assert len(event_terms(language).codes(passage)) == len(event_terms("en").codes(passage))


def test_a_first_reading_is_not_a_second_one() -> None:
    first = Report("Riigikogu arutas eelnõu esimesel lugemisel", "", "et", frozenset())
    second = Report("Eelnõu läheb teisele lugemisele Riigikogus", "", "et", frozenset())
    assert are_distinct(first, second)


@pytest.mark.parametrize(
    ("language", "one", "other", "is_apart"),
    [
        ("sl", "Državljana Kitajske so vrnili", "Kitajca so predali Hrvaški", False),
        ("sl", "Državljana Kitajske so vrnili", "Indijca so predali Hrvaški", True),
        ("fr", "Un vol vers le Niger", "Des Nigérians au Nigeria", True),
        ("en", "A flight to Iraq", "A flight to Iran", True),
    ],
)
def test_a_country_may_be_named_by_its_people(
    language: str, one: str, other: str, is_apart: bool
) -> None:
    named = [find_countries(text, language) for text in (one, other)]
    first, second = (
        Report(text, "", language, frozenset(each.code for each in countries))
        for text, countries in zip((one, other), named, strict=True)
    )
    assert name_other_countries(read(first), read(second)) == is_apart
