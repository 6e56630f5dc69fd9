"""A network of sites whose feeds have moved, died or changed, on names of the loopback interface
(`*.localhost`, RFC 6761), and what is to be proposed for each."""

import datetime as dt
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Self

from aiohttp import web
from aiohttp.test_utils import TestServer

from bot.models.sources import Cause, PageSelectors, Source
from tests.fakes.sources import Entry, atom, rss
from tests.samples import NOW, source

DAY = dt.timedelta(days=1)
LATER = NOW + 3 * DAY
"""When the sites are looked at again: they were read at NOW, and have failed since."""

SUBJECTS = (
    "Vláda schválila novelu zákona o azylu", "Ministr jednal o návratech cizinců",
    "Statistika žádostí o mezinárodní ochranu", "Nové přijímací středisko v Bělé",
    "Prodloužení dočasné ochrany pro uprchlíky", "Kontroly na hranicích se Slovenskem",
    "Dohoda o readmisi s Albánií", "Integrační programy obcí dostanou podporu",
    "Cizinecká policie zadržela převaděče", "Změny v udělování pobytových oprávnění",
)  # fmt: skip


class Network:
    """A web server with many hosts."""

    def __init__(self) -> None:
        self._answers: dict[tuple[str, str], web.Response | Callable[[], web.Response]] = {}
        self._everywhere: dict[str, Callable[[], web.Response]] = {}
        self.requests: Counter[str] = Counter()
        self.largest = 0
        self._under_way: Counter[str] = Counter()
        application = web.Application()
        application.router.add_route("*", "/{path:.*}", self._handle)
        self._server = TestServer(application)

    async def __aenter__(self) -> Self:
        await self._server.start_server(shutdown_timeout=0.05)
        return self

    async def __aexit__(self, *error: object) -> None:
        await self._server.close()

    def url(self, address: str) -> str:
        """The URL of `host/path`, of which `.localhost` and the port are left out."""
        host, slash, path = address.partition("/")
        return f"http://{host}.localhost:{self._server.port}{slash}{path}"

    def publish(self, address: str, body: str, content_type: str = "text/html", **how: int) -> None:
        """Serve a document at `host/path`."""
        self._set(address, lambda: web.Response(
            text=body, content_type=content_type, charset="utf-8", **how))  # fmt: skip

    def feed(self, address: str, entries: Iterable[Entry], language: str = "cs") -> None:
        """Serve a feed."""
        self.publish(address, rss(entries, language), "application/rss+xml")

    def redirect(self, address: str, to: str, status: int = 301) -> None:
        """Redirect to another address, or to a path of the same host."""
        target = to if to.startswith("/") else self.url(to)
        self._set(address, lambda: web.Response(status=status, headers={"Location": target}))

    def fail(self, address: str, status: int) -> None:
        """Answer with an error."""
        self._set(address, lambda: web.Response(status=status))

    def everywhere(self, host: str, answer: Callable[[], web.Response]) -> None:
        """Answer alike whatever is asked of a host, but for its robots.txt."""
        self._everywhere[host] = answer

    def clear(self, host: str) -> None:
        """Let a host have nothing any more."""
        self._answers = {key: value for key, value in self._answers.items() if key[0] != host}

    def _set(self, address: str, answer: Callable[[], web.Response]) -> None:
        host, slash, path = address.partition("/")
        self._answers[host, slash + path] = answer

    async def _handle(self, request: web.Request) -> web.Response:
        host = (request.url.host or "").removesuffix(".localhost")
        self.requests[host] += 1
        self._under_way[host] += 1
        self.largest = max(self.largest, self._under_way[host])
        try:
            return self._answer(host, request.path_qs)
        finally:
            self._under_way[host] -= 1

    def _answer(self, host: str, path: str) -> web.Response:
        answer = self._answers.get((host, path))
        if answer is None and path != "/robots.txt":
            answer = self._everywhere.get(host)
        return answer() if callable(answer) else web.Response(status=404)


