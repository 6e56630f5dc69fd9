"""A law from its announcement to the court that annuls it: one matter, whoever tells of it."""

import datetime as dt
import tomllib
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from bot import match
from bot.dedupe.matter_order import fits, in_order
from bot.dedupe.matters import of_one_matter, told_once
from bot.dedupe.merge import merge
from bot.enrich import enrich_item
from bot.models import Development, Stage, StageKind
from bot.models.chats import Filter
from bot.pipeline.rules import RULES
from bot.store import open_store
from tests.samples import NOW, commit, item, source


class Told(NamedTuple):
    day: str
    language: str
    publisher: str
    title: str
    text: str = ""
    stage: str | None = None
    country: str = "CZ"


LAW = [
    Told("2025-01-10", "cs", "Ministerstvo vnitra", "Vláda chystá zpřísnění azylového zákona",
         "Ministr vnitra oznámil, že připravuje novelu. Má zkrátit lhůty v azylovém řízení.",
         "announced"),
    Told("2025-03-01", "cs", "Ministerstvo vnitra", "Vláda předložila novelu zákona o azylu",
         "Sněmovní tisk 512 mění zákon č. 325/1999 Sb., o azylu.", "bill"),
    Told("2025-04-10", "en", "Radio Prague", "Committee amends asylum bill",
         "The Security Committee adopted amendments to Chamber print 512.", "amended"),
    Told("2025-05-10", "en", "Radio Prague", "Chamber of Deputies adopts asylum bill",
         "The lower house approved Bill 512 by 101 votes.", "adopted"),
    Told("2025-07-01", "cs", "Sbírka zákonů", "Novela zákona o azylu vyšla ve Sbírce zákonů",
         "Zákon byl vyhlášen pod č. 314/2025 Sb. Jde o sněmovní tisk 512.", "published"),
    Told("2025-08-01", "cs", "Ministerstvo vnitra", "Zákon č. 314/2025 Sb. nabyl účinnosti",
         "Novela azylového zákona platí od dnešního dne.", "in_force"),
    Told("2026-05-01", "en", "Constitutional Court", "Court annuls part of the asylum law",
         "The Constitutional Court struck down section 5 of Act No. 314/2025 Coll.", "annulled"),
]  # fmt: skip
ONLY_CITE = [
    Told("2025-09-01", "cs", "Ministerstvo vnitra", "Ministerstvo otevřelo nové středisko",
         "Středisko slouží žadatelům o azyl podle zákona č. 314/2025 Sb."),
    Told("2025-09-02", "en", "Radio Prague", "Number of asylum applications falls",
         "The numbers have fallen since Act No. 314/2025 Coll."),
    Told("2025-09-03", "cs", "Nejvyšší správní soud", "Soud zamítl kasační stížnost žadatele",
         "Žádost byla zamítnuta podle § 16 zákona č. 325/1999 Sb., o azylu."),
    Told("2025-05-11", "en", "Radio Prague", "NGO publishes report on asylum seekers",
         "The report also mentions Chamber print 512."),
]  # fmt: skip
OTHER_LAW = [
    Told("2025-03-02", "cs", "Ministerstvo vnitra", "Vláda předložila novelu zákona o občanství",
         "Sněmovní tisk 530 mění zákon č. 186/2013 Sb., o státním občanství.", "bill"),
    Told("2025-03-03", "sk", "Ministerstvo vnútra", "Vláda predložila novelu zákona o azyle",
         "Parlamentná tlač 512 mení zákon č. 480/2002 Z. z. o azyle.", "bill", "SK"),
]  # fmt: skip


LAWS = {
    country.upper(): [Told(**told, country=country.upper()) for told in news]
    for country, news in tomllib.loads(
        Path(__file__).with_name("told_laws.toml").read_text(encoding="utf-8")
    ).items()
}


