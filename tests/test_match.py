import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from bot import match
from bot.match import AudienceIndex
from bot.models import Development
from bot.models.chats import Chat, Filter, Recipient
from bot.models.pace import AT_ONCE, DAILY, WEEKLY
from tests.samples import NOW, citation, development, everything

RETURN = development(country="CZ", themes=("return", "general"), topics=("borders",))


@pytest.mark.parametrize(
    "wanted",
    [
        Filter(),
        Filter(countries=frozenset({"CZ", "DE"})),
        Filter(themes=frozenset({"return", "detention"})),
        Filter(topics=frozenset({"borders"})),
        Filter(themes=frozenset({"detention"}), topics=frozenset({"borders"})),
        Filter(types=frozenset({"Policy"})),
        Filter(countries=frozenset({"CZ"}), themes=frozenset({"return"})),
    ],
)
def test_a_filter_wants_what_each_facet_allows(wanted: Filter) -> None:
    assert match.wants(wanted, RETURN)


@pytest.mark.parametrize(
    "wanted",
    [
        Filter(countries=frozenset({"DE"})),
        Filter(themes=frozenset({"detention"})),
        Filter(topics=frozenset({"legal-migration"})),
        Filter(types=frozenset({"Legislative"})),
        Filter(countries=frozenset({"DE"}), themes=frozenset({"return"})),
    ],
)
def test_a_filter_refuses_what_one_facet_does_not_allow(wanted: Filter) -> None:
    assert not match.wants(wanted, RETURN)


def test_a_development_of_no_country_is_for_filters_of_any() -> None:
    unknown = replace(RETURN, country=None)
    assert match.wants(Filter(), unknown)
    assert not match.wants(Filter(countries=frozenset({"CZ"})), unknown)


def test_a_chat_gets_it_once_however_many_filters_match() -> None:
    chat = Chat(id=1, filters=(Filter(id=1), Filter(id=2, countries=frozenset({"CZ"}))))
    assert AudienceIndex([chat]).recipients(RETURN, NOW) == [
        Recipient(1, (1, 2), is_collected=False)
    ]


@pytest.mark.parametrize(
    ("chat", "heard"),
    [
        (everything(), True),
        (everything(filters=()), False),
        (everything(paused=True), False),
        (everything(paused=True, paused_until=NOW + dt.timedelta(hours=1)), False),
        (everything(paused=True, paused_until=NOW), True),
        (everything(suspended="blocked"), False),
        (everything(suspended="blocked", paused=True, paused_until=NOW), False),
    ],
)
def test_only_listening_chats_get_it(chat: Chat, heard: bool) -> None:
    assert bool(AudienceIndex([chat]).recipients(RETURN, NOW)) is heard


codes = st.frozensets(st.sampled_from(["CZ", "DE", "FR"]), max_size=2)


@given(codes, codes)
def test_more_countries_never_take_a_match_away(few: frozenset[str], more: frozenset[str]) -> None:
    narrow, wide = Filter(countries=few), Filter(countries=few | more)
    if few and match.wants(narrow, RETURN):
        assert match.wants(wide, RETURN)


def test_a_country_mentioned_is_another_facet() -> None:
    made = development(country="CZ", mentions=("AL",))
    assert match.wants(Filter(mentions=frozenset({"AL", "XK"})), made)
    assert not match.wants(Filter(mentions=frozenset({"CZ"})), made)
    assert not match.wants(Filter(countries=frozenset({"AL"})), made)


@pytest.mark.parametrize(
    ("words", "without", "is_wanted"),
    [
        (("navratech",), (), True),
        (("NÁVRATECH",), (), True),
        (("návrat",), (), False),
        (("návrat*",), (), True),
        (("o návratech",), (), True),
        (("návratech cizinců",), (), False),
        (("fotbal", "azylu"), (), True),
        ((), ("azylu",), False),
        ((), ("azyl",), True),
        (("returns",), (), True),
        (("sešli",), (), True),
    ],
)
def test_words_are_whole_and_folded_and_stand_in_titles_or_text(
    words: tuple[str, ...], without: tuple[str, ...], is_wanted: bool
) -> None:
    made = development(
        title="Returns and asylum",
        summary="Ministři se sešli.",
        sources=(citation(title_native="O návratech a azylu"),),
    )
    assert match.wants(Filter(words=words, without=without), made) is is_wanted


def test_what_is_wanted_no_more_is_left_out() -> None:
    made = development(country="CZ", themes=("return",), sources=(citation(source="cz-mv"),))
    for label in ("theme:return", "type:Policy", "country:CZ", "source:cz-mv"):
        assert not match.wants(Filter(less=frozenset({label})), made)
    assert match.wants(Filter(less=frozenset({"theme:detention"})), made)


