import datetime as dt
from itertools import permutations
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from bot import dedupe
from bot.dedupe.keys import item_identities, lookup_keys
from bot.models.sources import Item
from bot.urls import canonical_url

ITEM = Item(
    source="cz",
    title="Ministři jednali o návratech",
    url="https://mv.example/clanek/1",
    guid="42@mv",
    text="V Praze se dnes sešli ministři vnitra a jednali o návratech.",
    published=dt.date(2025, 1, 16),
)


def news(known: list[Item], now: list[Item]) -> list[str]:
    """The titles that are news, when `known` was there before."""
    return polls(known, now)[-1]


def polls(*documents: list[Item]) -> list[list[str]]:
    """The titles that are news in each of some documents that come one after the other."""
    seen, news = set[str](), []
    for items in documents:
        identities = item_identities(items)
        lookups = {key for identity in identities for key in lookup_keys(identity)}
        records = [
            dedupe.ClassifiedItem(item=item, identity=identity)
            for item, identity in zip(items, identities, strict=True)
        ]
        dedupe.classify(records, seen & lookups)
        ordered = dedupe.oldest_first(records)
        news.append([record.item.title for record in ordered if record.status == "new"])
        seen |= {key for identity in identities for key in identity.all}
    return news


def same(**changes: Any) -> bool:
    return not news([ITEM], [replace(ITEM, **changes)])


def test_an_item_is_known_by_any_name_it_keeps() -> None:
    assert same(guid="other")
    assert same(published=dt.date(2025, 1, 17))
    assert same(url="http://www.mv.example/clanek/1/?utm_source=rss&fbclid=x")
    assert same(guid="other", published=dt.date(2025, 1, 20), url=f"{ITEM.url}?utm_medium=rss")
    assert same(guid="other", url="https://new-cms.example/a/99")
    assert same(title="Ministři jednali o návratech a azylu", text="Opraveno.")


def test_an_item_without_names_left_is_news() -> None:
    assert not same(guid="other", url="https://mv.example/clanek/2", title="Jiná zpráva")
    assert not same(guid="other", url="https://mv.example/clanek/2", published=dt.date(2025, 1, 17))


def test_an_item_without_guid_and_address_is_known_by_its_words() -> None:
    bare = replace(ITEM, guid=None, url=None)
    assert news([bare], [replace(bare, published=dt.date(2025, 2, 1))]) == []
    assert news([bare], [replace(bare, text="Něco docela jiného se stalo v Brně a okolí.")])


def test_a_guid_that_several_items_share_names_none_of_them() -> None:
    one = replace(ITEM, guid="same", url="https://mv.example/1", title="První")
    two = replace(ITEM, guid="same", url="https://mv.example/2", title="Druhá")
    three = replace(ITEM, guid="same", url="https://mv.example/3", title="Třetí")
    assert news([one, two], [three, one, two]) == ["Třetí"]


def test_an_address_that_several_items_share_names_none_of_them() -> None:
    listing = "https://mv.example/aktuality"
    one, two, three = (
        replace(ITEM, guid=f"g{n}", url=listing, title=f"Zpráva {n}") for n in (1, 2, 3)
    )
    assert news([one, two], [three, two, one]) == ["Zpráva 3"]


def test_items_of_their_own_guid_and_address_are_not_one_for_their_title() -> None:
    first = replace(ITEM, title="Statement", text="")
    second = replace(first, guid="43@mv", url="https://mv.example/clanek/2")
    assert news([], [second, first]) == ["Statement", "Statement"]


def test_a_fragment_that_chooses_the_document_is_kept() -> None:
    first, second = (replace(ITEM, guid=None, title=f"Zpráva {n}", text=f"Text {n}",
                             url=f"https://mv.example/app#/n?id={n}") for n in (1, 2))  # fmt: skip
    assert news([first], [second]) == ["Zpráva 2"]
    assert canonical_url("https://x.example/a#xtor=RSS-1") == canonical_url("https://x.example/a")


@pytest.mark.parametrize("odd", ["http://[bad", "http://h:99999/", "://", "http://h:x/"])
def test_an_odd_guid_is_still_a_name(odd: str) -> None:
    assert same(guid=odd)
    assert len(item_identities([replace(ITEM, guid=odd, url=None)])[0].keys) >= 1


def test_a_home_page_is_no_name() -> None:
    assert canonical_url("https://www.mv.example/") is None
    assert canonical_url("https://mv.example/?id=3") is not None
    assert canonical_url("https://mv.example/#item-3") is not None


def release(number: int, **changes: Any) -> Item:
    facts = {
        "guid": f"g{number}",
        "url": f"https://mv.example/{number}/statement-of-the-minister",
        "title": "Prohlášení ministra",
        "text": f"Text číslo {number} o návratech a azylu.",
    }
    return replace(ITEM, **{**facts, **changes})


def test_two_releases_of_one_title_and_day_are_two() -> None:
    one, two = release(1), release(2)
    assert len(news([], [two, one])) == 2
    assert news([one], [two, one]) == [two.title]
    bare = [replace(item, guid=None) for item in (two, one)]
    assert len(news([], bare)) == 2
    lookup_keys = [
        release(n, url=f"https://mv.example/tiskove-zpravy-detail.aspx?id={n}") for n in (1, 2)
    ]
    assert len(news([], lookup_keys)) == 2