@dataclass(frozen=True)
class Site:
    """A site, what has become of it, and what is to be proposed."""

    name: str
    fate: Callable[["Made"], None]
    cause: Cause | None
    to: tuple[str, ...] = ()
    """The addresses that are to be proposed, the first in the place of the old one."""
    kind: str = "feed"
    kept: str = "rss.php"
    """The path of the source before."""
    host: str = ""
    other_site: bool = False
    known: int | None = None
    """How many items are to be recognised; None: any number."""
    is_followed_at: str = ""


@dataclass
class Made:
    """A site as its fate finds it."""

    net: Network
    host: str
    kept: str
    entries: list[Entry] = field(default_factory=list)

    def at(self, path: str) -> str:
        return f"{self.host}{path}"

    def page(self, path: str, body: str = "", head: str = "", host: str = "") -> None:
        """Publish a page of the site."""
        title = "Ministerstvo vnitra České republiky"
        self.net.publish(
            f"{host or self.host}{path}",
            f'<html lang="cs"><head><title>{title}</title>{head}</head><body>'
            f"<a href='/kontakty'>Kontakty</a>{body}</body></html>",
        )

    def renamed(self, path: str = "/clanek", host: str = "") -> list[Entry]:
        """The same items under new addresses and GUIDs, as a new CMS has them."""
        where = host or self.host
        return [
            Entry(entry.title, self.net.url(f"{where}{path}/{n}-x"), f"new-{n}", entry.date)
            for n, entry in enumerate(self.entries)
        ]

    def news(self, count: int = 2, *, days: int = 2) -> list[Entry]:
        """Items that were published since."""
        return [
            Entry(f"Ministerstvo zveřejnilo zprávu o migraci, část {n}",
                  self.net.url(self.at(f"/zprava/{n}")), f"n{n}", NOW + days * DAY)
            for n in range(count)
        ]  # fmt: skip

    def others(self, count: int = 8) -> list[Entry]:
        """Items of another department, some of them older."""
        return [
            Entry(f"Hasičský záchranný sbor zasahoval u požáru lesa číslo {n}",
                  self.net.url(self.at(f"/hzs/{n}")), f"h{n}", NOW - n * DAY + DAY)
            for n in range(count)
        ]  # fmt: skip


def declares(*paths: str, kind: str = "application/rss+xml", title: str = "Aktuality") -> str:
    return "".join(
        f'<link rel="alternate" type="{kind}" title="{title}" href="{path}">' for path in paths
    )


def items(host: str, net: Network) -> list[Entry]:
    """What a site has published when it was read."""
    return [
        Entry(subject, net.url(f"{host}/clanky/{n}.aspx"), f"{host}-{n}", NOW - n * DAY)
        for n, subject in enumerate(SUBJECTS)
    ]


def news_list(entries: Iterable[Entry], item: str = "li", date: str = "span") -> str:
    rows = "".join(
        f'<{item} class="novinka"><h3><a href="{entry.link}">{entry.title}</a></h3>'
        f'<{date} class="datum">{entry.date:%d.%m.%Y}</{date}></{item}>'
        for entry in entries
        if isinstance(entry.date, dt.datetime)
    )
    return f"<div class='seznam'>{rows}</div>"


def wall(title: str, text: str = "", head: str = "") -> Callable[[], web.Response]:
    html = (
        f"<html><head><title>{title}</title>{head}</head>"
        f"<body><h1>{title}</h1><p>{text}</p></body></html>"
    )
    return lambda: web.Response(text=html, content_type="text/html", charset="utf-8")


# ------------------------------------------------------------------ what has become of a site


def new_path(made: Made) -> None:
    made.net.feed(made.at("/novy/feed.xml"), [*made.news(), *made.entries])
    made.page("/", head=declares("/novy/feed.xml"))