def test_a_source_is_another_facet() -> None:
    made = development(sources=(citation(source="cz-mv"),))
    assert match.wants(Filter(sources=frozenset({"cz-mv", "x"})), made)
    assert not match.wants(Filter(sources=frozenset({"x"})), made)


def test_the_type_of_a_source_is_another_facet() -> None:
    ruling = (citation(source_type="court"), citation(source_type="press"))
    made = development(sources=ruling)
    assert match.wants(Filter(source_types=frozenset({"court", "gazette"})), made)
    assert not match.wants(Filter(source_types=frozenset({"gazette"})), made)
    assert not match.wants(Filter(less=frozenset({"source_type:press"})), made)
    untold = development(sources=(citation(),))
    assert not match.wants(Filter(source_types=frozenset({"ministry"})), untold)


filters = st.builds(
    Filter,
    id=st.integers(1, 99),
    countries=st.frozensets(st.sampled_from(["CZ", "DE", "FR"]), max_size=3),
    themes=st.frozensets(st.sampled_from(["return", "general", "detention"]), max_size=3),
    topics=st.frozensets(st.sampled_from(["borders", "legal-migration"]), max_size=2),
    types=st.frozensets(st.sampled_from(["Policy", "Legislative"]), max_size=2),
    mentions=st.frozensets(st.sampled_from(["AL", "TR"]), max_size=1),
    words=st.sampled_from([(), (), ("návrat",), ("NAVRAT*", "azyl")]),
    without=st.sampled_from([(), (), ("fotbal",)]),
    sources=st.sampled_from([frozenset(), frozenset({"cz"})]),
    source_types=st.sampled_from([frozenset(), frozenset(), frozenset({"court", "press"})]),
    less=st.sampled_from([frozenset(), frozenset({"theme:detention", "type:Policy"})]),
    references=st.sampled_from([frozenset(), frozenset({"C-1/22"})]),
    paused=st.booleans(),
    pace=st.sampled_from([None, None, AT_ONCE, DAILY, WEEKLY]),
)
chats = st.lists(
    st.builds(
        Chat,
        id=st.integers(1, 8),
        filters=st.lists(filters, max_size=3, unique_by=lambda wanted: wanted.id).map(tuple),
        paused=st.booleans(),
        pace=st.sampled_from([AT_ONCE, DAILY]),
        urgent=st.sampled_from([frozenset(), frozenset({"type:Legislative", "theme:borders"})]),
    ),
    max_size=12,
)
made = st.builds(
    development,
    country=st.sampled_from([None, "CZ", "DE"]),
    themes=st.sampled_from([("return",), ("return", "general"), ("detention",)]),
    topics=st.sampled_from([(), ("borders",)]),
    type=st.sampled_from(["Policy", "Legislative"]),
    mentions=st.sampled_from([(), ("AL",)]),
    title=st.sampled_from(["O návratech a azylu", "Návrat domů", "Fotbal"]),
    own_references=st.sampled_from([(), ("C-1/22",)]),
    sources=st.sampled_from([(citation(),), (citation(source="cz", source_type="court"),)]),
)


@given(chats, st.lists(st.integers(1, 8), max_size=3), made)
def test_an_audience_finds_whom_a_look_at_every_chat_finds(
    puts: list[Chat], gone: list[int], record: Development
) -> None:
    audience, known = AudienceIndex(), dict[int, Chat]()
    for chat in puts:
        audience.put(chat)
        known[chat.id] = chat
    for number in gone:
        audience.remove(number)
        known.pop(number, None)
    found = audience.recipients(record, NOW)
    assert {told.chat: (told.filters, told.is_collected) for told in found} == {
        chat.id: (tuple(sorted({*ids})), _is_collected(chat, record, ids))
        for chat in known.values()
        if (ids := match.matching(chat, record)) and match.listens(chat, NOW)
    }


def _is_collected(chat: Chat, record: Development, ids: tuple[int, ...]) -> bool:
    wanting = [each for each in chat.filters if each.id in ids]
    is_urgent = record.type == "Legislative" or "borders" in record.topics
    return all(match.pace_of(each, chat).is_digest for each in wanting) and not (
        chat.urgent and is_urgent
    )


def test_a_filter_of_very_many_places_is_found_too() -> None:
    wide = Filter(
        id=1,
        countries=frozenset(f"{a}{b}" for a in "ABC" for b in "XYZ") | {"CZ"},
        themes=frozenset({"return", *(f"theme{n}" for n in range(20))}),
    )
    assert AudienceIndex([Chat(id=1, filters=(wide,))]).recipients(RETURN, NOW)
