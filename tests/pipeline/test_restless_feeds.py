"""Feeds that change with every poll without any news, and feeds that correct what they said."""

import datetime as dt
import email.utils
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from msgspec.structs import replace as changed

from bot.models import Change
from bot.models.chats import Filter
from bot.models.deliveries import Delivery
from bot.models.sources import PollCommit
from bot.pipeline.rules import RULES
from bot.store import open_store
from tests.fakes.sources import Entry
from tests.pipeline.conftest import PolledSource
from tests.pipeline.entries import OLD
from tests.release import some_of
from tests.samples import NOW

TITLE = "Nový azylový zákon zkracuje lhůty řízení"
TEXT = (
    "Vláda ve středu schválila novelu azylového zákona, která zkracuje lhůty řízení na 30 dnů. "
    "Ministerstvo vnitra zároveň navrhuje pravidla pro návraty cizinců."
)
DAY = dt.datetime(2025, 1, 15, 9, tzinfo=dt.UTC)
FIRST = Entry(TITLE, "https://mv.example/zakon", "z1", DAY, TEXT)
QUARTER = dt.timedelta(minutes=15)


class Newsroom:
    """A source with one item that its subscribers were told of, and a clock that goes on."""

    def __init__(self, polled: PolledSource) -> None:
        self.polled, self.now = polled, NOW
        polled.context = changed(polled.context, clock=lambda: self.now)

    async def tells(self, *entries: Entry) -> None:
        """Publishes items, which the chat is told of."""
        self.polled.publish(OLD)
        await self.polled.poll()
        await self.shows(*entries)
        for row in await self.queued():
            await self.polled.context.store.save_delivery(
                changed(row, state="sent", settled=self.now, message_id=9)
            )

    async def shows(self, *entries: Entry, after: dt.timedelta = QUARTER, times: int = 1) -> None:
        """Publishes items, and polls them some times."""
        self.polled.publish(*entries, OLD)
        for _ in range(times):
            self.now += after
            await self.polled.poll()

    async def queued(self) -> list[Delivery]:
        return await self.polled.context.store.claim_deliveries(self.now, 999)

    async def corrections(self) -> list[Change | None]:
        return [row.change for row in await self.queued() if row.kind == "correction"]

    async def title(self) -> str:
        (made,) = await self.polled.context.store.developments(limit=1)
        return made.title


@pytest.fixture
def newsroom(polled: PolledSource) -> Newsroom:
    return Newsroom(polled)


def of_now(moment: dt.datetime) -> str:
    return email.utils.format_datetime(moment)


READERS = (
    "Zobrazeno: {n}×", "{n} views", "Kommentare ({n})", "Lu {n} fois", "{n} visualizzazioni",
    "Wyświetlono {n} razy", "{n} vizualizări", "Прочитано {n} раз", "{n} перегляди", "{n} προβολές",
    "{n} visningar", "{n} katselukertaa", "{n} megtekintés", "Skaityta: {n}", "Skatīts {n} reizes",
    "{n} ogledov", "{n} pregleda", "{n} Aufrufe", "{n} visitas", "Leído {n} veces",
)  # fmt: skip
AGO = (
    "před {n} minutami", "vor {n} Minuten", "il y a {n} minutes", "{n} minutes ago",
    "hace {n} minutos", "{n} minuti fa", "{n} minut temu", "acum {n} minute", "преди {n} минути",
    "{n} минут тому", "πριν από {n} λεπτά", "för {n} minuter sedan", "{n} minuuttia sitten",
    "{n} perccel ezelőtt", "prieš {n} minučių", "pirms {n} minūtēm", "pred {n} minutami",
    "prije {n} minuta", "{n} minutit tagasi", "for {n} minutter siden", "{n} minuten geleden",
    "há {n} minutos", "{n} nóiméad ó shin", "{n} minuti ilu",
)  # fmt: skip
ADS = ("Pojistěte si auto levněji.", "Kupte si nové kolo hned.", "Dovolená u moře se slevou.")

