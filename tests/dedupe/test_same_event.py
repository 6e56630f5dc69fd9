"""One event that several sources tell of, and items that are revised."""

import datetime as dt
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from bot.dedupe import same_event
from bot.dedupe.changes import compare_texts, is_typo_fix, revise
from bot.dedupe.editions import are_editions
from bot.dedupe.event_index import RecentEvents
from bot.dedupe.merge import merge
from bot.models import Change, Development, Evidence, Provenance
from tests.samples import citation, development

LEAD = (
    "Vláda ve středu schválila novelu azylového zákona, která od 1. července 2025 zkracuje lhůty "
    "řízení na 30 dnů. Ministerstvo vnitra zároveň navrhuje nová pravidla pro návraty cizinců, "
    "kterým nebyla udělena mezinárodní ochrana. O návrhu bude jednat sněmovna."
)


def told(publisher: str, title: str, summary: str = "", **changes: Any) -> Development:
    """What one publisher tells."""
    facts = {"url": f"https://{publisher}.example/{abs(hash(title))}", **changes.pop("cited", {})}
    cited = citation(publisher=publisher, title_native=title, **facts)
    return development(title=title, summary=summary, sources=(cited,), **changes)


FIRST = replace(
    told("Ministry", "Vláda schválila novelu azylového zákona", LEAD), id="CZ-2025-0001"
)


def is_same(draft: Development, other: Development = FIRST) -> bool:
    return same_event.find_same(draft, [other]) is not None


@pytest.mark.parametrize(
    ("title", "summary"),
    [
        ("Vláda schválila novelu azylového zákona", LEAD),
        ("Novela azylového zákona: vláda je pro", LEAD[:160] + "…"),  # truncated
        ("Vláda: novela azylového zákona schválena", "Praha – " + LEAD.replace("ve středu ", "")),
        ("Kabinet kývl na azylový zákon", LEAD + " Uvedla to ČTK. Opozice s návrhem nesouhlasí."),
    ],
)
def test_other_sources_of_one_event_are_found(title: str, summary: str) -> None:
    assert is_same(told("Agency", title, summary))


@pytest.mark.parametrize(
    ("title", "summary"),
    [
        ("Vláda schválila novelu stavebního zákona", "Vláda ve středu schválila novelu zákona."),
        ("Azyl: týdenní zpráva", LEAD.replace("30 dnů", "60 dnů")),  # nothing else is other
        ("Vláda schválila", ""),
    ],
)
def test_other_events_are_other_developments(title: str, summary: str) -> None:
    assert not is_same(told("Agency", title, summary))


def test_a_longer_report_may_hold_more_numbers_and_a_shorter_one_no_others() -> None:
    longer = LEAD + " Loni podalo žádost 1 874 lidí."
    shorter = LEAD.replace(" O návrhu bude jednat sněmovna.", "")
    assert is_same(told("Agency", "Azyl", longer), told("Ministry", "Azyl", LEAD))
    assert is_same(told("Agency", "Azyl", LEAD), told("Ministry", "Azyl", longer))
    assert is_same(told("Agency", "Azyl", shorter), told("Ministry", "Azyl", longer))
    other = shorter.replace("30 dnů", "60 dnů")
    assert not is_same(told("Agency", "Azyl", other), told("Ministry", "Azyl", longer))
    assert not is_same(told("Agency", "Azyl", longer), told("Ministry", "Azyl", other))


def test_one_page_in_two_feeds_under_two_names_is_one_source() -> None:
    other = told("Ministry, migration", FIRST.title, cited={"url": FIRST.sources[0].url})
    assert is_same(other)
    assert len(merge(FIRST, other).sources) == 1


def test_titles_alone_must_be_equal_and_of_the_same_days() -> None:
    title = "Vláda schválila novelu azylového zákona"
    later = {"date": dt.date(2025, 1, 19)}
    assert not is_same(told("Agency", title, **later), told("Ministry", title))
    assert is_same(told("Agency", title.upper()), told("Ministry", title))
    assert not is_same(told("Agency", f"{title} podruhé"), told("Ministry", title))


def test_two_releases_of_one_publisher_are_two_however_alike() -> None:
    assert not is_same(told("Ministry", "Vláda schválila novelu azylového zákona znovu", LEAD))


