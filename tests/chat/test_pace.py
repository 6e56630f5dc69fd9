"""When things come: said, pressed, and what comes of it in the store."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot import render
from bot.chat import callbacks, pace
from bot.chat.parsing.pace_words import parse_said
from bot.i18n import LANGUAGES, locale_for
from bot.models import Change
from bot.models.deliveries import Delivery, Tally
from bot.models.pace import AT_ONCE, DAILY, WEEKLY, Pace
from bot.models.sources import SourceState
from bot.render import chart
from tests.chat.day import CHAT, DAY, EIGHT, HERE, Day, told
from tests.samples import NOW, commit, development


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("daily 08:00", DAILY),
        ("daily", DAILY),
        ("Daily 7.30", Pace(kind="daily", minute=450)),
        ("daily 17h", Pace(kind="daily", minute=1020)),
        ("every day at 17h", Pace(kind="daily", minute=1020)),
        ("weekly mon 08:00", WEEKLY),
        ("weekly 9:15 Friday", Pace(kind="weekly", weekday=4, minute=555)),
        ("weekly", WEEKLY),
        ("Denně v 17:30", Pace(kind="daily", minute=1050)),
        ("týdně v pátek 9:00", Pace(kind="weekly", weekday=4, minute=540)),
        ("щотижня пт 9:00", Pace(kind="weekly", weekday=4, minute=540)),
        ("wöchentlich Sonntag", Pace(kind="weekly", weekday=6)),
        ("off", AT_ONCE),
        ("at once", AT_ONCE),
        ("silent", Pace(kind="silent")),
        ("", None),
        ("daily 25:00", None),
        ("daily mon", None),
        ("weekly mon tue", None),
        ("monthly", None),
        ("weekly soon", None),
        ("silent 8:00", None),
    ],
)
def test_a_pace_is_understood(said: str, meant: Pace | None) -> None:
    assert parse_said(said) == meant


async def test_what_is_collected_comes_together_at_its_hour(day: Day) -> None:
    assert "every day at 08:00" in told(await day.says("/digest daily 08:00"))
    await day.tells("Novela jedna", "Dohoda dva")
    assert day.transport.delivered == []
    assert (await day.store.tally()) == Tally(collected=2)
    status = told(await day.says("/status"))
    assert "2 of them for the digest" in status
    assert "The next digest: 17 Jan 2025, 08:00" in status
    (digest,) = await day.passes(EIGHT - day.now)
    assert digest.splitlines()[:3] == ["Daily digest, 16–17 Jan 2025", "2 developments", ""]
    assert "• General · Novela jedna (https://t.me/bot?start=d_CZ-2025-0001)" in digest
    assert await day.store.tally() == Tally(sent=3, last_sent=EIGHT)
    assert await day.passes(dt.timedelta(hours=2)) == []


async def test_a_digest_that_was_missed_comes_late_and_once(day: Day) -> None:
    await day.says("/digest daily 08:00")
    await day.tells("Novela jedna")
    assert len(await day.passes(3 * DAY)) == 1
    assert await day.passes(dt.timedelta(hours=1)) == []
    assert (await day.chat()).digest_due > day.now  # type: ignore[operator]


async def test_a_day_without_news_is_quiet_and_a_week_is_not(day: Day) -> None:
    await day.says("/digest daily 08:00")
    assert await day.passes(DAY) == []
    await day.says("/digest weekly mon 08:00")
    (digest,) = await day.passes(7 * DAY)
    assert "Weekly digest" in digest
    assert "0 developments" in digest
    assert "Czechia: none · 0 of 1 sources answered" in digest


async def test_a_weekly_digest_begins_with_a_picture(day: Day) -> None:
    await day.says("/digest weekly mon 08:00")
    await day.tells("Novela jedna")
    caption, digest = await day.passes(7 * DAY)
    assert "by country and week" in caption
    assert "Novela jedna" in digest
    picture, text = (message.picture for _, message in day.transport.delivered)
    assert picture is not None
    assert picture.startswith(b"\x89PNG")
    assert text is None
    assert await day.store.tally() == Tally(sent=3, last_sent=day.now)


async def test_the_picture_ends_with_the_day_of_the_chat_as_its_digest_does(day: Day) -> None:
    await day.says("/timezone Pacific/Auckland")
    await day.says("/digest weekly mon 08:00")
    await day.tells("Novela jedna", date=dt.date(2025, 1, 20))
    monday = dt.datetime(2025, 1, 19, 19, tzinfo=dt.UTC)
    _, digest = await day.passes(monday - day.now)
    assert "20 Jan 2025" in digest
    (picture, _) = (message.picture for _, message in day.transport.delivered)
    assert picture == chart.png(await day.store.developments(), dt.date(2025, 1, 20))


async def test_silence_is_told_from_blindness(day: Day) -> None:
    await day.says("/digest daily 08:00")
    failing = SourceState(id="cz", url="", polled=NOW, failures=3, failing=NOW, error="HTTP 503")
    made = development(title="Elsewhere", country="DE")
    await day.store.commit(commit(("de",), made, state=failing), lambda *_: ())
    (digest,) = await day.passes(DAY)
    assert "Czechia: none · 0 of 1 sources answered · cz failing since 16 Jan 2025" in digest


async def fails(day: Day, name: str) -> None:
    failing = SourceState(id=name, url="", polled=NOW, failures=3, failing=NOW, error="HTTP 503")
    made = development(title=f"Elsewhere {name}", country="EL", themes=("coi",), topics=())
    await day.store.commit(commit((name,), made, state=failing), lambda *_: ())


@pytest.mark.parametrize("wanted", ["everything", "general"])
async def test_a_digest_of_any_country_says_which_were_not_read(day: Day, wanted: str) -> None:
    await day.says(f"/subscribe {wanted}, daily 08:00")
    await day.says("/unsubscribe 1")
    await fails(day, "de")
    assert await day.passes(DAY) == []  # one of two sources is no blindness
    await day.tells("Novela jedna")
    (digest,) = await day.passes(DAY)
    assert digest.splitlines()[-1] == "Not all sources answered: Germany 0/1; /sources"
    await fails(day, "cz")
    (empty,) = await day.passes(DAY)
    assert "0 developments" in empty
    assert "Czechia 0/1, Germany 0/1" in empty


async def test_what_is_switched_off_counts_as_not_read(day: Day) -> None:
    await day.says("/digest daily 08:00")
    await day.store.switch_source("cz", is_on=False)
    await day.tells("Novela jedna")
    (digest,) = await day.passes(DAY)
    assert digest.splitlines()[-1] == "Czechia: 0 of 1 sources answered · cz switched off"


async def test_legislation_may_come_at_once(day: Day) -> None:
    digest = await day.says("/digest daily 08:00")
    await day.presses(await day.presses(digest, "Urgent"), "Legislative")
    await day.tells("Zákon o azylu", type="Legislative")
    await day.tells("Dohoda")
    assert day.transport.titles == [(CHAT, "Zákon o azylu")]
    (told_together,) = await day.passes(DAY)
    assert "Dohoda" in told_together
    assert "Zákon" not in told_together


async def test_when_digests_end_what_was_collected_comes_in_a_last_one(day: Day) -> None:
    await day.says("/digest daily 08:00")
    await day.tells("Novela jedna")
    await day.says("/digest off")
    (last,) = await day.passes()
    assert last.startswith("Digest, ")
    await day.tells("Dohoda dva")
    assert day.transport.titles[-1] == (CHAT, "Dohoda dva")


async def test_what_no_filter_wants_any_more_is_in_no_digest(day: Day) -> None:
    await day.says("/digest daily 08:00")
    await day.tells("Novela jedna")
    await day.says("/unsubscribe 1")
    await day.says("/subscribe Germany")
    assert await day.passes(DAY) == []
    assert await day.store.tally() == Tally(withdrawn=1)


async def test_many_developments_come_in_parts_and_each_once(day: Day) -> None:
    await day.says("/digest daily 08:00")
    titles = [f"Novela {number} zákona {number} {'x' * 200}" for number in range(40)]
    await day.tells(*titles)
    parts = await day.passes(DAY)
    assert len(parts) == 2
    assert "(1/2)" in parts[0]
    lines = [line for part in parts for line in part.splitlines() if line.startswith("• ")]
    assert len({line.split()[4] for line in lines}) == len(lines) == 40
    assert (await day.store.tally()).sent == 42


async def test_a_pause_holds_digests_too(day: Day) -> None:
    await day.says("/digest daily 08:00")
    await day.tells("Novela jedna")
    await day.says("/pause")
    assert await day.passes(DAY) == []
    await day.says("/resume")
    (digest,) = await day.passes(DAY)
    assert "Novela jedna" in digest


async def test_another_time_zone_moves_the_digest(day: Day) -> None:
    await day.says("/digest daily 08:00")
    assert (await day.chat()).digest_due == EIGHT
    await day.says("/timezone Europe/Athens")
    assert (await day.chat()).digest_due == EIGHT - dt.timedelta(hours=1)


async def test_buttons_set_the_digest_as_words_do(day: Day) -> None:
    shown = await day.presses(await day.says("/digest"), "Weekly")
    shown = await day.presses(shown, "09:00")
    assert (await day.chat()).pace == Pace(kind="weekly", minute=540)
    assert "✓ 09:00" in [button.text for row in shown.buttons for button in row]
    await day.presses(shown, "At once")
    assert (await day.chat()).pace.kind == "at_once"


# ------------------------------------------------------------------ each filter its own


async def test_a_filter_says_its_pace(day: Day) -> None:
    saved = await day.says("/subscribe Germany, return, weekly fri 9:00")
    assert "every week: Friday at 09:00" in told(saved)
    await day.says("/subscribe France, silent")
    await day.says("/subscribe Italy, at once")
    await day.says("/digest daily 18:00")
    friday = Pace(kind="weekly", minute=540, weekday=4)
    paces = [each.pace for each in (await day.chat()).filters]
    assert paces == [None, friday, Pace(kind="silent"), AT_ONCE]
    listed = told(await day.says("/filters"))
    assert "1. Czechia · 0 in 30 days · daily 18:00" in listed
    assert "2. Germany · Return of former applicants · 0 in 30 days · weekly Friday 09:00" in listed
    assert "4. Italy · 0 in 30 days\n" in f"{listed}\n"


async def test_the_same_filter_said_with_another_pace_takes_it(day: Day) -> None:
    assert "every day at 07:00" in told(await day.says("/subscribe Czechia, daily 7:00"))
    assert [each.pace for each in (await day.chat()).filters] == [Pace(kind="daily", minute=420)]
    assert "already (1)" in told(await day.says("/subscribe Czechia"))


async def test_the_digest_of_one_filter_is_set_by_its_number(day: Day) -> None:
    await day.says("/subscribe Germany")
    assert "every week: Friday at 09:00" in told(await day.says("/digest 2 weekly fri 09:00"))
    await day.says("/digest daily 08:00")
    kept = [each.pace for each in (await day.chat()).filters]
    assert kept == [None, Pace(kind="weekly", minute=540, weekday=4)]
    assert "every day at 08:00" in told(await day.says("/digest 2 default"))
    assert [each.pace for each in (await day.chat()).filters] == [None, None]
    assert "no filter “3”" in told(await day.says("/digest 3 daily"))
    assert "/digest 2 weekly" in told(await day.says("/digest 2 sometimes"))


async def test_what_is_set_for_all_leaves_out_what_has_its_own_until_it_is_pressed(
    day: Day,
) -> None:
    await day.says("/subscribe Germany, at once")
    answer = await day.says("/digest daily 08:00")
    assert "all filters but these" in told(answer)
    assert "2. Germany · at once" in told(answer)
    await day.tells("Novela jedna")
    await day.tells("Zurückweisung", country="DE")
    assert day.transport.titles == [(CHAT, "Zurückweisung")]
    answer = await day.presses(answer, "All filters like this")
    assert "This holds for all your filters" in told(answer)
    await day.tells("Rückkehr", country="DE")
    (digest,) = await day.passes(EIGHT - day.now)
    assert "Novela jedna" in digest
    assert "Rückkehr" in digest


async def test_a_filter_s_card_leads_to_its_pace_and_back(day: Day) -> None:
    card = await day.presses(await day.says("/filters"), "1")
    shown = await day.presses(card, "When")
    assert "Each development comes at once." in told(shown)
    shown = await day.presses(shown, "Weekly")
    shown = await day.presses(shown, "Thursday")
    shown = await day.presses(shown, "17:00")
    assert "every week: Thursday at 17:00" in told(shown)
    assert [each.pace for each in (await day.chat()).filters] == [
        Pace(kind="weekly", minute=1020, weekday=3)
    ]
    shown = await day.presses(shown, "Daily")
    assert "every day at 17:00" in told(shown)
    shown = await day.presses(shown, "As usual: at once")
    assert [each.pace for each in (await day.chat()).filters] == [None]
    assert "Filter 1" in told(await day.presses(shown, "◂ Filter 1"))
    await day.says("/unsubscribe 1")
    assert "You follow nothing" in told(await day.presses(shown, "Silently"))


async def test_what_a_filter_wants_at_once_comes_once_and_at_once(day: Day) -> None:
    await day.says("/subscribe return, daily 08:00")
    await day.tells("Návrat", themes=("return",))
    await day.tells("Návrat jinam", themes=("return",), country="DE")
    assert day.transport.titles == [(CHAT, "Návrat")]
    (digest,) = await day.passes(EIGHT - day.now)
    assert "Návrat jinam" in digest
    assert "1 development" in digest


async def test_a_silent_filter_is_heard_where_another_wants_it_aloud(day: Day) -> None:
    await day.says("/digest 1 silent")
    await day.says("/subscribe return")
    await day.tells("Potichu")
    await day.tells("Nahlas", themes=("return",))
    assert [each.silent for each in day.transport.destinations] == [True, False]


async def test_what_came_silently_is_corrected_silently(day: Day) -> None:
    await day.says("/digest 1 silent")
    await day.tells("Potichu")
    (news,) = await day.store.deliveries_of(CHAT)
    gone = Change(is_gone=True)
    correction = Delivery(
        development=news.development, chat=CHAT, kind="correction", revision=1, change=gone,
        filters=news.filters, due=day.now, created=day.now,
    )  # fmt: skip
    await day.store.enqueue([correction])
    await day.passes()
    assert [each.silent for each in day.transport.destinations] == [True, True]


async def test_two_digests_come_at_their_hours(day: Day) -> None:
    await day.says("/digest 1 daily 08:00")
    await day.says("/subscribe Germany, daily 09:00")
    await day.tells("Novela jedna")
    await day.tells("Rückkehr", country="DE")
    (first,) = await day.passes(EIGHT - day.now)
    (second,) = await day.passes(dt.timedelta(hours=1))
    assert ("Novela" in first, "Rückkehr" in first) == (True, False)
    assert ("Novela" in second, "Rückkehr" in second) == (False, True)


async def test_what_two_days_collected_comes_when_the_pace_changes(day: Day) -> None:
    await day.says("/digest 1 weekly wed 08:00")
    await day.tells("Novela jedna")
    await day.passes(2 * DAY)
    await day.tells("Dohoda dva")
    await day.says("/digest 1 daily 08:00")
    (digest,) = await day.passes(DAY)
    assert "Novela jedna" in digest
    assert "Dohoda dva" in digest
    await day.tells("Zákon tři")
    await day.says("/digest 1 at once")
    (last,) = await day.passes()
    assert "Zákon tři" in last
    assert await day.passes(8 * DAY) == []


async def test_a_theme_or_a_topic_may_be_urgent(day: Day) -> None:
    await day.says("/digest daily 08:00")
    answer = await day.says("/digest urgent return, borders, policy")
    assert "Return" in told(answer)
    assert (await day.chat()).urgent == {"theme:return", "theme:borders", "type:Policy"}
    shown = await day.presses(answer, "✓ Policy")
    await day.tells("Návrat", themes=("return",))
    await day.tells("Hranice", topics=("borders",))
    await day.tells("Jiné")
    assert [title for _, title in day.transport.titles] == ["Návrat", "Hranice"]
    assert "At once all the same" in told(await day.presses(shown, "◂ Digest"))
    await day.says("/digest urgent off")
    assert (await day.chat()).urgent == frozenset()
    await day.says("/language cs")
    await day.says("/digest naléhavé návrat")
    assert (await day.chat()).urgent == {"theme:return"}
    await day.says("/language en")
    assert "/digest urgent off" in told(await day.says("/digest urgent without football"))


@pytest.mark.parametrize("data", ["t2:x:daily-1-1", "t2:99999999999:show", "t2:", "t2"])
async def test_a_button_that_means_nothing_is_answered(day: Day, data: str) -> None:
    answer = await callbacks.answer_press(day.context, HERE, data)
    assert answer is None or answer.messages


@given(st.text(max_size=40))
def test_any_code_is_a_pace_or_none(text: str) -> None:
    parsed = pace.parse_code(text)
    assert parsed is None or pace.parse_code(pace.code(parsed)) == parsed


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_a_screen_says_of_a_pace_can_be_typed(language: str) -> None:
    to = locale_for(language)
    for kind, label in pace.KINDS.items():
        assert parse_said(to.gettext(label), language) == Pace(kind=kind)
    for day_ in range(7):
        said = f"{to.gettext('Weekly')} {to.weekday(day_)} 09:00"
        assert parse_said(said, language) == Pace(kind="weekly", minute=540, weekday=day_)
    for each in (AT_ONCE, Pace(kind="silent"), DAILY, Pace(kind="weekly", minute=75, weekday=5)):
        assert parse_said(render.pace_label(each, to), language) == each
