"""Reports in other words or languages that share the figures of one event."""

import datetime as dt

import pytest

from bot.dedupe.event_index import RecentEvents
from bot.models import Development
from tests.samples import citation, development

DAY = dt.date(2026, 3, 10)

Told = tuple[str, str, str]
"""A language, a title and a text."""


def made(told: Told, publisher: str, **changes: object) -> Development:
    language, title, text = told
    cited = citation(publisher=publisher, title_native=title, language=language, date=DAY, url=None)
    facts = {"id": publisher, "date": DAY, "country": "CZ", **changes}
    return development(title=title, summary=text, sources=(cited,), **facts)


def are_joined(one: Told, other: Told) -> bool:
    first, second = made(one, "Ministry"), made(other, "Gazette")
    found = RecentEvents([first]).find_same_event(second)
    back = RecentEvents([second]).find_same_event(first)
    assert (found is None) == (back is None)
    return found is not None


BORDER = (
    "hu",
    "A hatóságok 4 187 határsértőt tartóztattak fel",
    "Az idén 4 187 határsértőt tartóztattak fel a déli határon, 61 százalékkal kevesebbet, mint "
    "tavaly. Az embercsempészek közül 318-at vettek őrizetbe.",
)
CLOSURE = (
    "en",
    "Government to close 14 accommodation centres",
    "The Government today agreed to close 14 accommodation centres with 2,350 places by September. "
    "Some 1,870 residents will be moved. The saving is put at 48.6 million euro.",
)
CAPACITY = (
    "cs",
    "Vnitro sníží kapacitu uprchlických středisek o 1 240 míst",
    "Ministerstvo vnitra sníží kapacitu středisek o 1 240 míst. Úspora bude 312 milionů korun. "
    "Týká se to 18 zařízení.",
)
ARRIVALS = (
    "it",
    "Sbarchi in calo: 23.318 da inizio anno",
    "Dal 1 gennaio sono sbarcate in Italia 23.318 persone, il 9,4% in meno. I minori non "
    "accompagnati sono 3.212.",
)
FACTORY = (
    "pl",
    "Cudzoziemcy pracowali nielegalnie w fabryce mebli",
    "Funkcjonariusze z placówki w Kaliszu skontrolowali fabrykę mebli w Kępnie. Z 214 "
    "zatrudnionych 73 pracowało bez zezwolenia. Właścicielowi grozi grzywna do 50 tys. zł.",
)
CENTRE = (
    "de",
    "Neues Asylzentrum in Altstätten mit 390 Plätzen",
    "Das SEM eröffnet am Montag in Altstätten ein Zentrum mit 390 Plätzen. Es kostet 52,5 "
    "Millionen Franken. 85 Personen arbeiten dort.",
)
PROGRAMME = (
    "de",
    "Kabinett beschließt Aufnahmeprogramm für 3 250 Menschen",
    "Das Kabinett hat am Mittwoch das Aufnahmeprogramm für 3 250 Menschen aus Afghanistan "
    "beschlossen. Es kostet 187,4 Millionen Euro und gilt für 27 Monate.",
)
CLAIMS = (
    "fr",
    "Demandes d’asile : 157 947 en un an",
    "L’Ofpra a enregistré 157 947 demandes d’asile, dont 13 350 de l’Ukraine. Le taux de "
    "protection est de 38,8 %.",
)
FLATS = (
    "el",
    "Παρατείνεται το πρόγραμμα ESTIA για 2.360 άτομα",
    "Το πρόγραμμα ESTIA παρατείνεται έως τον Δεκέμβριο για 2.360 άτομα σε 714 διαμερίσματα.",
)
PROTECTION = (
    "bg",
    "Над 2 900 души са потърсили закрила от началото на годината",
    "До 31 май 2 934 души са потърсили закрила в България. Статут на бежанец са получили 41, "
    "хуманитарен – 1 187 души.",
)


