"""More sites that have moved, written after the search by looking at how real ones do."""

from aiohttp import web

from tests.fakes.sources import Entry
from tests.pipeline.moved_sites import LATER, Made, Site, declares, news_list, wall


def government_site_builder(made: Made) -> None:
    made.page("/", body="<footer><a href='/DE/service/rss/rss_node.html'>RSS</a></footer>")
    rows = "<a href='/DE/rss/termine.xml?nn=1'>Termine RSS</a><a href='/DE/rss/meldungen.xml?nn=1'>"
    made.page("/DE/service/rss/rss_node.html", body=f"<h1>RSS-Newsfeed</h1>{rows}Meldungen</a>")
    made.net.feed(made.at("/DE/rss/meldungen.xml?nn=1"), made.renamed())
    made.net.feed(made.at("/DE/rss/termine.xml?nn=1"), made.others())


def many_sections(made: Made) -> None:
    names = (
        "Agenda;Marchés publics;Espace jeunes;Numérique;Culture;Sport;Outre-mer;Actualités".split(
            ";"
        )
    )
    head = "".join(declares(f"/section/{n}/rss", title=name) for n, name in enumerate(names))
    made.page("/", head=head)
    for n in range(7):
        made.net.feed(made.at(f"/section/{n}/rss"), made.others())
    made.net.feed(made.at("/section/7/rss"), made.renamed())


def language_gateway(made: Made) -> None:
    made.net.redirect(made.at("/"), "/pl/", 302)
    made.page("/pl/", body="<a href='/pl/aktualnosci'>Aktualności</a><a href='/en/'>English</a>")
    made.page("/pl/aktualnosci", head=declares("/pl/kanal"), body="<p>Lista</p>")
    made.net.feed(made.at("/pl/kanal"), made.renamed())


def meta_refresh(made: Made) -> None:
    refresh = '<meta http-equiv="refresh" content="0; url=/nove/zpravodajstvi">'
    made.page("/rss.php", head=refresh)
    made.page("/nove/zpravodajstvi", head=declares("/nove/kanal"))
    made.page("/")
    made.net.feed(made.at("/nove/kanal"), made.entries)


def burner(made: Made) -> None:
    made.page("/", body=f"<a href='{made.net.url('feeds.aggregator/urad')}'>RSS kanál (feed)</a>")
    made.net.feed("feeds.aggregator/urad", made.entries)


def archived(made: Made) -> None:
    new = made.net.url("nastupce/")
    made.page(
        "/", body=f"<h1>Tento web je archivován</h1><p>Nový web: <a href='{new}'>nastupce</a></p>"
    )
    made.page("/", head=declares("/rss"), host="nastupce")
    made.net.feed("nastupce/rss", made.renamed(host="nastupce"))


def geo_block(made: Made) -> None:
    made.net.everywhere(made.host, wall("Access from your country is not possible", "Sorry."))


def greek_list(made: Made) -> None:
    made.page("/", body="<a href='/nea'>Νέα</a>")
    made.page("/nea", body=news_list(made.renamed()))


def broken_for_good(made: Made) -> None:
    made.net.fail(made.at("/rss.php"), 500)
    made.page("/", head=declares("/feed/"))
    made.net.feed(made.at("/feed/"), made.entries)


def asks_for_login(made: Made) -> None:
    made.net.fail(made.at("/rss.php"), 401)
    made.page("/", head=declares("/feed/"))
    made.net.feed(made.at("/feed/"), made.entries)


def split_in_three(made: Made) -> None:
    made.page("/", head=declares("/a.rss", "/b.rss", "/en.rss"))
    made.net.feed(made.at("/a.rss"), made.entries[:5])
    made.net.feed(made.at("/b.rss"), made.entries[5:])
    english = [
        Entry(f"News on borders and returns, {n}", made.net.url(made.at(f"/e/{n}")), f"e{n}", LATER)
        for n in range(5)
    ]
    made.net.feed(made.at("/en.rss"), english, "en")


def press_room(made: Made) -> None:
    made.page("/", body=f"<a href='{made.net.url('press.www.mvcr/')}'>Press room</a>")
    made.page("/", head=declares("/rss.xml"), host="press.www.mvcr")
    made.net.feed("press.www.mvcr/rss.xml", made.renamed(host="press.www.mvcr"))


def not_found_in_words(made: Made) -> None:
    made.net.everywhere(made.host, lambda: web.Response(
        text="<html><head><title>404</title></head><body><h1>404</h1>Nothing here</body></html>",
        content_type="text/html"))  # fmt: skip


def dated_titles(made: Made) -> None:
    entries = [
        Entry(f"{one.date:%d.%m.%Y} – {one.title}", made.net.url(made.at(f"/x/{n}")), f"x{n}")
        for n, one in enumerate(made.entries)
    ]
    made.page("/", head=declares("/x.rss"))
    made.net.feed(made.at("/x.rss"), entries)


def video_channel(made: Made) -> None:
    made.page("/", head=declares(made.net.url("tube/feeds/videos.xml"), title="Kanál"))
    made.net.feed("tube/feeds/videos.xml", made.news(6))


def wrong_type(made: Made) -> None:
    made.page("/", head=declares("/export/xml", kind="text/xml"))
    made.net.feed(made.at("/export/xml"), made.entries)


def list_in_a_section(made: Made) -> None:
    made.page("/", body="<a href='/media'>Pro média</a>")
    made.page("/media", body="<a href='/media/tiskove-zpravy'>Tiskové zprávy</a>")
    made.page("/media/tiskove-zpravy", body=news_list(made.renamed()))


def listing_as_list(made: Made) -> None:
    made.page("/", body=news_list(made.news(3)) + "<a href='/archiv-zprav'>Všechny zprávy</a>")
    made.page("/archiv-zprav", body=news_list([*made.news(3), *made.renamed()]))


MORE = (
    Site("site-builder", government_site_builder, "gone", ("/DE/rss/meldungen.xml?nn=1",)),
    Site("many-sections", many_sections, "gone", ("/section/7/rss",)),
    Site("language-gateway", language_gateway, "gone", ("/pl/kanal",)),
    Site("meta-refresh", meta_refresh, "no feed", ("/nove/kanal",)),
    Site("burner", burner, "gone", ("feeds.aggregator/urad",), other_site=True),
    Site("archived", archived, "gone", ("nastupce/rss",), other_site=True),
    Site("geo-block", geo_block, "no feed"),
    Site("greek-list", greek_list, "gone", ("/nea",)),
    Site("broken-for-good", broken_for_good, "server"),
    Site("asks-for-login", asks_for_login, "blocked"),
    Site("split-in-three", split_in_three, "gone", ("/a.rss", "/b.rss")),
    Site("press-room", press_room, "gone", ("press.www.mvcr/rss.xml",), host="www.mvcr"),
    Site("not-found-in-words", not_found_in_words, "stand-in"),
    Site("dated-titles", dated_titles, "gone"),  # missed: titles that were given their days
    Site("video-channel", video_channel, "gone"),
    Site("wrong-type", wrong_type, "gone", ("/export/xml",)),
    Site("list-in-a-section", list_in_a_section, "gone", ("/media/tiskove-zpravy",)),
    Site("listing-as-list", listing_as_list, "gone", ("/archiv-zprav",)),
)  # fmt: skip
