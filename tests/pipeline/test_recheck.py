"""Pages of developments that people were told of, looked at again."""

import datetime as dt
import hashlib

import pytest
from msgspec.structs import replace

from bot.evidence import absence, before
from bot.models import Change
from bot.models.deliveries import Delivery
from bot.models.sources import PollReport
from tests.fakes.sources import Entry
from tests.pipeline.conftest import PolledSource
from tests.pipeline.entries import OLD
from tests.samples import NOW

TITLE = "Nový azylový zákon"
FIRST = (
    "Vláda schválila novelu azylového zákona, která zkracuje lhůty řízení na třicet dnů.",
    "Novela se týká také návratů a dočasné ochrany cizinců, kteří žijí v České republice.",
    "O návrhu bude nyní jednat sněmovna, která ho má projednat do konce letošního roku.",
)
OTHER = FIRST[0].replace("třicet", "šedesát")


def page(*said: str, title: str = TITLE, views: int = 0) -> str:
    text = "".join(f"<p>{part}</p>" for part in said)
    views_of = f"<aside>{views}</aside>"
    return f"<html><body><main><h1>{title}</h1>{text}</main>{views_of}</body></html>"


class Site:
    """A newsroom whose items have pages of their own, and a clock that goes on."""

    def __init__(self, polled: PolledSource) -> None:
        self.polled, self.now = polled, NOW
        polled.context = replace(polled.context, articles=5, clock=lambda: self.now)

    async def tells(self, *said: str, text: str = "", is_there: bool = True) -> None:
        """Publishes an item with its page, which the chat is told of."""
        self.polled.publish(OLD)
        await self.poll()
        if is_there:
            self.shows(*said)
        url = self.polled.web.url("/zakon")
        self.polled.publish(Entry(TITLE, url, "z1", dt.datetime(2025, 1, 16), text), OLD)
        await self.poll()
        (row,) = await self.queued()
        await self.polled.context.store.save_delivery(
            replace(row, state="sent", settled=self.now, message_id=9)
        )

    def shows(
        self, *said: str, title: str = TITLE, views: int = 0, etag: str | None = None
    ) -> None:
        html = page(*said, title=title, views=views)
        self.polled.web.publish("/zakon", html, "text/html", etag=etag)

    async def poll(self, times: int = 1) -> list[PollReport]:
        reports = []
        for _ in range(times):
            self.now += dt.timedelta(hours=1)
            reports.append(await self.polled.poll())
        return reports

    async def queued(self) -> list[Delivery]:
        return await self.polled.context.store.claim_deliveries(self.now, 9)

    async def changes(self) -> list[Change | None]:
        return [row.change for row in await self.queued() if row.kind == "correction"]


@pytest.fixture
def site(polled: PolledSource) -> Site:
    return Site(polled)


async def test_a_page_is_read_once_when_it_is_told_of_and_then_again(site: Site) -> None:
    await site.tells(*FIRST)
    assert len(site.polled.web.requests("/zakon")) == 1
    await site.poll(2)
    assert len(site.polled.web.requests("/zakon")) == 3
    assert await site.queued() == []


async def test_a_page_that_says_something_else_is_a_change(site: Site) -> None:
    await site.tells(*FIRST)
    site.shows(OTHER, *FIRST[1:])
    reports = await site.poll(3)
    assert [report.revised for report in reports] == [0, 1, 0]
    assert await site.changes() == [Change(text=(FIRST[0], OTHER))]
    (made,) = await site.polled.context.store.developments(limit=1)
    assert made.summary.startswith(OTHER)
    assert made.revision == 1


async def test_a_date_ahead_that_moves_on_a_page_is_told(site: Site) -> None:
    moved = "Zákon nabude účinnosti 1. července 2025."
    last = moved.replace("července", "března")
    await site.tells(*FIRST, last)
    site.shows(*FIRST, moved)
    await site.poll(3)
    ((change,), (made,)) = (
        await site.changes(),
        await site.polled.context.store.developments(limit=1),
    )
    assert change is not None
    assert change.ahead is not None
    was, now = ([date.day for date in dates] for dates in change.ahead)
    assert (was, now) == ([dt.date(2025, 3, 1)], [dt.date(2025, 7, 1)])
    assert [(date.kind, date.sentence) for date in made.ahead] == [("in_force", moved)]


async def test_a_date_ahead_that_moves_is_told_on_the_day_of_another_change(site: Site) -> None:
    first = "Zákon nabude účinnosti 1. března 2025."
    await site.tells(*FIRST, first)
    site.shows(OTHER, *FIRST[1:], first)
    await site.poll(3)
    for month in ("července", "září"):
        site.shows(OTHER, *FIRST[1:], first.replace("března", month))
        await site.poll(3)
    text, *moved = await site.changes()
    assert text == Change(text=(FIRST[0], OTHER))
    days = [[date.day for date in change.ahead[1]] for change in moved if change and change.ahead]
    assert days == [[dt.date(2025, 7, 1)], [dt.date(2025, 9, 1)]]