@pytest.mark.parametrize(
    ("one", "title", "text", "language"),
    [
        (BORDER, "Illegal crossings down 61% on southern border",
         "Hungarian authorities have caught 4,187 people at the southern border so far this year, "
         "61 percent fewer than a year ago, and detained 318 smugglers.", "en"),
        (PROTECTION, "Bulgaria: 2934 people sought protection to end-May",
         "From the start of the year to May 31, a total of 2934 people applied for protection. "
         "Refugee status was given to 41 and humanitarian status to 1187.", "en"),
        (FACTORY, "73 osoby pracowały na czarno, kontrola w zakładzie pod Kępnem",
         "Pogranicznicy z Kalisza sprawdzili 214 pracowników producenta mebli. U 73 z nich "
         "brakowało dokumentów. Firma zapłaci nawet 50 tysięcy złotych.", "pl"),
    ],
)  # fmt: skip
def test_reports_of_others_share_figures(one: Told, title: str, text: str, language: str) -> None:
    assert are_joined(one, (language, title, text))


@pytest.mark.parametrize(
    ("one", "title", "text", "language"),
    [
        # Reactions repeat all figures.
        (CLOSURE, "Closing 14 centres will leave families homeless",
         "The closure of 14 accommodation centres with 2,350 places is reckless, the council said. "
         "It warned that 1,870 residents would be moved for a saving of 48.6 million euro.", "en"),
        (CAPACITY, "Omezení kapacit o 1 240 míst je krok zpět",
         "Snížení kapacity o 1 240 míst v 18 zařízeních označilo konsorcium za nezodpovědné. "
         "Úspora 312 milionů korun podle něj nevyváží škody.", "cs"),
        (FLATS, "Residents of 714 flats protest as ESTIA changes",
         "Some of the 2,360 people in 714 ESTIA flats rallied in Athens against new rules.", "en"),
        (CLAIMS, "France: minister vows cuts after record asylum figures",
         "The interior minister promised cuts on Wednesday after 157,947 claims, 13,350 of them "
         "from Ukraine, were recorded and 38.8% got protection.", "en"),
        # So do later stages, in any language.
        (PROGRAMME, "Bundestag passes admission scheme for 3,250",
         "The Bundestag on Wednesday passed the admission programme for 3,250 people from "
         "Afghanistan. It will cost 187.4 million euros and run for 27 months.", "en"),
        # Totals stand below the news of a day.
        (ARRIVALS, "Lampedusa, hotspot di nuovo pieno: 812 ospiti per 640 posti",
         "Notte di arrivi a Lampedusa: nell'hotspot ci sono 812 persone. Dall'inizio dell'anno in "
         "Italia ne sono sbarcate 23.318, tra cui 3.212 minori.", "it"),
        # Centres are built alike.
        (CENTRE, "Nouveau centre d’asile à Grand-Saconnex : 390 places",
         "Le SEM ouvre lundi au Grand-Saconnex un centre de 390 places. Il coûte 52,5 millions de "
         "francs. 85 personnes y travaillent.", "fr"),
    ],
)  # fmt: skip
def test_other_events_share_figures(one: Told, title: str, text: str, language: str) -> None:
    assert not are_joined(one, (language, title, text))


def test_one_sum_is_spent_on_two_things() -> None:
    returns = "Regeringen avsätter 245 miljoner kronor till återvändande nästa år."
    schools = "Kommunerna får 245 miljoner kronor till sfi nästa år, meddelar regeringen."
    assert not are_joined(
        ("sv", "Regeringen satsar 245 miljoner på återvändande", returns),
        ("sv", "245 miljoner till svenska för invandrare", schools),
    )


@pytest.mark.parametrize(("smugglers", "is_joined"), [("318", True), ("340", False)])
def test_one_of_many_figures_is_another_one(smugglers: str, *, is_joined: bool) -> None:
    english = (
        "en",
        "Illegal crossings down on southern border",
        "Authorities have caught 4,187 people, 61 percent fewer than a year ago, and detained "
        f"{smugglers} smugglers.",
    )
    assert are_joined(BORDER, english) == is_joined


@pytest.mark.parametrize(
    "changes", [{"country": "SK"}, {"country": None}, {"date": dt.date(2026, 3, 12)}]
)
def test_figures_are_those_of_a_country_and_a_day(changes: dict[str, object]) -> None:
    english = (
        "en",
        "Illegal crossings down 61%",
        "Authorities have caught 4,187 people, 61 percent fewer, and detained 318 smugglers.",
    )
    first, second = made(BORDER, "Ministry"), made(english, "Gazette", **changes)
    assert RecentEvents([first]).find_same_event(second) is None
    assert RecentEvents([first]).find_same_event(made(english, "Gazette")) is not None
