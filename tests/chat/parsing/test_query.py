import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot import taxonomy
from bot.chat.parsing import query
from bot.chat.parsing.grammar import DOUBTS_LIMIT
from bot.i18n import LANGUAGES, locale_for
from bot.models.chats import Filter
from bot.models.pace import Pace
from bot.search import parse_phrase

CZECHIA = Filter(countries=frozenset({"CZ"}))


@pytest.mark.parametrize(
    ("text", "command", "said", "to"),
    [
        ("/start", "start", "", None),
        ("/Subscribe Czechia, return", "subscribe", "Czechia, return", None),
        ("/start@herald_bot payload", "start", "payload", "herald_bot"),
        ("  /help  ", "help", "", None),
        ("/subscribe\nCzechia", "subscribe", "Czechia", None),
    ],
)
def test_a_command_is_taken_apart(text: str, command: str, said: str, to: str | None) -> None:
    assert query.parse_command(text) == query.CommandCall(command, said, to)


@pytest.mark.parametrize("text", ["", "hello", "/", "/ start", "//x", "/../../etc"])
def test_what_is_no_command_is_none(text: str) -> None:
    assert query.parse_command(text) is None


@pytest.mark.parametrize(
    "said",
    [
        "Czechia, Germany, return, legislative",
        "LEGISLATIVE,return ,  germany,CZ",
        "cesko, Deutschland, return, law",
        "Czechia,,Germany,return,legislation,",
    ],
)
def test_order_case_and_accents_do_not_matter(said: str) -> None:
    assert query.parse_filter(said) == Filter(
        countries=frozenset({"CZ", "DE"}),
        themes=frozenset({"return"}),
        types=frozenset({"Legislative"}),
    )


def test_everything_is_a_filter_without_bounds() -> None:
    assert query.parse_filter("everything") == Filter()


def test_forgotten_commas_are_forgiven() -> None:
    assert query.parse_filter("Czechia Germany return") == query.parse_filter(
        "Czechia, Germany, return"
    )
    assert query.parse_filter("Austria DE") == query.parse_filter("Austria, Germany")
    assert isinstance(query.parse_filter("is it no"), list)
    assert isinstance(query.parse_filter("any at all"), list)


def test_every_doubt_is_named_with_the_nearest_word() -> None:
    doubts = query.parse_filter("Czehcia, Germany, xyzzy")
    assert doubts == [
        query.UnknownPhrase("Czehcia", (CZECHIA,)),
        query.UnknownPhrase("xyzzy"),
    ]


def test_what_is_understood_beside_a_doubt_is_kept() -> None:
    reading = query.read_filter("Chzechia Germany return, policy")
    assert [doubt.text for doubt in reading.doubts] == ["Chzechia"]
    assert reading.filter == query.parse_filter("Germany, return, policy")


def test_a_page_of_nonsense_is_given_up_early() -> None:
    doubts = query.parse_filter(",".join(f"nonsense{n}" for n in range(500)))
    assert isinstance(doubts, list)
    assert len(doubts) == DOUBTS_LIMIT
    assert query.parse_filter("x " * 2000) == [query.UnknownPhrase(("x " * 2000).strip())]


@pytest.mark.parametrize("said", ["!!!", "...", "?", "-"])
def test_punctuation_alone_is_not_everything(said: str) -> None:
    assert query.parse_filter(said) == [query.UnknownPhrase(said)]


@pytest.mark.parametrize(
    ("said", "numbers"),
    [
        ("SK-2026-0012", ("SK-2026-0012",)),
        (" sk-2026-0012. ", ("SK-2026-0012",)),
        ("SK–2026–0012", ("SK-2026-0012",)),
        ("SK \u2011 2026\u00a0−\u00a0 0012", ("SK-2026-0012",)),
        ("Sk-2026-12", ("SK-2026-0012",)),
        ("SK-2026-00012", ("SK-2026-0012",)),
        ("SK-2026-123456", ("SK-2026-123456",)),
        ("see (SK-2026-0012), CZ-2025-0001; sk-2026-12", ("SK-2026-0012", "CZ-2025-0001")),
        ("https://t.me/herald?start=d_CZ-2025-0001", ("CZ-2025-0001",)),
        ("🇸🇰 Slovakia · Return · Policy · SK-2026-0012\nTitle", ("SK-2026-0012",)),
        ("XX-2026-0001", ("XX-2026-0001",)),
        ("", ()),
        ("ASK-2026-0012", ()),
        ("pre-sk-2026-0012", ()),
        ("SK-2026-0012-3", ()),
        ("SK-2026-0012a", ()),
        ("SK-2026-1234567", ()),
        ("SK-26-0012", ()),
        ("S1-2026-0012", ()),
        ("SK 2026 0012", ()),
        ("Regulation (EU) 2024/1348", ()),
    ],
)
def test_numbers_are_found_however_they_are_written(said: str, numbers: tuple[str, ...]) -> None:
    assert query.parse_numbers(said) == numbers


@given(
    st.lists(
        st.tuples(
            st.sampled_from(["CZ", "sk", "Xx"]), st.integers(1000, 9999), st.integers(0, 999_999)
        ),
        max_size=5,
    ),
    st.sampled_from(["-", "–", " – ", "\u2010"]),
    st.sampled_from([" ", ", ", "\n", " and then "]),
)
def test_every_number_of_a_text_is_found_once(
    numbers: list[tuple[str, int, int]], dash: str, between: str
) -> None:
    said = between.join(f"{country}{dash}{year}{dash}{last}" for country, year, last in numbers)
    wanted = (f"{country.upper()}-{year}-{last:04}" for country, year, last in numbers)
    assert query.parse_numbers(said) == tuple(dict.fromkeys(wanted))