async def test_a_page_whose_server_always_says_not_modified_is_found_out(site: Site) -> None:
    await site.tells(*FIRST)
    site.shows(*FIRST, etag='"same"')
    await site.poll(3)
    site.shows(OTHER, *FIRST[1:], etag='"same"')
    await site.poll(12)
    assert await site.changes() == []
    await site.poll(30)
    assert await site.changes() == [Change(text=(FIRST[0], OTHER))]
    asked = len(site.polled.web.requests("/zakon"))
    await site.poll(24 * 5)
    later = site.polled.web.requests("/zakon")[asked:]
    assert 0 < sum("If-None-Match" not in request.headers for request in later) <= 5
    assert any("If-None-Match" in request.headers for request in later)
    assert len(await site.changes()) == 1


async def test_another_heading_is_a_change(site: Site) -> None:
    await site.tells(*FIRST)
    site.shows(*FIRST, title="Vláda odmítla azylový zákon")
    await site.poll(3)
    assert await site.changes() == [Change(title=(TITLE, "Vláda odmítla azylový zákon"))]
    (made,) = await site.polled.context.store.developments(limit=1)
    assert made.title == "Vláda odmítla azylový zákon"


async def test_what_changes_with_each_look_is_no_change(site: Site) -> None:
    await site.tells(*FIRST)
    for views in range(1, 6):
        site.shows(*FIRST, f"Tuto zprávu si dosud přečetlo celkem {views * 97} návštěvníků.")
        await site.poll()
    assert await site.changes() == []


@pytest.mark.parametrize("status", [404, 410])
async def test_a_page_that_disappears_is_told_once(site: Site, status: int) -> None:
    await site.tells(*FIRST)
    site.polled.web.fails("/zakon", status)
    await site.poll(4)
    assert await site.changes() == [Change(is_gone=True)]
    await site.poll(12)
    assert len(await site.changes()) == 1


@pytest.mark.parametrize(("status", "hours", "views"), [(404, 1, 0), (410, 5, 7), (410, 5, 0)])
async def test_a_page_that_comes_back_is_seen_to_be_back(
    site: Site, status: int, hours: int, views: int
) -> None:
    await site.tells(*FIRST)
    site.polled.web.fails("/zakon", status)
    await site.poll(hours)
    site.shows(*FIRST, views=views, etag='"1"')
    began = site.now
    await site.poll(6)
    (made,) = await site.polled.context.store.developments(limit=1)
    kept = await site.polled.context.store.readings(str(made.id))
    assert [one.is_gone for one in kept] == [False, False, True, False]
    *_, first, gone, back = kept
    assert back.text == first.text
    assert back.at is not None
    assert back.received is not None
    assert back.at == back.received.at > began
    assert back.received.status == 200
    assert absence(kept, back) == (gone, back)
    assert before(kept, 4) == 2
    assert await site.changes() == [Change(is_gone=True)] * (hours > 1)
    site.polled.web.fails("/zakon", status)
    await site.poll(12)
    kept = await site.polled.context.store.readings(str(made.id))
    assert [one.is_gone for one in kept] == [False, False, True, False, True]


async def test_a_page_that_is_away_for_a_while_has_not_disappeared(site: Site) -> None:
    await site.tells(*FIRST)
    for status in (404, 503, 503):
        site.polled.web.fails("/zakon", status)
        await site.poll()
    site.shows(*FIRST)
    await site.poll()
    site.polled.web.fails("/zakon", 404)
    await site.poll()
    assert await site.changes() == []


async def test_a_page_that_was_never_there_does_not_disappear(site: Site) -> None:
    told = "Azylový zákon byl schválen. Platí od července. A dost."
    await site.tells(text=told, is_there=False)
    await site.poll(4)
    assert await site.changes() == []
    (made,) = await site.polled.context.store.developments(limit=1)
    kept = await site.polled.context.store.readings(str(made.id))
    assert [(one.place, one.is_gone) for one in kept] == [("list", False)]


async def test_looks_become_rarer_and_end(site: Site) -> None:
    await site.tells(*FIRST)
    await site.poll(24 * 20)
    assert 20 < len(site.polled.web.requests("/zakon")) < 60
    assert await site.polled.context.store.pages_due("cz", site.now, 9) == []


async def test_what_the_list_has_said_is_not_told_again(site: Site) -> None:
    await site.tells(*FIRST)
    title = "Vláda odmítla azylový zákon"
    url = site.polled.web.url("/zakon")
    site.polled.publish(Entry(title, url, "z1", dt.datetime(2025, 1, 16)), OLD)
    site.shows(*FIRST, title=title)
    await site.poll(4)
    assert await site.changes() == [Change(title=(TITLE, title))]