def new_cms(made: Made) -> None:
    made.net.feed(made.at("/feed/"), [*made.news(), *made.renamed()])
    made.page("/", head=declares("/feed/", "/comments/feed/", title="Web"))
    comments = [Entry(f"Komentář k: {one.title}", one.link, f"c{one.guid}", LATER)
                for one in made.renamed()]  # fmt: skip
    made.net.feed(made.at("/comments/feed/"), comments)


def usual_place(made: Made) -> None:
    made.net.feed(made.at("/rss.xml"), made.entries)
    made.page("/")


def gone_410(made: Made) -> None:
    made.net.fail(made.at("/rss.php"), 410)
    made.net.feed(made.at("/atom.php"), made.entries)
    made.page("/", head=declares("/atom.php"))


def section_names_it(made: Made) -> None:
    made.page("/")
    made.page("/urad/tisk/", head=declares("../tisk.rss"))
    made.net.feed(made.at("/urad/tisk.rss"), made.entries)


def page_instead(made: Made) -> None:
    made.page("/rss.php", head=declares("/kanal/1"))
    made.net.feed(made.at("/kanal/1"), made.entries)


def sent_home(made: Made) -> None:
    made.net.redirect(made.at("/rss.php"), "/", 302)
    made.page("/", head=declares("/kanal/2"))
    made.net.feed(made.at("/kanal/2"), made.entries)


def new_domain(made: Made) -> None:
    made.net.redirect(made.at("/"), "novy-urad/")
    made.page("/", head=declares("/rss"), host="novy-urad")
    made.net.feed("novy-urad/rss", [*made.news(), *made.renamed(host="novy-urad")])


def article_leads_on(made: Made) -> None:
    for n in range(len(SUBJECTS)):
        made.net.redirect(made.at(f"/clanky/{n}.aspx"), f"urad-po-clanku/clanek/{n}")
        made.page(f"/clanek/{n}", head=declares("/rss"), host="urad-po-clanku")
    made.net.feed("urad-po-clanku/rss", made.renamed(host="urad-po-clanku"))


def address_redirected(made: Made) -> None:
    made.net.redirect(made.at("/rss.php"), "presmerovany-urad/")
    made.page("/", head=declares("/rss"), host="presmerovany-urad")
    made.net.feed("presmerovany-urad/rss", made.renamed(host="presmerovany-urad"))


def off_the_subdomain(made: Made) -> None:
    made.page("/", head=declares("/rss"), host="www.deskaty")
    made.net.feed("www.deskaty/rss", made.entries)


def list_alone(made: Made) -> None:
    made.page("/", body="<a href='/aktuality'>Aktuality</a><a href='/sluzby'>Služby</a>")
    made.page("/aktuality", body=news_list([*made.news(), *made.renamed()]))


def new_layout(made: Made) -> None:
    made.page("/rss.php", body=news_list([*made.news(), *made.entries], "article", "time"))
    made.page("/")


def list_elsewhere(made: Made) -> None:
    made.page("/", body="<a href='/zpravy/'>Zprávy</a>")
    made.page("/zpravy/", body=news_list(made.entries))


def list_became_feed(made: Made) -> None:
    made.page("/", head=declares("/rss.xml"))
    made.net.feed(made.at("/rss.xml"), made.entries)


def split(made: Made) -> None:
    made.page("/", head=declares("/rss/tisk", "/rss/akce", "/rss/azyl"))
    made.net.feed(made.at("/rss/tisk"), [*made.news(), *made.entries[:6]])
    made.net.feed(made.at("/rss/azyl"), made.entries[6:])
    made.net.feed(made.at("/rss/akce"), made.others())


def narrower(made: Made) -> None:
    made.page("/", head=declares("/rss/kategorie", "/rss/vse"))
    made.net.feed(made.at("/rss/kategorie"), made.entries[:3])
    made.net.feed(made.at("/rss/vse"), [*made.news(), *made.entries])


def frozen(made: Made) -> None:
    made.net.feed(made.at("/rss.php"), made.entries)
    made.page("/", head=declares("/rss.php", "/rss2024"))
    fresh = [Entry(one.title, one.link, one.guid, LATER + 57 * DAY) for one in made.news()]
    made.net.feed(made.at("/rss2024"), [*fresh, *made.entries])