@given(st.text(max_size=300))
def test_no_text_breaks_the_search_for_numbers(said: str) -> None:
    assert all(len(number) >= 12 for number in query.parse_numbers(said))


@given(st.text(max_size=100))
def test_no_words_break_the_grammar(said: str) -> None:
    assert isinstance(query.parse_filter(said), Filter | list)


@pytest.mark.parametrize(
    ("said", "wanted"),
    [
        ('"Vyšní Lhoty"', Filter(words=("Vyšní Lhoty",))),
        ("„zajištění, vyhoštění“, words azyl", Filter(words=("zajištění, vyhoštění", "azyl"))),
        ("without football, -hockey", Filter(without=("football", "hockey"))),
        ('without "return"', Filter(without=("return",))),
        (
            "without return, not policy, without Malta",
            Filter(less=frozenset({"theme:return", "type:Policy", "country:MT"})),
        ),
        ("source cz-mv", Filter(sources=frozenset({"cz-mv"}))),
        ("source court", Filter(source_types=frozenset({"court"}))),
        ("sources: courts and gazettes", Filter(source_types=frozenset({"court", "gazette"}))),
        (
            "news from the courts in Germany",
            Filter(countries=frozenset({"DE"}), source_types=frozenset({"court"})),
        ),
        ("courts", Filter(themes=frozenset({"appeals"}))),
        ("without source press", Filter(less=frozenset({"source_type:press"}))),
        ("without source cz-mv", Filter(less=frozenset({"source:cz-mv"}))),
        ("from Germany", Filter(countries=frozenset({"DE"}))),
        ("named Dublin watch", Filter(name="Dublin watch")),
    ],
)
def test_words_sources_and_names_are_told_from_labels(said: str, wanted: Filter) -> None:
    assert query.parse_filter(said, {"cz-mv"}) == wanted


def test_a_type_of_source_without_its_keyword_is_offered() -> None:
    (doubt,) = query.parse_filter("Germany, parliament")  # type: ignore[misc]
    assert doubt.options[0] == Filter(source_types=frozenset({"parliament"}))


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_type_of_source_is_understood_by_its_label(language: str) -> None:
    codes, to = taxonomy.source_types(), locale_for(language)
    labels = {code: to.gettext(taxonomy.label("source_type", code)) for code in codes}
    meant = {
        code: query.parse_filter(f"source {label}", language=language)
        for code, label in labels.items()
    }
    assert meant == {code: Filter(source_types=frozenset({code})) for code in codes}


def test_a_source_that_is_not_there_is_named_with_what_is_near() -> None:
    (doubt,) = query.parse_filter("source mv", {"cz-mv", "sk-mv", "de-bamf"})  # type: ignore[misc]
    options = tuple(Filter(sources=frozenset({each})) for each in ("cz-mv", "sk-mv"))
    assert doubt == query.UnknownPhrase("source mv", options)


@given(st.text(max_size=200))
def test_every_search_can_be_made(said: str) -> None:
    for search in (query.parse_search(said), query.literal(said)):
        assert all(parse_phrase(word).words for word in (*search.words, *search.filter.without))


@pytest.mark.parametrize("said", ["mentions Albania", "Mentioning ALBANIA", "mention AL"])
def test_a_country_may_be_one_that_is_mentioned(said: str) -> None:
    wanted = query.parse_filter(f"Czechia, {said}")
    assert isinstance(wanted, Filter)
    assert (wanted.countries, wanted.mentions) == ({"CZ"}, {"AL"})


def test_only_countries_can_be_mentioned() -> None:
    assert isinstance(query.parse_filter("mentions return"), list)
    assert isinstance(query.parse_filter("mentions"), list)


CODES = st.sampled_from([*taxonomy.countries(), "GB", "SY", "EU"])
WORDS = st.lists(st.text("abcé -'12ж", min_size=1, max_size=12), max_size=3)
FILTERS = st.builds(
    Filter,
    countries=st.frozensets(CODES, max_size=4),
    themes=st.frozensets(st.sampled_from(taxonomy.themes()), max_size=3),
    topics=st.frozensets(st.sampled_from(taxonomy.topics()), max_size=2),
    types=st.frozensets(st.sampled_from(taxonomy.types()), max_size=2),
    mentions=st.frozensets(CODES, max_size=2),
    words=WORDS.map(query.findable),
    without=WORDS.map(query.findable),
    sources=st.frozensets(st.sampled_from(["cz-mv", "de"]), max_size=2),
    source_types=st.frozensets(st.sampled_from(taxonomy.source_types()), max_size=2),
    less=st.frozensets(
        st.sampled_from(
            [
                "theme:return",
                "theme:borders",
                "type:Policy",
                "country:MT",
                "source:cz-mv",
                "source_type:press",
            ]
        ),
        max_size=2,
    ),
    pace=st.sampled_from(
        [
            None,
            Pace(),
            Pace(kind="silent"),
            Pace(kind="daily", minute=61),
            Pace(kind="weekly", weekday=4),
        ]
    ),
)


@given(FILTERS, st.sampled_from(LANGUAGES))
def test_a_filter_is_read_as_it_is_written(filter_: Filter, language: str) -> None:
    assert query.parse_filter(query.write_filter(filter_), {"cz-mv", "de"}, language) == filter_