STAND_INS = (
    page("Omlouváme se, požadovaná stránka nebyla nalezena.", title="Stránka nenalezena"),
    page("Na webu právě probíhá plánovaná údržba. Zkuste to prosím později.", title="Údržba"),
    page("Tento web používá cookies, abychom vám nabídli lepší služby.", title="Vaše soukromí"),
    page("Pro zobrazení stránky se přihlaste svým jménem a heslem.", title="Přihlášení"),
    page("Při zpracování požadavku došlo k neočekávané chybě serveru.", title="Chyba 500"),
    page("We could not find what you were looking for. Try the search.", title="Oops!"),
    "<title>Služba nedostupná</title><table><tr><td><h2>Chyba 503</h2></td></tr></table>",
    page("Veuillez patienter quelques instants avant de continuer votre visite.", title=""),
)


@pytest.mark.parametrize("html", STAND_INS)
async def test_a_page_that_stands_in_for_another_is_no_new_reading(site: Site, html: str) -> None:
    await site.tells(*FIRST)
    site.polled.web.publish("/zakon", html, "text/html", etag=None)
    await site.poll(12)
    site.shows(*FIRST)
    await site.poll(9)
    assert await site.queued() == []
    (made,) = await site.polled.context.store.developments(limit=1)
    assert (made.title, made.summary.startswith(FIRST[0])) == (TITLE, True)


@pytest.mark.parametrize("html", STAND_INS[::3])
async def test_a_page_that_another_replaces_for_a_day_is_gone(site: Site, html: str) -> None:
    await site.tells(*FIRST)
    site.polled.web.publish("/zakon", html, "text/html", etag=None)
    await site.poll(24 * 4)
    assert await site.changes() == [Change(is_gone=True)]
    (made,) = await site.polled.context.store.developments(limit=1)
    assert made.title == TITLE
    *_, last = await site.polled.context.store.readings(str(made.id))
    assert last.is_gone
    assert last.received is not None
    assert last.received.status == 200


async def test_a_page_that_leads_home_for_a_day_is_gone(site: Site) -> None:
    await site.tells(*FIRST)
    site.polled.web.publish("/cs/", page("Vítejte na webu ministerstva."), "text/html")
    site.polled.web.redirects("/zakon", site.polled.web.url("/cs/"), 302)
    await site.poll(12)
    assert await site.changes() == []
    await site.poll(24 * 3)
    assert await site.changes() == [Change(is_gone=True)]


async def test_what_a_site_shows_at_several_addresses_is_no_reading(site: Site) -> None:
    await site.tells(*FIRST)
    other = Entry("Azylový zákon: druhá zpráva", site.polled.web.url("/druha"), "z2")
    site.polled.web.publish(
        "/druha", page(FIRST[2], title="Azylový zákon: druhá zpráva"), "text/html"
    )
    site.polled.publish(other, OLD)
    await site.poll(3)
    both = page(*FIRST[1:], "Další zprávy: azylový zákon, druhá zpráva.", title="Zprávy")
    for path in ("/zakon", "/druha"):
        site.polled.web.publish(path, both, "text/html", etag=None)
    await site.poll(9)
    assert await site.changes() == []


async def test_a_new_item_has_its_own_text_while_another_page_stands_in(site: Site) -> None:
    await site.tells(*FIRST)
    site.polled.web.publish("/novela", STAND_INS[1], "text/html", etag=None)
    url = site.polled.web.url("/novela")
    site.polled.publish(Entry("Novela o azylu", url, "n1", None, "Vláda ji schválila."), OLD)
    await site.poll()
    (made, *_) = await site.polled.context.store.developments(limit=1)
    assert (made.title, made.summary) == ("Novela o azylu", "Vláda ji schválila.")


@pytest.mark.parametrize(
    "asked", ["Pro zobrazení obsahu se prosím přihlaste.", "Sivusto on huollossa."]
)
async def test_a_login_below_its_own_heading_is_no_text_of_an_item(site: Site, asked: str) -> None:
    await site.tells(*FIRST)
    title = "Novela zákona o azylu"
    site.polled.web.publish("/novela", page(asked, "Jméno a heslo.", title=title), "text/html")
    url = site.polled.web.url("/novela")
    site.polled.publish(Entry(title, url, "n1", None, "Vláda ji schválila."), OLD)
    await site.poll()
    (made, *_) = await site.polled.context.store.developments(limit=1)
    assert (made.title, made.summary) == (title, "Vláda ji schválila.")