Form = Callable[[int, dt.datetime], dict[str, object]]
"""What an item has otherwise at the nth poll, at a moment."""
FORMS: dict[str, Form] = {
    "pubDate is now": lambda n, now: {"date": of_now(now)},
    "day is today": lambda n, now: {"date": f"{now:%Y-%m-%d}"},
    "day is of the last hour": lambda n, now: {"date": of_now(now.replace(minute=0))},
    "guid": lambda n, now: {"guid": f"tag:{n}"},
    "guid and pubDate": lambda n, now: {"guid": f"tag:{n}", "date": of_now(now)},
    "session": lambda n, now: {"link": f"https://mv.example/zakon;jsessionid={n}?PHPSESSID={n}"},
    "session as guid": lambda n, now: {
        "guid": f"https://mv.example/zakon?sid={n}", "link": f"https://mv.example/zakon?sid={n}"
    },
    "cache buster": lambda n, now: {"link": f"https://mv.example/zakon?_={n * 7919}"},
    "tracking": lambda n, now: {"link": f"https://mv.example/zakon?utm_id={n}"},
    "comments in title": lambda n, now: {"title": f"{TITLE} ({n // 5})"},
    "unread in title": lambda n, now: {"title": f"({n}) {TITLE}"},
    "clock in title": lambda n, now: {"title": f"LIVE {now:%H:%M} {TITLE}"},
    "clock": lambda n, now: {"text": f"Dnes, {now:%H:%M}. {TEXT}"},
    "updated": lambda n, now: {"text": f"{TEXT} Aktualizováno: {now.day}. {now.month}. 2025"},
    "advertisement": lambda n, now: {"text": f"{TEXT} {ADS[n % 3]}"},
    "advertisement first": lambda n, now: {"text": f"{ADS[n % 3]} {TEXT}"},
    "reading time": lambda n, now: {"text": f"Čas čtení: {n % 7 + 1} min. {TEXT}"},
    "flapping": lambda n, now: {"title": f"{TITLE}, píše ministr" if n % 2 else TITLE},
    "flapping for an hour": lambda n, now: {"text": TEXT[:89] if n // 4 % 2 else TEXT},
    "white space": lambda n, now: {"text": TEXT.replace(" ", "\n  " if n % 2 else " ")},
    "entities": lambda n, now: {"text": TEXT.replace("á", "&aacute;") if n % 2 else TEXT},
    "markup": lambda n, now: {"text": f'<p class="c{n}" data-id="{n}">{TEXT}</p>'},
    "picture": lambda n, now: {"text": f'<img src="/{n}.jpg" alt="Obrázek {n}"> {TEXT}'},
    **{
        form: lambda n, now, form=form: {"text": f"{form.format(n=n * n // 3)}. {TEXT}"}
        for form in some_of(READERS, one_in=2)
    },
    **{
        form: lambda n, now, form=form: {"text": f"{form.format(n=n % 59 + 1)}. {TEXT}"}
        for form in some_of(AGO, one_in=2)
    },
}  # fmt: skip


def in_form(number: int, form: str, n: int, now: dt.datetime) -> Entry:
    """Return the item of a form, at the nth poll, with a title and an address of its own."""
    entry = Entry(**{**vars(FIRST), "guid": form, **FORMS[form](n, now)})  # type: ignore[arg-type]
    link = (entry.link or "").replace("zakon", f"zakon-{number}")
    guid = (entry.guid or "").replace("zakon", f"zakon-{number}")
    return replace(entry, title=f"Návrh {number}: {entry.title}", link=link, guid=guid)


async def test_a_week_of_changes_without_news_is_never_told(newsroom: Newsroom) -> None:
    def entries(n: int) -> list[Entry]:
        shown = [in_form(number, form, n, newsroom.now) for number, form in enumerate(FORMS)]
        return shown[::-1] if n % 3 else shown

    await newsroom.tells(*entries(0))
    assert len(await newsroom.polled.context.store.developments()) == len(FORMS) + 1
    for n in range(1, 34):
        newsroom.now += QUARTER if n < 12 else dt.timedelta(hours=7.7)
        await newsroom.shows(*entries(n), after=dt.timedelta())
    assert newsroom.now - NOW > dt.timedelta(days=7)
    told = {row.development for row in await newsroom.queued() if row.kind != "edit"}
    developments = await newsroom.polled.context.store.developments()
    assert [made.title for made in developments if made.id in told] == []


async def test_a_correction_counts_when_two_polls_have_read_it(newsroom: Newsroom) -> None:
    await newsroom.tells(FIRST)
    corrected = replace(FIRST, text=TEXT.replace("30", "60"))
    await newsroom.shows(corrected)
    assert await newsroom.corrections() == []
    await newsroom.shows(corrected)  # byte for byte as before
    (change,) = await newsroom.corrections()
    assert change is not None
    assert change.text is not None
    assert [part.split()[-2:] for part in change.text] == [["30", "dnů."], ["60", "dnů."]]
    await newsroom.shows(corrected, times=3)
    assert len(await newsroom.corrections()) == 1


async def test_a_correction_read_once_outlasts_a_restart_and_not_modified(
    newsroom: Newsroom, tmp_path: Path
) -> None:
    corrected = replace(FIRST, text=TEXT.replace("30", "60"))
    stored = str(tmp_path / "herald.db")
    async with open_store(stored, RULES) as store:
        newsroom.polled.context = changed(newsroom.polled.context, store=store)
        await newsroom.polled.subscribe(1, Filter())
        await newsroom.tells(FIRST)
        await newsroom.shows(corrected)
        assert await newsroom.corrections() == []
    async with open_store(stored, RULES) as store:
        newsroom.polled.context = changed(newsroom.polled.context, store=store)
        newsroom.polled.web.publish("/rss", "", status=304)
        asked = len(newsroom.polled.web.requests("/rss"))
        for _ in range(20):
            newsroom.now += QUARTER
            assert (await newsroom.polled.poll()).result == "failed"  # "not modified" since when?
        for request in newsroom.polled.web.requests("/rss")[asked:]:
            assert not {"If-None-Match", "If-Modified-Since"} & request.headers.keys()
        assert await newsroom.corrections() == []
        await newsroom.shows(corrected)
        assert len(await newsroom.corrections()) == 1
        await newsroom.shows(corrected, after=dt.timedelta(hours=8), times=6)
        assert len(await newsroom.corrections()) == 1


async def test_what_is_taken_back_at_once_is_no_correction(newsroom: Newsroom) -> None:
    await newsroom.tells(FIRST)
    slip = replace(FIRST, title="Vláda zamítla azylový zákon")
    for shown in (slip, FIRST, slip, FIRST, FIRST, slip, slip):
        await newsroom.shows(shown)
    assert await newsroom.corrections() == []
    await newsroom.shows(slip, after=dt.timedelta(days=1), times=2)  # now it stays
    assert [change.title for change in await newsroom.corrections() if change] == [
        (TITLE, slip.title)
    ]


async def test_a_correction_that_is_taken_back_for_good_is_told(newsroom: Newsroom) -> None:
    await newsroom.tells(FIRST)
    other = replace(FIRST, title="Vláda zamítla azylový zákon")
    await newsroom.shows(other, times=2)
    await newsroom.shows(FIRST, after=dt.timedelta(hours=10), times=5)
    titles = [change.title for change in await newsroom.corrections() if change]
    assert titles == [(TITLE, other.title), (other.title, TITLE)]
    assert await newsroom.title() == TITLE


async def test_one_correction_a_day_is_told_and_the_next_tells_the_sum(newsroom: Newsroom) -> None:
    await newsroom.tells(FIRST)
    titles = [f"{TITLE} na {number} dnů" for number in (60, 90, 120)]
    for title in titles[:2]:
        await newsroom.shows(replace(FIRST, title=title), times=3)
    assert await newsroom.title() == titles[1]
    assert [change.title for change in await newsroom.corrections() if change] == [
        (TITLE, titles[0])
    ]
    await newsroom.shows(replace(FIRST, title=titles[2]), after=dt.timedelta(hours=13), times=2)
    assert [change.title for change in await newsroom.corrections() if change] == [
        (TITLE, titles[0]), (titles[0], titles[2])
    ]  # fmt: skip


async def test_a_date_ahead_that_moves_is_told_on_the_day_of_another(newsroom: Newsroom) -> None:
    text = "Zákon nabude účinnosti 1. {month} 2025."
    await newsroom.tells(replace(FIRST, text=text.format(month="března")))
    other = replace(FIRST, title=f"{TITLE} na 60 dnů", text=text.format(month="března"))
    await newsroom.shows(other, times=3)
    await newsroom.shows(replace(other, text=text.format(month="července")), times=3)
    title, moved = await newsroom.corrections()
    assert title
    assert title.title == (TITLE, other.title)
    assert moved
    assert moved.ahead
    assert [date.day for date in moved.ahead[1]] == [dt.date(2025, 7, 1)]


@pytest.mark.parametrize("day", ["2025-01-13", "2025-01-21", "2025-01-16"])
async def test_a_day_that_is_corrected_and_stays_is_told(newsroom: Newsroom, day: str) -> None:
    await newsroom.tells(replace(FIRST, text="Vláda o něm jednala."))
    await newsroom.shows(
        replace(FIRST, text="Vláda o něm jednala.", date=day), after=dt.timedelta(hours=11), times=5
    )
    assert [change.date for change in await newsroom.corrections() if change] == [
        (DAY.date(), dt.date.fromisoformat(day))
    ]


async def test_a_day_of_the_clock_leaves_the_day_of_what_is_corrected(newsroom: Newsroom) -> None:
    await newsroom.tells(FIRST)
    for n in range(4):
        changed = replace(FIRST, title="Vláda zamítla azylový zákon", date=of_now(newsroom.now))
        await newsroom.shows(changed, after=QUARTER if n else dt.timedelta(days=1))
    (change,) = await newsroom.corrections()
    assert change == Change(title=(TITLE, "Vláda zamítla azylový zákon"))


async def test_what_is_corrected_at_once_keeps_its_dates_ahead(newsroom: Newsroom) -> None:
    was, now = "Zákon nabude účinnosti 1. března 2025.", "Zákon nabude účinnosti 1. července 2025."
    today = of_now(newsroom.now)
    await newsroom.tells(replace(FIRST, text=f"{was} {TEXT}", date=today))
    await newsroom.shows(replace(FIRST, text=f"{now} {TEXT}", date=today), times=2)
    (made,) = await newsroom.polled.context.store.developments(limit=1)
    assert [(date.day, date.sentence) for date in made.ahead] == [(dt.date(2025, 7, 1), now)]
    (change,) = await newsroom.corrections()
    assert change
    assert change.ahead


async def test_what_is_to_be_confirmed_survives_a_failed_poll(newsroom: Newsroom) -> None:
    await newsroom.tells(FIRST)
    corrected = replace(FIRST, title="Vláda zamítla azylový zákon")
    await newsroom.shows(corrected)
    newsroom.polled.web.fails("/rss", 503)
    newsroom.now += QUARTER
    await newsroom.polled.poll()
    await newsroom.shows(corrected)
    assert len(await newsroom.corrections()) == 1


async def test_a_site_under_maintenance_does_not_speak_for_its_items(newsroom: Newsroom) -> None:
    await newsroom.tells(FIRST)
    maintained = replace(
        FIRST, title="Probíhá údržba webu", text="Omlouváme se, stránky jsou dočasně mimo provoz."
    )
    await newsroom.shows(maintained, times=5)
    await newsroom.shows(FIRST, times=3)
    assert await newsroom.corrections() == []
    assert await newsroom.title() == TITLE


async def test_a_calendar_in_a_text_is_told_once_at_most(newsroom: Newsroom) -> None:
    def entry() -> Entry:
        return replace(FIRST, text=f"Dnes je {newsroom.now.day}. {newsroom.now.month}. {TEXT}")

    await newsroom.tells(entry())
    for _ in range(60):
        newsroom.now += dt.timedelta(hours=6)
        await newsroom.shows(entry(), after=dt.timedelta())
    assert len(await newsroom.corrections()) <= 1


async def test_items_that_are_renamed_with_each_poll_are_no_news(newsroom: Newsroom) -> None:
    await newsroom.tells(FIRST)
    for n in range(40):
        renamed = {"guid": f"r{n}", "link": f"https://mv.example/z?r={n}"}
        newsroom.now += QUARTER if n < 20 else dt.timedelta(hours=7)
        entry = replace(FIRST, **renamed, date=of_now(newsroom.now) if n > 8 else DAY)
        await newsroom.shows(entry, after=dt.timedelta())
    assert [row.kind for row in await newsroom.queued()] == []


async def test_a_sentence_that_is_added_is_told_and_a_longer_excerpt_is_not(
    newsroom: Newsroom,
) -> None:
    await newsroom.tells(FIRST)
    more = f"{TEXT} Více na webu."
    decided = f"{TEXT} Sněmovna o něm rozhodne v zrychleném řízení příští středu."
    for text, count in ((more, 0), (decided, 1)):
        await newsroom.shows(replace(FIRST, text=text), times=3)
        assert len(await newsroom.corrections()) == count


async def test_items_that_a_site_writes_otherwise_all_at_once_are_not_corrected(
    newsroom: Newsroom,
) -> None:
    many = [
        replace(FIRST, title=f"Azyl: zpráva {n}", link=f"https://mv.example/{n}", guid=f"m{n}")
        for n in range(6)
    ]
    await newsroom.tells(*many)
    suffixed = [replace(each, title=f"{each.title} | Ministerstvo vnitra") for each in many]
    await newsroom.shows(*suffixed, times=4)
    assert await newsroom.corrections() == []
    corrected = replace(suffixed[0], title="Azyl: zpráva byla stažena | Ministerstvo vnitra")
    await newsroom.shows(corrected, *suffixed[1:], times=2)
    assert len(await newsroom.corrections()) == 1


async def test_what_reads_otherwise_by_new_rules_has_not_changed(newsroom: Newsroom) -> None:
    await newsroom.tells(FIRST)
    store = newsroom.polled.context.store
    state = await store.state("cz")
    assert state is not None
    await store.commit(PollCommit(state=changed(state, learns_anew=True), at=newsroom.now), None)
    read_anew = replace(FIRST, title=f"{TITLE}: nová pravidla")
    await newsroom.shows(read_anew, times=3)
    assert await newsroom.queued() == []
    corrected = replace(FIRST, title="Vláda zamítla azylový zákon")
    await newsroom.shows(corrected, times=2)
    assert len(await newsroom.corrections()) == 1


async def test_items_without_names_are_not_told_anew_by_new_rules(newsroom: Newsroom) -> None:
    nameless = Entry(f"{TITLE} – Ministerstvo", None, None, DAY - dt.timedelta(days=9), TEXT)
    await newsroom.tells(nameless)
    store = newsroom.polled.context.store
    state = await store.state("cz")
    assert state is not None
    await store.commit(PollCommit(state=changed(state, learns_anew=True), at=newsroom.now), None)
    news = Entry("Vláda zrušila azylový zákon", None, None, newsroom.now, "Platí to od ledna.")
    await newsroom.shows(news, replace(nameless, title=TITLE), times=3)
    (told,) = await newsroom.queued()
    made = await store.development(told.development)
    assert made is not None
    assert made.title == news.title


async def test_a_feed_of_a_notice_alone_is_a_failure(newsroom: Newsroom) -> None:
    await newsroom.tells(FIRST)
    newsroom.polled.source = changed(newsroom.polled.source, scope="migration")
    notice = Entry(
        "Plánovaná odstávka systému", "https://mv.example/o", "o", DAY, "Zkuste to zítra."
    )
    newsroom.polled.publish(notice)
    report = await newsroom.polled.poll()
    assert report.result == "failed"
    assert "a notice came" in report.problems[0]
    await newsroom.shows(FIRST, times=2)
    assert await newsroom.queued() == []


async def test_a_title_is_corrected_above_a_text_that_changes_with_each_poll(
    newsroom: Newsroom,
) -> None:
    def entry(title: str) -> Entry:
        return replace(FIRST, title=title, text=f"{TEXT} Kód {newsroom.now.timestamp():.0f}")

    await newsroom.tells(entry(TITLE))
    for title in (*[TITLE] * 9, *["Vláda zamítla azylový zákon"] * 9):
        await newsroom.shows(entry(title))
    assert [change.title for change in await newsroom.corrections() if change] == [
        (TITLE, "Vláda zamítla azylový zákon")
    ]
