"""Reports in other words or languages that have the facts of one event in common."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from bot.data_files import languages_of
from bot.dedupe.event_index import RecentEvents
from bot.dedupe.subjects import nationalities_in, subjects_of
from bot.models import Development
from tests.samples import citation, development

DAY = dt.date(2026, 3, 10)

Told = tuple[str, str, str]
"""A language, a title and a text."""

RULING = (
    "sv",
    "Ny dom från Migrationsöverdomstolen om återkallelse av uppehållstillstånd",
    "Migrationsöverdomstolen har i en dom slagit fast att permanent uppehållstillstånd inte kan "
    "återkallas på grund av brott som begåtts före lagändringen.",
)
VAN = (
    "sk",
    "Polícia zadržala prevádzačov pri Štúrove",
    "Policajti zadržali pri Štúrove troch prevádzačov, ktorí v dodávke viezli 21 migrantov zo "
    "Sýrie. Medzi migrantmi boli aj štyri deti.",
)
FLIGHT = (
    "de",
    "Abschiebeflug nach Kabul: 25 Männer an Bord",
    "Deutschland hat erneut Straftäter nach Afghanistan abgeschoben. Die Maschine mit 25 Männern "
    "hob am Dienstag in Leipzig ab.",
)
HUB = (
    "nl",
    "Nederland en Oeganda tekenen overeenkomst over transithub",
    "De minister heeft in Kampala een overeenkomst getekend over een hub voor afgewezen "
    "asielzoekers. De eerste overdrachten worden dit najaar verwacht.",
)
FEE = (
    "no",
    "Nye gebyrer for søknader fra 1. februar",
    "Fra 1. februar øker gebyret for søknad om permanent oppholdstillatelse til 4 300 kroner.",
)
ALL = (RULING, VAN, FLIGHT, HUB, FEE)


def made(told: Told, publisher: str, day: dt.date = DAY) -> Development:
    language, title, text = told
    cited = citation(publisher=publisher, title_native=title, language=language, date=day, url=None)
    return development(
        id=publisher, title=title, summary=text, sources=(cited,), date=day, country="CZ"
    )


def are_joined(one: Told, other: Told, days: int = 0) -> bool:
    first = made(one, "Ministry")
    second = made(other, "Gazette", DAY + dt.timedelta(days=days))
    found = RecentEvents([first]).find_same_event(second)
    back = RecentEvents([second]).find_same_event(first)
    assert (found is None) == (back is None)
    return found is not None


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (RULING, ("sv", "Domstol: Permanenta uppehållstillstånd får inte dras in för gamla brott",
         "Den som begick brott innan reglerna infördes kan inte förlora sitt uppehållstillstånd, "
         "enligt Migrationsöverdomstolen. Domen är vägledande.")),
        (VAN, ("sk", "Pri Štúrove zadržali dodávku s 21 migrantmi",
         "Dvadsaťjeden Sýrčanov vrátane štyroch detí našla polícia v dodávke neďaleko Štúrova. "
         "Traja prevádzači skončili v cele.")),
        (FLIGHT, ("en", "Germany deports 25 convicted Afghans on flight to Kabul",
         "A plane carrying 25 criminals to Afghanistan left Leipzig on Tuesday.")),
        (HUB, ("en", "Netherlands signs deal to send rejected asylum seekers to Uganda",
         "The Dutch government signed an agreement with Uganda to set up a transit hub for "
         "rejected asylum seekers. The first people could be transferred this autumn.")),
        (FEE, ("da", "Norge hæver gebyr for permanent opholdstilladelse",
         "Fra 1. februar koster det 4.300 norske kroner at søge om permanent opholdstilladelse.")),
    ],
)  # fmt: skip
def test_reports_of_others_have_facts_in_common(one: Told, other: Told) -> None:
    assert are_joined(one, other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        # A lower court.
        (RULING, ("sv", "Migrationsdomstolen upphäver utvisning av sjuksköterska",
         "Migrationsdomstolen i Malmö upphäver beslutet att utvisa en sjuksköterska vars "
         "uppehållstillstånd återkallats.")),
        # Another place and number.
        (VAN, ("sk", "Pri Komárne zadržali dodávku so 17 migrantmi",
         "Sedemnásť Sýrčanov vrátane troch detí našla polícia v dodávke neďaleko Komárna. "
         "Dvaja prevádzači skončili v cele.")),
        # Another country, of which only the people are named.
        (FLIGHT, ("de", "Abschiebeflug mit 25 Irakern gestartet",
         "Deutschland hat erneut Straftäter abgeschoben. Die Maschine mit 25 Irakern hob am "
         "Dienstag in Leipzig ab.")),
        # Who reacts.
        (HUB, ("en", "NGOs warn against Dutch transit hub in Uganda",
         "Charities condemned the agreement that the Netherlands signed with Uganda to set up a "
         "hub for rejected asylum seekers.")),
        # Another permit.
        (FEE, ("no", "Gebyret for statsborgerskap øker",
         "Fra 1. februar øker gebyret for søknad om statsborgerskap til 7 000 kroner.")),
    ],
)  # fmt: skip
def test_other_events_have_facts_in_common(one: Told, other: Told) -> None:
    assert not are_joined(one, other)


def test_a_day_later_more_must_be_in_common() -> None:
    other = (
        "en",
        "Netherlands signs deal to send rejected asylum seekers to Uganda",
        "The Dutch government signed an agreement with Uganda to set up a transit hub. The first "
        "people could be transferred this autumn.",
    )
    assert are_joined(HUB, other)
    assert not are_joined(HUB, other, days=1)


def test_a_translation_may_be_a_day_late_on_the_site_of_the_release() -> None:
    german = made(FLIGHT, "Ministerium")
    english = ("en", "Germany deports 25 convicted Afghans on flight to Kabul",
               "A plane carrying 25 criminals to Afghanistan left Leipzig on Tuesday.")  # fmt: skip
    late = made(english, "Ministry", DAY + dt.timedelta(days=1))
    sites = ("https://bmi.example/de/flug-am-dienstag", "https://bmi.example/en/deported-men",
             "https://news.example/en/deported-men")  # fmt: skip
    native, own, foreign = (
        replace(each, sources=(replace(each.sources[0], url=url),))
        for each, url in zip((german, late, late), sites, strict=True)
    )
    assert RecentEvents([native]).find_same_event(own)
    assert not RecentEvents([native]).find_same_event(foreign)


@given(st.sampled_from(ALL), st.sampled_from(ALL))
def test_different_events_of_a_day_stay_apart(one: Told, other: Told) -> None:
    assert one == other or not are_joined(one, other)


@given(st.text(), st.sampled_from(sorted(languages_of("subjects"))))
def test_any_text_is_read(text: str, language: str) -> None:
    assert subjects_of(text, language) <= subjects_of(f"{text} visa", language) | {"visa"}
    assert nationalities_in(text) <= nationalities_in(f"{text} Afghanistan")
