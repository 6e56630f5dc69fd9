import datetime as dt

from bot import parse
from bot.models.sources import Document, Fetched, PageSelectors, SourceState
from tests.samples import source

TODAY = dt.date(2025, 3, 20)


def feed(*titles: str, name: str = "Aktuality", text: str = "") -> str:
    items = "".join(
        f"<item><title>{title}</title><link>http://m.example/{number}</link>"
        f"<description>{text}</description></item>"
        for number, title in enumerate(titles)
    )
    return f"<rss version='2.0'><channel><title>{name}</title>{items}</channel></rss>"


def read(body: str, before: SourceState | None = None, **changes: object) -> Document:
    fetched = Fetched(url="http://m.example/", body=body.encode())
    return parse.parse_document(source(**changes), fetched, TODAY, before)


def titles(document: Document) -> list[str]:
    return [item.title for item in document.items]


def test_a_feed_s_own_name_and_its_publisher_s_are_no_part_of_titles() -> None:
    body = feed("Azylový zákon - Ministerstvo vnitra", "Nový zákon | Úřad pro cizince",
                name="Úřad pro cizince")  # fmt: skip
    assert titles(read(body)) == ["Azylový zákon", "Nový zákon"]


def test_what_most_titles_share_is_the_name_of_their_site() -> None:
    written = [f"Zpráva {name} – MV dnes" for name in ("o azylu", "o vízech", "o návratech")]
    assert titles(read(feed(*written))) == [
        "Zpráva o azylu",
        "Zpráva o vízech",
        "Zpráva o návratech",
    ]


def test_an_item_has_the_same_title_when_it_is_parsed_alone() -> None:
    written = [f"Zpráva {name} – MV dnes" for name in ("o azylu", "o vízech", "o návratech")]
    before = SourceState(id="cz", url="http://m.example/", pieces=read(feed(*written)).pieces)
    document = read(feed(*written, "Zpráva o hranicích – MV dnes"), before)
    assert titles(document) == ["Zpráva o hranicích"]


def test_texts_of_feeds_are_their_sentences() -> None:
    text = "Foto: ČTK&lt;br&gt;Vláda zákon schválila.&lt;br&gt;Sdílet na Facebooku&lt;br&gt;"
    one, other = (
        read(feed("Azyl", text=text + rest)) for rest in ("Zobrazeno: 12x", "Zobrazeno: 13x")
    )
    assert one.items == other.items
    assert one.items[0].text == "Vláda zákon schválila."


def test_news_lists_are_cleaned_as_feeds_are() -> None:
    html = (
        "<li class='n'><a href='/1'>TISKOVÁ ZPRÁVA: VLÁDA SCHVÁLILA ZÁKON</a><p>Číst dále</p></li>"
    )
    page = PageSelectors(item="li.n", summary="p")
    (item,) = read(html, kind="page", page=page).items
    assert (item.title, item.text) == ("Vláda schválila zákon", "")