@pytest.mark.parametrize(
    ("language", "one", "other"),
    [
        ("de", "Verwaltungsgericht Lübeck", "Verwaltungsgericht Bremen"),
        ("pl", "Wojewódzki Sąd Administracyjny w Łodzi", "Wojewódzki Sąd Administracyjny w Opolu"),
        ("fr", "Tribunal administratif de Nantes", "Tribunal administratif de Lyon"),
    ],
)
def test_two_courts_tell_of_two_rulings_however_alike(language: str, one: str, other: str) -> None:
    first, second, press = (
        told(publisher, "Title", LEAD, cited={"publisher_native": None, "language": language})
        for publisher in (one, other, "Gazette")
    )
    assert not is_same(first, second)
    assert is_same(first, press)


def test_one_page_in_two_feeds_is_one_and_used_again_another_day_is_another() -> None:
    page = {"url": FIRST.sources[0].url}
    again = told("Ministry", FIRST.title, "", cited=page)
    assert is_same(again)
    assert not is_same(told("Ministry", FIRST.title, cited={**page, "date": dt.date(2025, 1, 17)}))


def test_a_publisher_s_english_edition_is_the_same_development() -> None:
    czech = told("Ministry", "Nový zákon", cited={"url": "https://mv.example/cs/zprava/1234-novy"})
    english = {"url": "https://mv.example/en/news/1234-new-law", "language": "en"}
    assert not is_same(told("Ministry", "New law", cited=english), czech)
    path = {"url": "https://mv.example/en/zprava/1234-new-law", "language": "en"}
    assert is_same(told("Ministry", "New law", cited=path), czech)


def test_editions_in_two_sections_have_one_title() -> None:
    page = "https://udi.example/{}/asylmottaket-pa-lesja-utvides"
    norwegian = told("UDI", "Lesja", cited={"url": page.format("aktuelt"), "language": "no"})
    english = {"url": page.format("en/latest"), "language": "en"}
    assert is_same(told("UDI", "Lesja grows", cited=english), norwegian)
    other = {**english, "url": english["url"].replace("utvides", "stenges")}
    assert not is_same(told("UDI", "Lesja closes", cited=other), norwegian)


def test_an_edition_that_a_source_names_is_the_same_development() -> None:
    url = "https://mv.example/en/new-law"
    named = {"url": "https://mv.example/cs/novy-zakon", "editions": (url,)}
    czech = told("Ministry", "Nový zákon", cited=named)
    english = told("Ministry", "New law", cited={"url": url, "language": "en"})
    assert is_same(english, czech)
    assert is_same(czech, english)
    home = {"url": "https://mv.example/en/", "language": "en"}
    named = {**named, "editions": (home["url"],)}
    assert not is_same(
        told("Ministry", "New law", cited=home), told("Ministry", "Zákon", cited=named)
    )
    later = {"url": url, "language": "en", "date": dt.date(2025, 1, 17)}
    assert not is_same(told("Ministry", "New law", cited=later), czech)


@pytest.mark.parametrize("is_first", [True, False])
def test_an_edition_that_an_official_source_names_may_be_on_another_site(is_first: bool) -> None:
    url = "https://ministry.example/new-law"
    named = {"url": "https://mv.example/novy-zakon", "editions": (url,)}
    czech = told("Ministry", "Nový zákon", cited=named)
    english = told("Ministry", "New law", cited={"url": url, "language": "en"})
    draft, known = (czech, english) if is_first else (english, czech)
    assert RecentEvents([replace(known, id="CZ-2025-0001")]).find_same_event(draft)
    press = told("Gazette", "New law", cited={"url": url, "language": "en", "official": False})
    assert not is_same(press, czech)
    later = {"url": url, "language": "en", "date": dt.date(2025, 1, 17)}
    assert not is_same(told("Ministry", "New law", cited=later), czech)
    assert not is_same(told("Ministry", "New law, 60 days", cited={"url": url, "language": "en"}),
                       told("Ministry", "Nový zákon, 30 dnů", cited=named))  # fmt: skip


@pytest.mark.parametrize("day", [16, 20])
@pytest.mark.parametrize("is_first", [True, False])
def test_editions_of_one_publisher_may_be_on_two_sites(is_first: bool, day: int) -> None:
    """Of one day where they name the same, days later where one also names the other."""
    url = "https://ministry-news.example/returns"
    named = {"url": "https://mv.example/navraty", "editions": (url,) if day > 16 else ()}
    text = "Policie vyhostila 1 284 cizinců ze 37 zemí. Ministr Vít Rakušan to řekl v Praze."
    english = "The police expelled 1,284 foreigners of 37 countries. Minister Vít Rakušan said so."
    cited = {"url": url, "language": "en", "date": dt.date(2025, 1, day)}
    one = told("Ministry", "Návraty", text, cited=named)
    other = told("Ministry", "Returns", english, cited=cited, date=dt.date(2025, 1, day))
    draft, known = (one, other) if is_first else (other, one)
    assert RecentEvents([replace(known, id="CZ-2025-0001")]).find_same_event(draft)
    stranger = told("Police", "Returns", english, cited=cited, date=dt.date(2025, 1, day))
    assert not are_editions(one, stranger)
    unlike = replace(other, summary=english.replace("1,284", "2,190").replace("37", "41"))
    assert not is_same(unlike, one)