def test_a_guid_that_is_a_shared_address_names_nothing() -> None:
    listing = "https://mv.example/aktuality"
    items = [
        release(n, guid=listing, url=listing, title=f"Zpráva {n}", published=dt.date(2025, 1, n))
        for n in (1, 2, 3, 4)
    ]
    assert polls(items[:1], items[::-1]) == [["Zpráva 1"], ["Zpráva 2", "Zpráva 3", "Zpráva 4"]]


def test_a_page_that_is_used_each_week_brings_news_each_week() -> None:
    weeks = [
        release(n, url="https://mv.example/statistiky", published=dt.date(2025, 1, 7 * n))
        for n in (1, 2, 3)
    ]
    together = polls(weeks[:1], weeks[:2], weeks)
    assert [len(found) for found in together] == [1, 1, 1]
    homeless = [replace(week, url="https://mv.example/", text="x" * 60) for week in weeks]
    assert [len(found) for found in polls(homeless[:1], homeless[:2], homeless)] == [1, 1, 1]


def test_a_name_once_shared_names_nothing_when_the_others_are_gone() -> None:
    listing = "https://mv.example/aktuality"
    items = [
        release(n, url=listing, title=f"Zpráva {n}", published=dt.date(2025, 1, n))
        for n in range(1, 6)
    ]
    documents = [items[:2], *([item] for item in items[2:])]
    assert [len(found) for found in polls(*documents)] == [2, 1, 1, 1]


def test_a_session_in_the_address_is_no_part_of_it() -> None:
    first, second = (
        replace(ITEM, guid=f"https://x.example/n.html;jsessionid={n}.live", published=None,
                url=f"https://x.example/n.html;jsessionid={n}.live?nn=1") for n in "AB"
    )  # fmt: skip
    assert news([first], [second]) == []


def test_what_stands_twice_is_news_once() -> None:
    assert news([], [ITEM, replace(ITEM, guid="again")]) == [ITEM.title]


def test_news_come_oldest_first() -> None:
    days = [replace(ITEM, title=str(n), url=f"https://mv.example/c/{n}", guid=str(n),
                    published=dt.date(2025, 1, n)) for n in (3, 1, 2)]  # fmt: skip
    assert news([], days) == ["1", "2", "3"]


def test_news_of_one_day_come_in_the_reverse_order_of_the_document_and_undated_last() -> None:
    items = [
        replace(ITEM, title=title, url=f"https://mv.example/c/{title}", guid=title, published=day)
        for title, day in (("undated", None), ("second", ITEM.published), ("first", ITEM.published))
    ]
    assert news([], items) == ["first", "second", "undated"]


def test_sources_do_not_know_each_others_items() -> None:
    assert news([ITEM], [replace(ITEM, source="sk")]) == [ITEM.title]


def test_keys_have_128_bits() -> None:
    assert all(len(key) == 32 for key in item_identities([ITEM])[0].all)


parameters = st.lists(
    st.tuples(
        st.sampled_from(["id", "lang", "utm_source", "fbclid", "q"]), st.text("ab", max_size=2)
    ),
    max_size=4,
)


@given(parameters)
def test_the_order_of_parameters_and_tracking_do_not_matter(pairs: list[tuple[str, str]]) -> None:
    kept = [pair for pair in pairs if pair[0] not in ("utm_source", "fbclid")]
    plain = canonical_url("https://x.example/a?" + "&".join("=".join(p) for p in sorted(kept)))
    for shuffled in list(permutations(pairs))[:6]:
        query = "&".join("=".join(pair) for pair in shuffled)
        assert canonical_url(f"http://www.x.example/a/?{query}") == plain


def test_the_keys_of_a_moment_in_utc_are_those_of_the_day_as_it_is_written() -> None:
    """Stores know items under that day; the local one is found by what is enriched."""
    late = replace(ITEM, published=dt.datetime(2025, 1, 15, 23, 30, tzinfo=dt.UTC))
    written = replace(ITEM, published=dt.date(2025, 1, 15))
    assert item_identities([late]) == item_identities([written])


OTHERS = [
    replace(
        ITEM, guid=f"{number}@mv", url=f"https://mv.example/clanek/{number}", title=f"Č. {number}"
    )
    for number in range(2, 5)
]


@pytest.mark.parametrize("others", [OTHERS, []])
def test_a_major_update_is_news_under_its_title_and_address(others: list[Item]) -> None:
    update = replace(
        ITEM, guid="43@mv", published=dt.date(2025, 2, 3), text="Od února platí nová pravidla."
    )
    assert news([ITEM, *others], [update, *others]) == [ITEM.title]
    assert news([ITEM, *others], [replace(update, published=ITEM.published), *others]) == []


def test_a_new_guid_and_day_alone_are_news_where_the_feed_keeps_others() -> None:
    update = replace(ITEM, guid="43@mv", published=dt.date(2025, 2, 3))
    assert news([ITEM, *OTHERS], [update, *OTHERS]) == [ITEM.title]
    assert news([ITEM], [update]) == []
    renamed = [
        replace(each, guid=f"new {each.guid}", published=update.published) for each in OTHERS
    ]
    assert news([ITEM, *OTHERS], [update, *renamed]) == []