def development(told: Told) -> Development:
    country = told.country
    of = source(id=country.lower(), country=country, publisher=told.publisher,
                publisher_native=None, scope="migration", language=told.language)  # fmt: skip
    news = item(
        title=told.title, text=told.text, language=told.language,
        published=dt.date.fromisoformat(told.day),
    )  # fmt: skip
    made = enrich_item(news, of)
    assert isinstance(made, Development)
    return replace(made, recorded=NOW)


async def recorded(news: Sequence[Told]) -> list[Development]:
    """The developments of news, as the store has them in the end."""
    return await committed([development(told) for told in news])


async def committed(drafts: Sequence[Development]) -> list[Development]:
    """Drafts as the store has them in the end."""
    async with open_store(":memory:", RULES) as store:
        ids = []
        for draft in drafts:
            ((made,), _) = await store.commit(commit((draft.title,), draft), match.deliveries_for)
            ids.append(str(made.id))
        read = [await store.development(id_) for id_ in ids]
        return [made for made in read if made]


@pytest.mark.parametrize("told", [*LAW, *ONLY_CITE, *OTHER_LAW], ids=lambda told: told.title)
def test_each_item_tells_its_stage(told: Told) -> None:
    stage = development(told).stage
    assert (stage.kind if stage else None) == told.stage


async def test_a_law_is_one_matter_with_its_stages_in_order() -> None:
    made = await recorded([*LAW, *OTHER_LAW, *ONLY_CITE])
    of_law = [each for each in made if each.matter == made[0].id]
    assert [each.stage.kind for each in in_order(of_law) if each.stage] == [
        told.stage for told in LAW
    ]
    assert len({each.matter for each in made if each.stage}) == 3
    assert not any(each.matter for each in made if each.stage is None)


async def test_a_matter_keeps_its_name_when_another_stage_is_told_on_the_first_day() -> None:
    made = await recorded([told._replace(day=LAW[1].day) for told in LAW[1:4]])
    assert {each.matter for each in made} == {made[0].id}


@pytest.mark.parametrize("country", LAWS)
async def test_laws_of_other_countries_are_one_matter_each(country: str) -> None:
    news = LAWS[country]
    made = await recorded(news)
    assert {each.matter for each in made} == {made[0].id}
    assert [each.stage.kind for each in made if each.stage] == [told.stage for told in news]
    assert in_order(reversed(made)) == made


async def test_matters_that_a_later_item_joins_become_one() -> None:
    bill, act = LAW[1], Told(
        "2027-07-01", "cs", "Sbírka zákonů", "Vyšel zákon č. 314/2025 Sb.", "", "published"
    )  # fmt: skip
    both = Told("2027-08-01", "en", "Radio Prague", "Act No. 314/2025 Coll. enters into force",
                "It was Chamber print 512.", "in_force")  # fmt: skip
    apart = await recorded([bill, act])
    assert len({each.matter for each in apart}) == 2
    joined = await recorded([bill, act, both])
    assert len({each.matter for each in joined}) == 1
    assert joined[2].matter_references == ("314/2025 Sb.", "sněmovní tisk 512")


def each_in_its_matter(*stages: Told) -> list[Development]:
    return [
        replace(development(each), id=f"DE-2025-000{n}", matter=f"DE-2025-000{n}")
        for n, each in enumerate(stages)
    ]


def test_a_stage_that_is_much_like_two_matters_makes_them_one() -> None:
    bill = told("2025-05-28", "Kabinett beschließt Aussetzung des Familiennachzugs",
                "Der Gesetzentwurf betrifft subsidiär Schutzberechtigte.")  # fmt: skip
    other = told("2025-06-03", "Erste Lesung: Aussetzung des Familiennachzugs im Bundestag",
                 "Beraten wird der Gesetzentwurf für subsidiär Schutzberechtigte.")  # fmt: skip
    adopted = told("2025-06-27", "Bundestag stimmt Aussetzung des Familiennachzugs zu",
                   "Das Gesetz betrifft subsidiär Schutzberechtigte.")  # fmt: skip
    unlike = told("2025-06-04", "Bundestag berät Gesetz zur Einbürgerung",
                  "Der Entwurf schafft die Einbürgerung nach drei Jahren ab.")  # fmt: skip
    parts = each_in_its_matter(bill, other, unlike)
    found = of_one_matter(development(adopted), parts)
    assert {each.matter for each in found} == {"DE-2025-0000", "DE-2025-0001"}