def test_the_page_in_whose_words_an_item_is_told_is_one_with_it_whenever_it_comes() -> None:
    url = "https://mv.example/en/law"
    known = told("Ministry", "Zákon", cited={"url_en": url, "title_en": "New law on asylum"})
    late = {"date": dt.date(2025, 1, 22)}
    cited = {"url": url, "language": "en", **late}
    assert is_same(told("Ministry", "The new law on asylum", cited=cited, **late), known)
    assert not is_same(told("Ministry", "Rescue exercise", cited=cited, **late), known)


@pytest.mark.parametrize("is_first", [True, False])
def test_an_edition_is_no_source_of_its_own_beside_an_agency(is_first: bool) -> None:
    agency = told("Agency", "Zákon", LEAD, cited={"official": False})
    czech = told("Ministry", "Nový zákon", LEAD, cited={"url": "https://m.e/cs/z/1"})
    cited = {"url": "https://m.e/en/z/1", "language": "en", "title_en": "New law"}
    english = told("Ministry", "New law", "The cabinet met.", cited=cited)
    drafts = [czech, english] if is_first else [english, czech]
    both = merge(merge(agency, drafts[0]), drafts[1])
    assert [source.publisher for source in both.sources] == ["Ministry", "Agency"]
    assert (both.title, both.sources[0].title_native) == ("New law", "Nový zákon")
    assert both.provenance.title == "edition"


@pytest.mark.parametrize("is_first", [True, False])
def test_the_english_edition_gives_its_words(is_first: bool) -> None:
    czech = told("Ministry", "Nový zákon", "Vláda jednala.", cited={"url": "https://m.e/cs/z/1"})
    english = told(
        "Ministry",
        "New law",
        "The cabinet met.",
        cited={"url": "https://m.e/en/z/1", "language": "en", "title_en": "New law"},
    )
    both = merge(czech, english) if is_first else merge(english, czech)
    assert (both.title, both.summary) == ("New law", "The cabinet met.")
    assert both.summary_native == "Vláda jednala."
    (cited,) = both.sources
    assert (cited.title_native, cited.title_en) == ("Nový zákon", "New law")
    assert cited.url_en == "https://m.e/en/z/1"
    assert both.provenance == Provenance(title="edition", summary="edition")


def test_another_country_or_another_month_is_another_event() -> None:
    title = "Vláda schválila novelu azylového zákona"
    assert not is_same(told("Agency", title, LEAD, country="SK"))
    assert not is_same(told("Agency", title, LEAD, date=dt.date(2025, 2, 16)))
    assert is_same(told("Agency", title, LEAD, country=None))


def test_each_number_of_the_shorter_text_must_be_in_the_longer() -> None:
    longer = told("Agency", "Azyl", LEAD + " Loni bylo podáno 1250 žádostí.")
    assert is_same(longer)
    assert is_same(FIRST, longer)
    other = told("Agency", "Azyl 17", LEAD.replace(" O návrhu bude jednat sněmovna.", ""))
    assert not is_same(other)
    assert not is_same(FIRST, other)


def test_the_windows_of_days_include_their_last_day() -> None:
    title = "Vláda schválila novelu azylového zákona"
    day = dt.date(2025, 1, 16)
    text = told("Ministry", title, LEAD, date=day)
    assert is_same(told("Agency", title, LEAD, date=day + dt.timedelta(days=14)), text)
    assert not is_same(told("Agency", title, LEAD, date=day + dt.timedelta(days=15)), text)
    bare = told("Ministry", title, date=day)
    assert is_same(told("Agency", title, date=day - dt.timedelta(days=2)), bare)
    assert not is_same(told("Agency", title, date=day - dt.timedelta(days=3)), bare)


def test_an_equal_title_of_fewer_than_four_words_is_no_event() -> None:
    assert is_same(
        told("Agency", "Zákon o azylu schválen"), told("Ministry", "Zákon o azylu schválen")
    )
    assert not is_same(told("Agency", "Zákon o azylu"), told("Ministry", "Zákon o azylu"))