def emptied(made: Made) -> None:
    made.net.feed(made.at("/rss.php"), [])
    made.page("/", head=declares("/novy"))
    made.net.feed(made.at("/novy"), made.entries)


def soft_404(made: Made) -> None:
    made.net.publish(made.at("/rss.php"), str(wall("Stránka nenalezena")().text))
    made.page("/", head=declares("/novy"))
    made.net.feed(made.at("/novy"), made.entries)


def relaunched(made: Made) -> None:
    made.page("/", head=declares("/tiskove-zpravy.xml"))
    made.net.feed(made.at("/tiskove-zpravy.xml"), made.news(5))


def wider(made: Made) -> None:
    made.page("/", head=declares("/vse.xml"))
    made.net.feed(made.at("/vse.xml"), [*made.entries[:3], *made.others(17)])


def overview_of_feeds(made: Made) -> None:
    made.page("/", body="<a href='/rss-kanaly.aspx'>RSS</a>")
    made.page("/rss-kanaly.aspx", body="<a href='/k/7/rss'>Aktuality</a>"
              "<a href='/k/8/rss'>Veřejné zakázky</a>")  # fmt: skip
    made.net.feed(made.at("/k/7/rss"), made.entries)
    made.net.feed(made.at("/k/8/rss"), made.others())


def json_feed(made: Made) -> None:
    rows = ",".join(f'{{"id":"{one.guid}","url":"{one.link}","title":"{one.title}"}}'
                    for one in made.entries)  # fmt: skip
    text = f'{{"version":"https://jsonfeed.org/version/1.1","title":"x","items":[{rows}]}}'
    made.net.publish(made.at("/feed.json"), text, "application/feed+json")
    made.page("/", head=declares("/feed.json", kind="application/feed+json"))


def base_and_atom(made: Made) -> None:
    made.page("/", head='<base href="/app/">' + declares("zpravy", kind="application/atom+xml"))
    made.net.publish(made.at("/app/zpravy"), atom(made.entries), "application/atom+xml")


def wordpress(made: Made) -> None:
    made.page("/", head=declares("/?feed=rss2"))
    made.net.feed(made.at("/?feed=rss2"), made.renamed())


def temporarily_elsewhere(made: Made) -> None:
    made.net.redirect(made.at("/rss.php"), "/docasny.xml", 302)
    made.net.feed(made.at("/docasny.xml"), made.entries)


def nothing(made: Made) -> None:
    """All is gone."""


def forbidden(made: Made) -> None:
    made.net.publish(made.at("/robots.txt"), "User-agent: *\nDisallow: /", "text/plain")
    new_path(made)


def new_feed_forbidden(made: Made) -> None:
    made.net.publish(made.at("/robots.txt"), "User-agent: *\nDisallow: /novy", "text/plain")
    new_path(made)


def blocked(made: Made) -> None:
    new_path(made)
    made.net.fail(made.at("/rss.php"), 403)


def too_many(made: Made) -> None:
    new_path(made)
    made.net.fail(made.at("/rss.php"), 429)


def unavailable(made: Made) -> None:
    made.net.everywhere(made.host, lambda: web.Response(status=503, headers={"Retry-After": "60"}))


def home_unavailable(made: Made) -> None:
    made.net.fail(made.at("/"), 503)
    made.net.feed(made.at("/feed/"), made.entries)


def maintained(made: Made) -> None:
    made.net.everywhere(made.host, wall("Probíhá údržba webu", "Zkuste to prosím později."))


def maintained_elsewhere(made: Made) -> None:
    made.net.everywhere(
        made.host, lambda: web.Response(status=302, headers={"Location": made.net.url("odstavka/")})
    )
    made.net.everywhere("odstavka", wall("Plánovaná odstávka"))