@pytest.mark.parametrize("is_alone", [True, False])
def test_a_stage_that_stood_alone_is_of_the_matter_that_has_grown(*, is_alone: bool) -> None:
    bill = told("2025-05-28", "Kabinett beschließt Aussetzung des Familiennachzugs",
                "Der Gesetzentwurf betrifft subsidiär Schutzberechtigte.")  # fmt: skip
    rejected = told("2025-06-06", "Bundesrat lehnt Gesetz zu Härtefällen ab",
                    "Die Länder verlangen Ausnahmen für Kinder.")  # fmt: skip
    tabled = told("2025-06-01", "Gesetzentwurf zu Härtefällen im Bundestag",
                  "Die Länder verlangen Ausnahmen für Kinder.")  # fmt: skip
    adopted = told("2025-06-27", "Bundestag stimmt Aussetzung des Familiennachzugs zu",
                   "Das Gesetz lässt Härtefälle zu und Ausnahmen für Kinder.")  # fmt: skip
    first, second, beside, vote = each_in_its_matter(bill, rejected, tabled, adopted)
    assert of_one_matter(second, [first]) == []
    known = [first, second] if is_alone else [first, second, replace(beside, matter=second.matter)]
    assert (second in of_one_matter(vote, known)) == is_alone


def test_the_more_matters_a_country_has_the_more_a_stage_must_be_like_one() -> None:
    bill = told("2025-05-28", "Kabinett beschließt Gesetzentwurf für schnellere Asylverfahren",
                "Der Entwurf geht nun in den Bundestag.")  # fmt: skip
    others = [
        told("2025-03-01", "Bundestag berät Gesetz zur Einbürgerung",
             "Der Entwurf schafft die Einbürgerung nach drei Jahren ab."),
        told("2025-04-01", "Kabinett beschließt Aussetzung des Familiennachzugs",
             "Der Gesetzentwurf betrifft subsidiär Schutzberechtigte."),
        told("2025-04-05", "Kabinett bringt Gesetz zur Fachkräfteeinwanderung ein",
             "Der Gesetzentwurf senkt die Gehaltsgrenze der Blauen Karte."),
        told("2025-04-15", "Bundesregierung beschließt Gesetzentwurf zum Abschiebungsgewahrsam",
             "Er erweitert die Haft vor der Abschiebung."),
    ]  # fmt: skip
    known = each_in_its_matter(bill, *others)
    vague = development(told("2025-09-03", "Asyl: Bundestag stimmt für kürzere Fristen",
                             "Das Gesetz tritt im Oktober in Kraft."))  # fmt: skip
    clear = development(told("2025-09-03", "Bundestag beschließt Gesetz für schnellere Verfahren",
                             "Asylsuchende sollen rascher Bescheid bekommen."))  # fmt: skip
    assert of_one_matter(vague, known[:1]) == known[:1]
    assert of_one_matter(vague, known) == []
    assert of_one_matter(clear, known) == known[:1]


@pytest.mark.parametrize(
    ("first", "second", "days", "may_follow"),
    [("bill", "consultation", 100, True), ("amended", "consultation", 100, True),
     ("adopted", "consultation", 10, True), ("adopted", "consultation", 100, False),
     ("adopted", "announced", 10, True), ("withdrawn", "announced", 10, False)],
)  # fmt: skip
def test_what_is_said_of_a_draft_may_come_after_a_vote(
    first: StageKind, second: StageKind, days: int, *, may_follow: bool
) -> None:
    vote = replace(development_of_law(), stage=Stage(kind=first), own_references=())
    source = replace(vote.sources[0], date=vote.sources[0].date + dt.timedelta(days))
    opinion = replace(vote, stage=Stage(kind=second), sources=(source,))
    assert fits(opinion, [vote]) == may_follow