def test_the_official_source_leads() -> None:
    press = told("Press", "Kabinet kývl na azylový zákon", LEAD, cited={"official": False},
                 themes=("return",), country=None)  # fmt: skip
    press = replace(press, id="XX-2025-0001")
    both = merge(press, FIRST)
    assert [source.publisher for source in both.sources] == ["Ministry", "Press"]
    assert (both.id, both.title, both.country) == ("XX-2025-0001", FIRST.title, "CZ")
    assert both.themes == ("general", "return")
    after = merge(FIRST, press)
    assert (after.id, after.title) == (FIRST.id, FIRST.title)
    assert after.sources == both.sources


def test_a_source_is_cited_once() -> None:
    assert len(merge(FIRST, FIRST).sources) == 1


def test_editions_that_may_be_one_are_seen_across_languages() -> None:
    text = "The minister met Ylva Johansson and Nancy Faeser in Prague; 1250 people in 14 centres."
    czech = "Ministr jednal s Ylva Johansson a Nancy Faeser v Praze; 1250 lidí ve 14 střediscích."
    english = told("Agency", "Meeting in Prague", text, cited={"language": "en"})
    assert same_event.similar_in_other_languages(
        english, [told("Ministry", "Jednání v Praze", czech)]
    )
    assert not same_event.similar_in_other_languages(english, [FIRST])


@pytest.mark.parametrize(("shift", "is_near"), [(-2, False), (-1, True), (1, True), (2, False)])
def test_resembling_developments_are_at_most_a_day_apart(shift: int, is_near: bool) -> None:
    english = told("Agency", "Meeting", "The minister met Ylva Johansson; 1250 people, 14 centres.",
                   cited={"language": "en"})  # fmt: skip
    czech = told("Ministry", "Jednání", "Ministr jednal s Ylva Johansson; 1250 lidí, 14 míst.",
                 date=dt.date(2025, 1, 16) + dt.timedelta(days=shift))  # fmt: skip
    assert bool(same_event.similar_in_other_languages(english, [czech])) == is_near
    recent = RecentEvents([replace(czech, id="CZ-2025-0001")])
    assert bool(recent.find_similar(english)) == is_near


@pytest.mark.parametrize(
    ("numbers", "is_resembling"), [("1250, 14", True), ("1250, 2025", False), ("1250, 7", False)]
)
def test_the_year_and_single_digits_do_not_make_developments_resemble(
    numbers: str, is_resembling: bool
) -> None:
    english = told("Agency", "Meeting", f"She met Johansson: {numbers}.", cited={"language": "en"})
    czech = told("Ministry", "Jednání", f"Jednal s Johansson: {numbers}.")
    assert bool(same_event.similar_in_other_languages(english, [czech])) == is_resembling


def test_a_joined_development_has_two_themes_and_the_leading_date() -> None:
    agency = told("Agency", "Zpráva", themes=("return", "border"), date=dt.date(2025, 1, 17))
    both = merge(FIRST, agency)
    assert both.themes == (*FIRST.themes, "return", "border")[:2]
    assert both.date == FIRST.date


# ------------------------------------------------------------------ revisions


def changed(**changes: Any) -> Change | None:
    now = replace(FIRST, **changes)
    if "title" in changes:
        now = replace(now, sources=(replace(now.sources[0], title_native=changes["title"]),))
    return revise(FIRST, now)[1]


@pytest.mark.parametrize(
    "title",
    [
        "Vláda schválila novelu azylového zákona.",
        "VLÁDA SCHVÁLILA NOVELU AZYLOVÉHO ZÁKONA",
        "Vlada schvalila novelu azylového zákona",
        "Vláda schválila novelu azilového zákona",
    ],
)
def test_slips_that_are_mended_are_no_change(title: str) -> None:
    assert changed(title=title) is None


@pytest.mark.parametrize(
    "title",
    [
        "Vláda neschválila novelu azylového zákona",
        "Vláda schválila novelu stavebního zákona",
        "Sněmovna schválila novelu azylového zákona",
        "Vláda schválila 2 novely azylového zákona",
    ],
)
def test_another_title_is_a_change(title: str) -> None:
    assert changed(title=title) == Change(title=(FIRST.title, title))


def test_a_change_of_the_text_says_which_sentences() -> None:
    found = changed(summary=LEAD.replace("30 dnů", "60 dnů"))
    assert found is not None
    assert found.text is not None
    assert [part.split()[-2:] for part in found.text] == [["30", "dnů."], ["60", "dnů."]]


