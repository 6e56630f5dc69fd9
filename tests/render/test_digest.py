"""Digests as they are read: one message each part, whatever their titles are."""

import datetime as dt
import itertools
import re
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from bot import render, taxonomy
from bot.digests.contents import split
from bot.i18n import ENGLISH, LANGUAGES, locale_for
from bot.models import Confidence, Development
from bot.models.chats import Chat
from bot.models.deliveries import Digest, Message, SilentCountry
from bot.text import utf16_length
from tests.fakes.telegram_html import visible
from tests.render.test_render import anything, records
from tests.samples import NOW, development

WEEK = dt.timedelta(weeks=1)
LINK = "https://t.me/a_bot?start={}".format
FAILING = (("x" * 40, NOW),) * 5
UNREAD = tuple(
    SilentCountry(country=code, answered=30, sources=50, failing=FAILING, off=("y" * 40,) * 4)
    for code in ("", *taxonomy.countries())
)


def whole(**changes: object) -> Digest:
    facts = {"every": "day", "since": NOW - WEEK, "until": NOW, "items": (), "total": 0}
    return Digest(**{**facts, **changes})  # type: ignore[arg-type]


def parts_of(made: Sequence[Development], language: str = "en", **facts: object) -> list[Digest]:
    digest = whole(total=len(made), **facts)
    return split(digest, made, Chat(id=1, language=language))


def messages_of(
    parts: Sequence[Digest], made: Sequence[Development], language: str = "en"
) -> list[Message]:
    known = {str(each.id): each for each in made}
    to = locale_for(language)
    return [render.digest(part, [known[id_] for id_ in part.items], to, LINK) for part in parts]


def numbered(made: Sequence[Development]) -> list[Development]:
    return [replace(one, id=f"{one.country or 'ZZ'}-2025-{n:04}") for n, one in enumerate(made, 1)]


languages = st.sampled_from(LANGUAGES)
short = st.text(max_size=20) | st.text(alphabet="<>&\"' /ab💥", max_size=20)
lists = st.lists(records, max_size=40) | st.lists(
    st.builds(development, title=short, country=st.sampled_from(taxonomy.countries())), max_size=90
)


@given(lists, languages, st.booleans())
def test_each_part_of_a_digest_is_one_message_with_all_that_is_in_it(
    made: list[Development], language: str, is_silent: bool
) -> None:
    made = numbered(made)
    silent = {"silences": UNREAD[1:], "unread": UNREAD} if is_silent else {}
    parts = parts_of(made, language, **silent)
    told = messages_of(parts, made, language)
    assert all(utf16_length(visible(each.html)) <= 4096 for each in told)
    assert all(len(each.html.encode()) <= 32_768 for each in told)
    linked = [each for one in told for each in re.findall(r'start=d_([^"]+)"', one.html)]
    assert sorted(linked) == sorted(str(each.id) for each in made)
    countries = [key for key, _ in itertools.groupby(linked, key=lambda id_: id_[:2])]
    order = [key for key, _ in itertools.groupby(linked)]
    assert len(order) == len(made)
    assert len(countries) == len({str(each.country or "ZZ") for each in made})


@given(
    st.lists(st.tuples(short, anything, st.sampled_from(taxonomy.countries())), max_size=120),
    languages,
)
def test_a_part_stays_one_message_when_its_titles_grow_before_it_is_sent(
    titles: list[tuple[str, str, str]], language: str
) -> None:
    before = numbered([development(title=one, country=code) for one, _, code in titles])
    after = [
        replace(one, title=new * 3, gloss=new)
        for one, (_, new, _) in zip(before, titles, strict=True)
    ]
    parts = parts_of(before, language)
    told = messages_of(parts, after, language)
    assert all(utf16_length(visible(each.html)) <= 4096 for each in told)
    assert sum(each.html.count("start=d_") for each in told) == len(titles)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_longest_lines_of_a_digest_are_each_in_a_message(language: str) -> None:
    to = locale_for(language)
    made = [
        development(
            id=f"{country}-2025-0001", country=country, title="Ž" * 300,
            gloss="adopts · " * 17, type="Institutional", themes=("access", "protection"),
            confidence=Confidence(themes=(0.4, 0.4)),
        )
        for country in taxonomy.countries()
    ]  # fmt: skip
    parts = parts_of(made, language, silences=UNREAD[1:], unread=UNREAD)
    told = messages_of(parts, made, language)
    assert all(utf16_length(visible(each.html)) <= 4096 for each in told)
    names = [
        line.partition(" ")[2]
        for each in told
        for line in re.findall(r"<b>(.*?)</b>", each.html)[1:]
    ]
    own = sorted(map(to.country, taxonomy.countries()), key=names.index)
    assert [name for name, _ in itertools.groupby(names)] == own