async def test_an_item_that_its_page_alone_explains_waits_for_it(site: Site) -> None:
    await site.tells(*FIRST)
    site.polled.web.publish("/vlada", STAND_INS[1], "text/html", etag=None)
    site.polled.publish(Entry("Zasedání vlády", site.polled.web.url("/vlada"), "v1"), OLD)
    assert (await site.poll())[0].developments == 0
    site.polled.web.publish("/vlada", page(*FIRST, title="Zasedání vlády"), "text/html")
    assert (await site.poll())[0].developments == 1


async def test_one_change_of_a_page_a_day_is_told_and_the_next_tells_the_sum(site: Site) -> None:
    await site.tells(*FIRST)
    for days in ("třicet", "šedesát", "devadesát"):
        site.shows(FIRST[0].replace("třicet", days), *FIRST[1:])
        await site.poll(3)
    told = [Change(text=(FIRST[0], FIRST[0].replace("třicet", "šedesát")))]
    assert await site.changes() == told
    (made,) = await site.polled.context.store.developments(limit=1)
    assert "devadesát" in made.summary
    await site.poll(24)
    site.shows(FIRST[0].replace("třicet", "sto"), *FIRST[1:])
    await site.poll(24)
    was, now = (FIRST[0].replace("třicet", days) for days in ("šedesát", "sto"))
    assert await site.changes() == [*told, Change(text=(was, now))]


async def test_a_page_that_flaps_is_told_once_at_most(site: Site) -> None:
    await site.tells(*FIRST)
    for number in range(30):
        site.shows(OTHER if number // 3 % 2 else FIRST[0], *FIRST[1:])
        await site.poll(4)
    assert len(await site.changes()) <= 1


async def test_a_page_that_is_set_right_again_is_told(site: Site) -> None:
    await site.tells(*FIRST)
    site.shows(OTHER, *FIRST[1:])
    await site.poll(3)
    site.shows(*FIRST)
    await site.poll(24 * 4)
    assert await site.changes() == [Change(text=(FIRST[0], OTHER)), Change(text=(OTHER, FIRST[0]))]


async def test_a_feed_corrects_an_item_whose_page_was_never_there(site: Site) -> None:
    said = "Cizinec musí podle azylového zákona opustit zemi do {} dnů."
    await site.tells(text=said.format(30), is_there=False)
    await site.poll(3)
    url = site.polled.web.url("/zakon")
    corrected = Entry(TITLE, url, "z1", dt.datetime(2025, 1, 16), said.format(60))
    site.polled.publish(corrected, OLD)
    await site.poll(3)
    assert await site.changes() == [Change(text=(said.format(30), said.format(60)))]


async def test_a_teaser_does_not_correct_what_its_page_has_said(site: Site) -> None:
    await site.tells(*FIRST, text="Zpráva o azylu.")
    site.polled.web.fails("/zakon", 503)
    url = site.polled.web.url("/zakon")
    teaser = Entry(TITLE, url, "z1", dt.datetime(2025, 1, 16), "Jiná zpráva o novele pro azyl.")
    site.polled.publish(teaser, OLD)
    await site.poll(3)
    assert await site.changes() == []
    (made,) = await site.polled.context.store.developments(limit=1)
    assert made.summary.startswith(FIRST[0])


async def test_each_revision_of_a_page_is_a_reading_and_so_is_that_it_is_gone(site: Site) -> None:
    await site.tells(*FIRST, text="Vláda schválila novelu azylového zákona.")
    began = site.now
    for said in (OTHER, FIRST[0].replace("třicet", "devadesát")):
        await site.poll(2)
        site.shows(said, *FIRST[1:])
        await site.poll(6)
    site.polled.web.fails("/zakon", 404)
    gone = site.now
    await site.poll(9)
    (made,) = await site.polled.context.store.developments(limit=1)
    kept = await site.polled.context.store.readings(str(made.id))
    assert [(one.place, one.is_gone) for one in kept] == [
        ("list", False), *[("page", False)] * 3, ("page", True),
    ]  # fmt: skip
    fed, first, second, third, missing = kept
    assert fed.text == "Vláda schválila novelu azylového zákona."
    assert (first.text, first.at) == ("\n".join(FIRST), began)
    body = page(*FIRST).encode()
    assert first.received is not None
    assert (first.received.size, first.received.sha256) == (
        len(body), hashlib.sha256(body).hexdigest(),
    )  # fmt: skip
    assert first.received.headers["Content-Type"].startswith("text/html")
    hour = dt.timedelta(hours=1)
    assert second.text.startswith(OTHER)
    # It counts when a second check has read it, and is dated by the first.
    assert second.at == began + 3 * hour
    assert second.seen is not None
    assert second.seen >= second.at + hour
    assert third.seen is not None
    assert missing.at is not None
    assert third.seen <= gone < missing.at
    assert missing.received is not None
    assert missing.received.status == 404