async def test_two_sources_of_one_stage_are_told_as_one() -> None:
    same = LAW[3]._replace(day="2025-05-12", publisher="Sněmovna", language="cs",
                           title="Sněmovna schválila azylovou novelu",
                           text="Poslanci schválili sněmovní tisk 512.")  # fmt: skip
    senate = same._replace(title="Senát schválil novelu o azylu", publisher="Senát",
                           text="Senátoři schválili sněmovní tisk 512.")  # fmt: skip
    once = told_once(await recorded([LAW[3], same, senate]))
    told = [
        (each.stage.body, [one.publisher for one in each.sources]) for each in once if each.stage
    ]
    assert told == [("lower_house", ["Radio Prague", "Sněmovna"]), ("upper_house", ["Senát"])]


async def test_whoever_follows_a_bill_hears_of_the_act() -> None:
    made = await recorded(LAW)
    follows = Filter(references=frozenset({"sněmovní tisk 512"}))
    wanted = [match.wants(follows, each) for each in made]
    assert wanted[1:] == [True] * 6
    assert not match.wants(Filter(references=frozenset({"sněmovní tisk 530"})), made[6])


def test_a_number_of_another_term_is_another_bill() -> None:
    old = replace(development(LAW[1]), id="CZ-2025-0001", matter="CZ-2025-0001")
    soon, later = (development(LAW[1]._replace(day=day)) for day in ("2026-03-01", "2029-03-01"))
    assert of_one_matter(soon, [old]) == [old]
    assert of_one_matter(later, [old]) == []


def told(day: str, title: str, text: str = "", country: str = "DE", language: str = "de") -> Told:
    return Told(day, language, "Bundestag", title, text, country=country)


async def test_a_report_on_a_bill_has_a_number_of_its_own() -> None:
    bill = told("2026-03-01", "Drucksache 21/7001: Entwurf eines Abschiebehaftgesetzes",
                "Gesetzentwurf der Bundesregierung zur Abschiebehaft.")  # fmt: skip
    report = told("2026-05-01", "Bundestag beschließt das Abschiebehaftgesetz",
                  "Er beschloss die Abschiebehaft (21/7455).")  # fmt: skip
    other = told("2026-03-02", "Drucksache 21/7002: Entwurf eines Haftvollzugsgesetzes",
                 "Gesetzentwurf der Fraktion zum Vollzug der Abschiebehaft.")  # fmt: skip
    first, second, third = await recorded([bill, other, report])
    assert first.matter != second.matter
    assert third.matter == first.matter


async def test_a_law_made_after_a_case_before_a_court_abroad_is_another_matter() -> None:
    case = Told("2026-01-10", "en", "European Court of Human Rights",
                "Communicated case: A.B. v. Czechia, application no. 1234/25",
                "The case concerns the asylum law.", country="CZ")  # fmt: skip
    law = LAW[3]._replace(day="2026-03-10", text="The lower house approved it by 101 votes.")
    one, other = await recorded([case, law])
    assert one.matter != other.matter


async def test_a_law_that_is_published_is_not_adopted_again() -> None:
    act, bill = LAW[4], Told("2026-02-10", "cs", "Sněmovna", "Sněmovna schválila novelu o azylu",
                             "Poslanci schválili změny azylového zákona.")  # fmt: skip
    one, other = await recorded([act, bill])
    assert one.matter != other.matter


async def test_two_bills_of_a_month_on_two_laws_are_two_matters() -> None:
    aliens = told("2025-06-23", "Governo aprova alterações à lei de estrangeiros",
                  "Exige dois anos de residência para a família. Segue para o Parlamento.",
                  "PT", "pt")  # fmt: skip
    citizens = Told("2025-06-23", "pt", "Público",
                    "Governo aprova dez anos de residência para a nacionalidade",
                    "A proposta de alterações segue para o Parlamento.", country="PT")  # fmt: skip
    one, other = await recorded([aliens, citizens])
    assert None not in (one.matter, other.matter)
    assert one.matter != other.matter