def test_a_message_holds_as_many_lines_as_fit() -> None:
    made = numbered([development(title=f"Novela {n}") for n in range(90)])
    parts = parts_of(made)
    assert [len(part.items) for part in parts] == [68, 22]
    long = numbered([development(title=f"Novela {n} " + "x" * 90) for n in range(60)])
    sizes = [utf16_length(visible(each.html)) for each in messages_of(parts_of(long), long)]
    assert all(size > 3900 for size in sizes[:-1])


def test_a_digest_is_by_the_names_of_countries_then_by_type_the_newest_first() -> None:
    made = [
        development(id="AT-2025-0001", country="AT", title="Wien"),
        development(id="CZ-2025-0001", country="CZ", title="Dohoda", date=dt.date(2025, 1, 3)),
        development(id="CZ-2025-0002", country="CZ", title="Zákon", type="Legislative"),
        development(id="CZ-2025-0003", country="CZ", title="Novější", date=dt.date(2025, 1, 9)),
        development(id="XX-2025-0001", country=None, title="Nikde"),
    ]
    (told,) = messages_of(parts_of(made, "cs"), made, "cs")
    lines = told.plain.splitlines()
    titles = ["Zákon", "Novější", "Dohoda", "Wien", "Nikde"]
    found = [next(title for title in titles if title in line) for line in lines if "start=" in line]
    assert found == titles
    assert lines.index("🇨🇿 Česko") < lines.index("🇦🇹 Rakousko")


@pytest.mark.parametrize(
    ("language", "names"),
    [
        ("uk", ["Австрія", "Європейський Союз", "Ірландія", "Йорданія", "Німеччина"]),
        ("cs", ["Bulharsko", "Česko", "Dánsko", "Chorvatsko", "Irsko"]),
        ("el", ["Αυστρία", "Γερμανία", "Ιρλανδία"]),
    ],
)
def test_names_are_sorted_as_their_language_does(language: str, names: list[str]) -> None:
    assert sorted({*names}, key=locale_for(language).sort_key) == names


@pytest.mark.parametrize(
    ("language", "period"),
    [("en", "9–16 Jan 2025"), ("cs", "9.–16. 1. 2025"), ("uk", "9–16 січ. 2025\u202fр.")],
)
def test_a_digest_says_of_which_days_it_is(language: str, period: str) -> None:
    (told,) = messages_of(parts_of([], language), [], language)
    assert told.plain.splitlines()[0].endswith(f", {period}")


def test_what_was_not_read_is_said() -> None:
    cz = SilentCountry(country="CZ", answered=1, sources=3, failing=(("cz", NOW),), off=("cz-mv",))
    mt = SilentCountry(country="MT", answered=0, sources=1, off=("mt",))
    many = SilentCountry(country="", answered=4, sources=5, failing=(("eu", NOW),))
    (told,) = messages_of(parts_of([], silences=(cz,), unread=(mt, many)), [])
    assert told.plain.splitlines()[-3:] == [
        "Czechia: none · 1 of 3 sources answered · cz failing since 16 Jan 2025 · "
        "cz-mv switched off",
        "",
        "Not all sources answered: Malta 0/1, several countries 4/5; /sources",
    ]


def test_lists_say_in_english_what_titles_say_in_other_languages() -> None:
    made = replace(development(id="CZ-2025-0001"), gloss="government · adopts · asylum law")
    (listed,) = render.headlines([made], ENGLISH, LINK)
    for message in (listed, *messages_of(parts_of([made]), [made])):
        assert f"{made.title}</a>\n<i>EN: government · adopts · asylum law</i>" in message.html
