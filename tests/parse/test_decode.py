"""Bytes as servers send them: whatever is declared, titles keep their letters."""

from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.errors import ParseError
from bot.parse import decode

TITLES = {
    "cs": "Žádosti o azyl: příliš žluťoučký kůň úpěl ďábelské ódy",
    "pl": "Rząd przedłuża kontrole na granicach, zażalenia cudzoziemców",
    "hu": "A menedékkérők közös elhelyezéséről szóló törvény, űrlapok",
    "ro": "Ajutor pentru solicitanţii de azil şi îngrijire în ţară",
    "sl": "Prošnje za mednarodno zaščito in ščit",
    "el": "Αιτήσεις ασύλου: νέες ρυθμίσεις για τους πρόσφυγες, Άσυλο",
    "bg": "Бежанци и убежище: нова наредба за чужденците",
    "lv": "Patvēruma meklētāji un bēgļi: jauni noteikumi, ģimenes",
    "lt": "Prieglobsčio prašytojai ir užsieniečių teisės, žmonės",
    "et": "Varjupaigataotlejad: õigused, määrus ja žürii",
    "de": "Rückkehr und Schutzbedürftige: Asylanträge, Straße",
    "fr": "Réfugiés : l’accueil des déboutés, où ça dépend de l’été",
    "sv": "Flyktingar får återvända; ändrade regler för anhöriga",
    "is": "Umsóknir um alþjóðlega vernd, ný lög og þjóðir",
}
PAIRS = [(code, name) for code in TITLES for name in decode.encodings_of(code)]


def rss(title: str, declared: str = "", language: str = "") -> str:
    spoken = f"<language>{language}</language>" if language else ""
    opening = (
        f'<?xml version="1.0"{f" encoding={chr(34)}{declared}{chr(34)}" if declared else ""}?>'
    )
    items = f"<item><title>{title}</title><link>https://mv.example/1</link></item>"
    return f'{opening}<rss version="2.0"><channel>{spoken}{items}</channel></rss>'


def title(body: bytes, hint: str | None = None, language: str | None = None) -> str:
    text = decode.decode_text(body, hint, language)
    return text[text.index("<title>") + 7 : text.index("</title>")]


@pytest.mark.parametrize(("code", "encoding"), PAIRS)
def test_an_8_bit_text_is_read_whatever_it_declares(code: str, encoding: str) -> None:
    for declared, tag in product(["", "utf-8", "iso-8859-1", encoding], ["", code]):
        body = rss(TITLES[code], declared, tag).encode(encoding, "ignore")
        written = TITLES[code].encode(encoding, "ignore").decode(encoding)
        assert title(body) == written, (declared, tag)


@pytest.mark.parametrize(
    "declared", ["iso-8859-2", "windows-1252", "us-ascii", "utf-16", "nonsense"]
)
def test_utf8_is_read_whatever_it_declares(declared: str) -> None:
    read = [title(rss(text, declared).encode()) for text in TITLES.values()]
    assert read == list(TITLES.values())


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32"])
def test_marks_and_wide_encodings_are_seen(encoding: str) -> None:
    assert title(rss(TITLES["cs"], "utf-8").encode(encoding)) == TITLES["cs"]


def test_a_stray_byte_of_windows_is_what_it_was_meant_to_be() -> None:
    body = rss(TITLES["cs"] + " @ dnes").encode().replace(b"@", b"\x96")
    assert title(body) == TITLES["cs"] + " – dnes"


def test_some_stray_bytes_do_not_make_another_encoding_of_a_text() -> None:
    body = rss("Één vluchteling@s verhaal; hij zei: @ja@").encode().replace(b"@", b"\x92")
    assert title(body) == "Één vluchteling’s verhaal; hij zei: ’ja’"


def test_the_operator_may_say_the_encoding() -> None:
    assert title(rss("Šlo o čas").encode("cp852"), "cp852") == "Šlo o čas"
    assert title(rss("привет всем").encode("koi8-r"), "koi8-r", "xx") == "привет всем"


@pytest.mark.parametrize(
    "before",
    [
        "\n\n",
        "\ufeff",
        "<br />\n<b>Warning</b>: PHP in <b>/x.php</b><br />\n",
        "junk \ufeff",
        "<!-- x -->",
    ],
)
def test_what_a_server_wrote_before_the_document_is_left_out(before: str) -> None:
    text = decode.decode_text((before + rss(TITLES["cs"], "utf-8")).encode())
    assert text.startswith("<rss") or before == "<!-- x -->"
    assert title((before + rss(TITLES["cs"], "utf-8")).encode()) == TITLES["cs"]


def test_json_is_not_cut_at_the_markup_in_it() -> None:
    assert decode.decode_text(b' {"html": "<p>x</p>"}') == '{"html": "<p>x</p>"}'


@given(st.binary(max_size=400), st.sampled_from(["cs", "el", None]))
def test_no_bytes_break_the_decoder(body: bytes, language: str | None) -> None:
    assert isinstance(decode.decode_text(body, None, language), str)


ODD = st.sampled_from(
    [b"\x00", b"\x0b", b"\x1b", "\uffff".encode(), "\ufffe".encode(), b"\xff\xfe", b"<"]
)


@given(st.lists(ODD | st.binary(max_size=8) | st.text(max_size=8).map(str.encode)).map(b"".join))
def test_what_xml_forbids_is_left_out_of_any_bytes(body: bytes) -> None:
    assert not decode._NOT_XML.search(decode.decode_text(body))


@given(st.text(max_size=200))
def test_utf8_comes_back_as_it_was(text: str) -> None:
    kept = decode.decode_text(f"<a>{text}</a>".encode("utf-8", "replace"))
    assert kept == decode._NOT_XML.sub("", f"<a>{text}</a>".encode("utf-8", "replace").decode())


@pytest.mark.parametrize(
    ("body", "told"),
    [
        (b"", "empty"),
        (b" \n ", "empty"),
        (b"\x1f\x8b\x08\x00abc", "a gzip file"),
        (b"%PDF-1.7", "a PDF document"),
        (b"PK\x03\x04rest", "a zip file"),
    ],
)
def test_files_are_called_by_their_kind(body: bytes, told: str) -> None:
    with pytest.raises(ParseError, match=told):
        decode.decode_document(body, None, None)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("<!DOCTYPE html><title>Just a moment...</title>", "a challenge"),
        ("<html><body>Verify you are human: captcha</body></html>", "a challenge"),
        ("<html><head><title>Novinky</title></head>", "an HTML page came, not a feed: “Novinky”"),
        ('{"error": {"code": 1}, "message": "Not found"}', "JSON came, not a feed: “Not found”"),
        ("plain words", "what came is no feed: “plain words”"),
    ],
)
def test_what_came_instead_is_told(text: str, told: str) -> None:
    assert told in decode.describe_content(text)