def test_another_excerpt_of_an_article_is_no_change() -> None:
    line = told("Ministry", FIRST.title, "Tisková zpráva k jednání vlády ze středy.")
    assert revise(line, FIRST)[1] is None


@pytest.mark.parametrize("summary", [LEAD[:150], f"{LEAD} Více na webu.", LEAD.upper(), ""])
def test_another_excerpt_is_no_change(summary: str) -> None:
    assert changed(summary=summary) is None


def test_a_date_in_words_that_stood_there_before_is_no_change() -> None:
    """A later version reads some days otherwise."""
    day, word = dt.date(2025, 1, 14), LEAD.split(maxsplit=1)[0]
    assert changed(date=day, evidence=Evidence(date=(word,))) is None
    assert changed(date=day, evidence=Evidence(date=("14. ledna",))) == Change(
        date=(FIRST.date, day)
    )


def test_another_date_is_a_change_and_a_missing_one_is_not() -> None:
    day = dt.date(2025, 1, 17)
    assert changed(date=day) == Change(date=(FIRST.date, day))
    made, change = revise(FIRST, replace(FIRST, date=None))
    assert (made.date, change) == (FIRST.date, None)


def test_each_change_of_substance_is_a_revision() -> None:
    made, _ = revise(FIRST, replace(FIRST, date=dt.date(2025, 1, 17)))
    assert (made.revision, made.id, made.recorded) == (1, FIRST.id, FIRST.recorded)


def test_only_the_source_that_leads_says_what_a_development_is_about() -> None:
    press = told("Press", "Kabinet kývl", LEAD, cited={"official": False})
    both = merge(FIRST, press)
    again = told("Press", "Kabinet zákon odmítl", "", cited={"url": press.sources[0].url})
    made, change = revise(both, again)
    assert (made.title, change) == (FIRST.title, None)
    assert made.sources[1].title_native == "Kabinet zákon odmítl"
    assert len(made.sources) == 2


def test_what_was_translated_stays_so_while_its_words_stay() -> None:
    english = replace(
        FIRST,
        title="The government approved",
        summary="In English.",
        summary_native=FIRST.summary,
        translated_by="deepl",
        sources=(replace(FIRST.sources[0], title_en="The government approved"),),
    )
    again, _ = revise(english, replace(FIRST, themes=("return",)))
    assert (again.title, again.summary) == (english.title, english.summary)
    assert again.themes == ("return",)
    other = replace(FIRST, sources=(replace(FIRST.sources[0], title_native="Něco jiného je tu"),))
    assert revise(english, other)[0].translated_by is None


@given(st.text(max_size=80))
def test_any_text_is_no_change_of_itself(text: str) -> None:
    assert is_typo_fix(text, text)
    assert compare_texts(text, text) is None


SENTENCES = (
    "Vláda schválila novelu azylového zákona.",
    "Sněmovna o ní bude jednat v červnu 2025.",
    "Lhůta je 30 dnů.",
    "Ministr vnitra Novák jednal v Tiraně s ministrem Hoxhou.",
    "Ano.",
)
TELLINGS = st.builds(
    told,
    st.sampled_from(["Ministry", "Agency", "Daily"]),
    st.sampled_from(["Novela azylového zákona je schválena", "Novák v Tiraně", "Ano"]),
    st.lists(st.sampled_from(SENTENCES), max_size=5).map(" ".join),
    country=st.sampled_from(["CZ", "CZ", "SK", None]),
    date=st.sampled_from([dt.date(2025, 1, 16), dt.date(2025, 1, 17), dt.date(2025, 3, 1), None]),
    cited=st.builds(
        dict,
        url=st.sampled_from(["https://a.example/cs/1", "https://a.example/en/1", None]),
        language=st.sampled_from(["cs", "en"]),
    ),
)


@given(st.lists(TELLINGS, max_size=12), TELLINGS, st.sets(st.integers(0, 11)))
def test_what_is_found_at_once_is_what_a_look_at_all_finds(
    put: list[Development], draft: Development, gone: set[int]
) -> None:
    kept = [replace(one, id=f"CZ-2025-{number:04}") for number, one in enumerate(put)]
    found = RecentEvents(kept)
    for number in gone:
        found.remove(f"CZ-2025-{number:04}")
    kept = [one for number, one in enumerate(kept) if number not in gone]
    assert found.find_same_event(draft) == same_event.find_same(draft, kept)
    assert found.find_similar(draft) == same_event.similar_in_other_languages(draft, kept)
