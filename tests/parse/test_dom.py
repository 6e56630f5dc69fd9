import html

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.parse import dom


@pytest.mark.parametrize(
    ("markup", "readable"),
    [
        ("<p>Ahoj&nbsp;<b>světe</b></p>", "Ahoj světe"),
        ("&lt;p&gt;o&amp;nbsp;novom&lt;/p&gt;", "o novom"),
        ("<ul><li>one</li><li>two</li></ul>", "one\ntwo"),
        ("a < b & c > d", "a < b & c > d"),
        ("seen<script>alert(1)</script><style>p{}</style> too", "seen too"),
        ("<!-- hidden --> shown", "shown"),
        ("unclosed <b", "unclosed <b"),
        ("", ""),
        ("<p>Zalomený\nřádek</p><p>Druhý</p>", "Zalomený řádek\nDruhý"),
        ("Řádek\n<b>druhý</b>", "Řádek\ndruhý"),
        ("a\0<b>z\ud800y</b>l", "azyl"),
        ("</body></html>Za koncem", "Za koncem"),
        ("<b>" * 3000 + "Hluboko", "Hluboko"),
    ],
)
def test_markup_becomes_what_is_read(markup: str, readable: str) -> None:
    assert dom.html_to_text(markup) == readable


HIDDEN = "tajné"


@pytest.mark.parametrize(
    "markup",
    [
        "<!-- {} -->",
        "<!-- <b>{}</b> -- > {} -->",
        "<!-- {} --!>",
        "<!--><!-- {} -->",
        "<!--[if gte mso 9]><xml><w:View>{}</w:View></xml><![endif]-->",
        "<xml><w:View>{}</w:View></xml>",
        "<style><!-- p > a {{content: '{}'}} --></style>",
        "<template><p>{}</p></template>",
        "<head><title>{}</title></head>",
        "<noscript>{}</noscript>",
        "<p hidden>{}</p>",
        "<p hidden='until-found'><b>{}</b></p>",
        '<div style="color: red; DISPLAY : none !important">{}<p>{}</p></div>',
        "<i style='visibility:hidden'>{}</i>",
        "<i style='opacity:0'>{}</i>",
        "<i style='position:absolute;left:-9999px'>{}</i>",
        "<span class='link screen-reader-text'>{}</span>",
        "<div class='field__label visually-hidden'>{}</div>",
        "<figure><img src='a'><figcaption>{}</figcaption></figure>",
        "<p class='wp-caption-text'>{}</p>",
        "<small class='photo-credit'>{}</small>",
        "<img alt='{}' title='{} > {}'>",
        '<img alt="{} < {}">',
        "<iframe srcdoc='<p>{}</p>'></iframe>",
        "<svg><title>{}</title></svg>",
        "<select><option>{}</option></select><button>{}</button>",
        "<a onclick='if(a>{}){{}}'></a>",
        '<i data-x=\'{{"html":"<b>{}</b>"}}\'></i>',
        '<i data-x=&#39;{{"html":"<b>{}</b>"}}&#39;></i>',
        "<i title=&quot;a > {}&quot; class='b'></i>",
        "&lt;!-- &lt;b&gt;{}&lt;/b&gt; --&gt;",
        "<?xml:namespace prefix='{}' />",
        "<!DOCTYPE html PUBLIC '{}'>",
    ],
)
def test_what_is_hidden_is_not_read(markup: str) -> None:
    markup = markup.format(*[HIDDEN] * 3)
    assert dom.html_to_text(f"<p>Před</p>{markup}<p>Za</p>") == "Před\nZa"


@pytest.mark.parametrize(
    "end", ["<!-- {}", "<style>{}", "<style>{}</style", "<p hidden>{}", "<img alt='{}"]
)
def test_what_is_hidden_to_the_end_is_not_read(end: str) -> None:
    assert dom.html_to_text("Před " + end.format(HIDDEN)) == "Před"


@pytest.mark.parametrize(
    "markup",
    [
        "<span aria-hidden='true'>vidět</span>",
        "<![if !mso]>vidět<![endif]>",
        "<div class='d-none d-md-block'>vidět</div>",
        "<p style='font-size:0.9em;margin-left:-9px;opacity:0.5'>vidět</p>",
        "<div class='article has-photo-credit with-image-caption'>vidět</div>",
        "<td style='font-size:0'><b style='font-size:13px'>vidět</b></td>",
        "<details><summary>vidět</summary></details>",
        "<st1:place w:st='on'>vidět</st1:place>",
        "<iframe src='a'/>vidět",
        "<script src='a'/>vidět",
        "<span hidden/>vidět",
        "<a href='chybí>vidět</a>",
        "<figure><blockquote>vidět</blockquote></figure>",
    ],
)
def test_what_is_shown_is_read(markup: str) -> None:
    assert dom.html_to_text(markup) == "vidět"
    assert dom.readable_text(dom.parse_html(f"<div>{dom.mend_markup(markup)}</div>")) == "vidět"


SHOWN = ["<p>{}</p>", "<div><b>{}</b></div>", "<ul><li>{}</li></ul>", "{}<br>", "<h2>{}</h2>"]
UNREAD = [
    "<!-- <p>{}</p> -->", "<p hidden>{}</p>", "<div style='display:none'><p>{}</p></div>",
    "<template>{}</template>", "<figure><figcaption>{}</figcaption></figure>",
    "<script>'<p>{}</p>'</script>", "<style><!-- {} --></style>", "<img alt='{} > {}'>",
    "<xml><w:View>{}</w:View></xml>",
]  # fmt: skip
forms = st.lists(st.tuples(st.sampled_from(SHOWN + UNREAD), st.text("abč <1", min_size=1)))


@given(forms, st.booleans())
def test_all_that_is_shown_is_read_and_nothing_else(
    parts: list[tuple[str, str]], is_escaped: bool
) -> None:
    written = [(form, html.escape(words)) for form, words in parts]
    markup = "".join(form.format(words, words) for form, words in written)
    shown = [dom.tidy(words) for form, words in parts if form in SHOWN]
    read = dom.html_to_text(html.escape(markup) if is_escaped else markup)
    assert read == "\n".join(filter(None, shown))


def test_of_an_element_only_what_it_shows_is_read() -> None:
    tree = dom.parse_html("<p>před</p><h2>Azyl<!-- <b>x</b> --> a <i hidden>y</i>návraty</h2>za")
    assert dom.readable_text(tree.find(".//h2")) == "Azyl a návraty"


@given(st.text(alphabet=st.sampled_from("<>/&;pbscriptl!- \n#39amg")))
def test_no_markup_breaks_the_reader(markup: str) -> None:
    assert isinstance(dom.html_to_text(markup), str)


@pytest.mark.parametrize(
    "hostile",
    ["<" + "a" * 400_000, "<!" + "-" * 400_000, "a" + "\u0301\u0323" * 200_000, "<p " * 100_000,
     "&" * 400_000, "&#" * 200_000, ". " * 200_000, "<b>" * 100_000, "<" * 400_000,
     '<p "' * 100_000, "<x " + "=" * 400_000, "<x1>" * 100_000, "<!--" * 100_000, "<a/>" * 100_000,
     "<![CDATA[" * 40_000, "]]" * 200_000, "<p class='" + "image-" * 60_000, "<p hidden>" * 40_000],
)  # fmt: skip
def test_no_markup_takes_longer_than_its_length(hostile: str) -> None:
    """Anything quadratic would take hours here."""
    assert len(dom.html_to_text(hostile)) <= len(hostile)