async def test_a_vote_that_papers_of_two_languages_tell_is_one_matter() -> None:
    native = told("2023-03-15", "Útlendingafrumvarpið samþykkt á Alþingi",
                  "38 þingmenn greiddu atkvæði með, 15 á móti.", "IS", "is")  # fmt: skip
    abroad = Told("2023-03-16", "en", "Iceland Review",
                  "Iceland's parliament passes disputed immigration bill",
                  "People who are refused will lose their housing.", country="IS")  # fmt: skip
    one, other = await recorded([native, abroad])
    assert one.matter == other.matter
    late = await recorded([native, abroad._replace(day="2024-10-16")])
    assert len({each.matter for each in late}) == 2


async def test_a_report_of_a_case_joins_it_although_it_began_without_a_number() -> None:
    refused = Told("2023-09-29", "en", "Human Rights Watch",
                   "Cyprus: boat from Lebanon turned back, Syrians announce complaint",
                   "Two Syrian men prepare a complaint about their return to Lebanon.",
                   country="CY")  # fmt: skip
    case = Told("2024-05-10", "en", "European Court of Human Rights",
                "A.B. v. Cyprus, application no. 39090/23: return of Syrians to Lebanon",
                "The applicants are Syrian nationals who were returned to Lebanon by boat.",
                country="CY")  # fmt: skip
    report = Told("2024-10-08", "el", "Φιλελεύθερος",
                  "Καταδίκη της Κύπρου από το ΕΔΑΔ για επαναπροώθηση Σύρων στον Λίβανο",
                  "Οι αρχές δεν εξέτασαν τα αιτήματα ασύλου δύο Σύρων σε σκάφος.",
                  country="CY")  # fmt: skip
    began = replace(development(refused), id="CY-2023-0001", matter="CY-2023-0001",
                    stage=Stage(kind="announced"))  # fmt: skip
    numbered = replace(development(case), id="CY-2024-0001", matter="CY-2023-0001")
    assert fits(development(report), [began, numbered])
    assert not fits(development(report), [began])


LATE = Told("2025-08-20", "cs", "Novinky", "Novela zákona o azylu v praxi: první týdny",
            "Úřady podle ní postupují od začátku měsíce.")  # fmt: skip
"""It tells of a law, but in no words for that."""


async def test_a_tentative_stage_is_one_only_of_a_known_matter() -> None:
    tentative = Stage(kind="in_force", is_tentative=True)
    late = replace(development(LATE), stage=tentative)
    (alone,) = await committed([late])
    assert (alone.stage, alone.matter) == (None, None)
    *_, unlike = await committed([development(OTHER_LAW[0]), late])
    assert (unlike.stage, unlike.matter) == (None, None)
    *_, joined = await committed([*map(development, LAW[:5]), late])
    assert joined.stage == tentative
    assert joined.matter_references == ("314/2025 Sb.", "sněmovní tisk 512")


async def test_a_tentative_stage_that_cites_a_number_is_none() -> None:
    tentative = Stage(kind="in_force", is_tentative=True)
    cites = replace(development(LATE), stage=tentative, references=("325/1999 Sb.",))
    *_, last = await committed([*map(development, LAW[:5]), cites])
    assert (last.stage, last.matter) == (None, None)


@given(st.lists(st.builds(Stage, kind=st.just("bill"), is_tentative=st.booleans()) | st.none(),
                min_size=2, max_size=2))  # fmt: skip
def test_two_sources_tell_a_tentative_stage_only_if_neither_is_sure(
    stages: list[Stage | None],
) -> None:
    one, other = (replace(development_of_law(), stage=stage) for stage in stages)
    told = merge(one, other).stage
    sure = [stage for stage in stages if stage and not stage.is_tentative]
    assert told == (sure or [*filter(None, stages), None])[0]


@lru_cache
def development_of_law() -> Development:
    return development(LAW[1])