def cookie_wall(made: Made) -> None:
    made.net.everywhere(
        made.host, wall("Používáme cookies", "Souhlasíte?", declares("/novy/feed.xml"))
    )


def challenge(made: Made) -> None:
    made.net.everywhere(made.host, wall("Just a moment...", "Enable JavaScript to continue."))


def login(made: Made) -> None:
    made.net.everywhere(made.host, wall("Přihlášení", "Jméno, heslo"))


def other_feeds_alone(made: Made) -> None:
    made.page("/", head=declares("/comments/feed", title="Komentáře"))
    made.page("/kalendar", head=declares("/kalendar.rss"))
    made.net.feed(made.at("/comments/feed"), made.news(5))


def english_alone(made: Made) -> None:
    made.page("/", head=declares("/en/rss.xml"))
    entries = [
        Entry(f"The ministry has published its report on migration and asylum, part {n}",
              made.net.url(made.at(f"/en/{n}")), f"e{n}", NOW + 2 * DAY) for n in range(5)
    ]  # fmt: skip
    made.net.feed(made.at("/en/rss.xml"), entries, "en")


def parked(made: Made) -> None:
    made.net.everywhere(
        made.host, lambda: web.Response(status=302, headers={"Location": made.net.url("kasino/")})
    )
    casino = wall("Kasino a sázky", "Hrajte hned.", declares("/rss"))
    made.net.everywhere("kasino", casino)
    spam = [Entry(f"Nejlepší kasino bonus číslo {n}", made.net.url(f"kasino/{n}"), f"s{n}",
                  NOW + 2 * DAY) for n in range(8)]  # fmt: skip
    made.net.feed("kasino/rss", spam)


def another_department(made: Made) -> None:
    made.page("/", head=declares("/hzs.rss"))
    made.net.feed(made.at("/hzs.rss"), made.others())


def read_already(made: Made) -> None:
    made.page("/", head=declares("/jiny.rss"))
    made.net.feed(made.at("/jiny.rss"), made.entries)


def script_alone(made: Made) -> None:
    made.net.publish(
        made.at("/"), "<html><head><title>App</title></head><body><div id=root></div>"
        "<script src='/app.js'></script></body></html>",
    )  # fmt: skip


def private_addresses(made: Made) -> None:
    made.page("/", head=declares("http://10.0.0.1/rss", "http://169.254.169.254/feed",
                                 "file:///etc/passwd", "http://127.0.0.1:1/rss"))  # fmt: skip


def loop(made: Made) -> None:
    made.net.redirect(made.at("/rss.php"), "/a")
    made.net.redirect(made.at("/a"), "/rss.php")


def copied(made: Made) -> None:
    made.page("/", head=declares(made.net.url("kopie/rss")))
    made.net.feed("kopie/rss", made.renamed(host="kopie"))


def answers(made: Made) -> None:
    made.net.feed(made.at("/rss.php"), [*made.news(), *made.entries])


def endless(made: Made) -> None:
    links = "".join(f"<a href='/zpravy/{n}'>Zprávy {n}</a>" for n in range(50))
    made.page("/", body=links, head=declares(*(f"/rss/{n}" for n in range(50))))
    for n in range(50):
        made.page(f"/zpravy/{n}", body=links)
        made.net.feed(made.at(f"/rss/{n}"), [])


SITES = (
    Site("new-path", new_path, "gone", ("/novy/feed.xml",), known=10),
    Site("new-cms", new_cms, "gone", ("/feed/",), known=10),
    Site("usual-place", usual_place, "gone", ("/rss.xml",), known=10),
    Site("gone-410", gone_410, "gone", ("/atom.php",)),
    Site("section-names-it", section_names_it, "gone", ("/urad/tisk.rss",),
         kept="urad/tisk/rss.php"),
    Site("page-instead", page_instead, "no feed", ("/kanal/1",)),
    Site("sent-home", sent_home, "no feed", ("/kanal/2",)),
    Site("new-domain", new_domain, "gone", ("novy-urad/rss",), other_site=True),
    Site("article-leads-on", article_leads_on, "gone", ("urad-po-clanku/rss",), other_site=True),
    Site("address-redirected", address_redirected, "no feed", ("presmerovany-urad/rss",),
         other_site=True),
    Site("off-the-subdomain", off_the_subdomain, "gone", ("www.deskaty/rss",),
         host="kanaly.deskaty"),
    Site("list-alone", list_alone, "gone", ("/aktuality",), known=10),
    Site("new-layout", new_layout, "no list", ("/rss.php",), kind="page"),
    Site("list-elsewhere", list_elsewhere, "gone", ("/zpravy/",), kind="page"),
    Site("list-became-feed", list_became_feed, "gone", ("/rss.xml",), kind="page"),
    Site("split", split, "gone", ("/rss/tisk", "/rss/azyl")),
    Site("narrower", narrower, "gone", ("/rss/vse",)),
    Site("frozen", frozen, "silent", ("/rss2024",)),
    Site("emptied", emptied, "empty", ("/novy",)),
    Site("soft-404", soft_404, "gone", ("/novy",)),
    Site("relaunched", relaunched, "gone", ("/tiskove-zpravy.xml",), known=0),
    Site("wider", wider, "gone", ("/vse.xml",), known=3),
    Site("overview-of-feeds", overview_of_feeds, "gone", ("/k/7/rss",)),
    Site("json-feed", json_feed, "gone", ("/feed.json",)),
    Site("base-and-atom", base_and_atom, "gone", ("/app/zpravy",)),
    Site("wordpress", wordpress, "gone", ("/?feed=rss2",)),
    Site("copied", copied, "gone", ("kopie/rss",), other_site=True),
    Site("temporarily-elsewhere", temporarily_elsewhere, None),
    Site("answers", answers, None),
    Site("nothing", nothing, "gone"),
    Site("forbidden", forbidden, "robots"),
    Site("new-feed-forbidden", new_feed_forbidden, "gone"),
    Site("blocked", blocked, "blocked"),
    Site("too-many", too_many, "blocked"),
    Site("unavailable", unavailable, "server"),
    Site("home-unavailable", home_unavailable, "server"),
    Site("maintained", maintained, "stand-in"),
    Site("maintained-elsewhere", maintained_elsewhere, "stand-in"),
    Site("cookie-wall", cookie_wall, "stand-in"),
    Site("challenge", challenge, "stand-in"),
    Site("login", login, "stand-in"),
    Site("other-feeds-alone", other_feeds_alone, "gone"),
    Site("english-alone", english_alone, "gone"),
    Site("parked", parked, "no feed"),
    Site("another-department", another_department, "gone"),
    Site("read-already", read_already, "gone", is_followed_at="/jiny.rss"),
    Site("script-alone", script_alone, "gone"),
    Site("private-addresses", private_addresses, "gone"),
    Site("loop", loop, "other"),
    Site("endless", endless, "gone"),
)  # fmt: skip


def source_of(site: Site, net: Network) -> Source:
    """The source as it was read before."""
    host = site.host or site.name
    page = PageSelectors(item="tr.zprava", link="a", date="td.den", date_format="%d.%m.%Y")
    return source(
        id=site.name,
        url=net.url(f"{host}/{site.kept}"),
        kind=site.kind,
        page=page if site.kind == "page" else PageSelectors(),
    )


def publish_before(site: Site, net: Network) -> Made:
    """Publish a site as it was."""
    host = site.host or site.name
    made = Made(net, host, site.kept, items(host, net))
    if site.kind == "page":
        rows = "".join(
            f'<tr class="zprava"><td><a href="{one.link}">{one.title}</a></td>'
            f'<td class="den">{one.date:%d.%m.%Y}</td></tr>'
            for one in made.entries
        )  # fmt: skip
        made.page(f"/{site.kept}", body=f"<table>{rows}</table>")
    else:
        net.feed(f"{host}/{site.kept}", made.entries)
    return made
