"""What an HTML parser would lose of the words of a feed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.parse import dom, markup


@pytest.mark.parametrize(
    "text",
    [
        "Nařízení <Dublin III> platí",
        "Pište na <jmeno@urad.example>",
        "Viz <https://urad.example/>",
        "Počet < 5 a > 3, a<b",
        "1 <= 2 a I <3 EU",
        "<-- zpět",
        "Rozdíl <EU-Turecko>",
        "[[odkaz]] a [1]",
    ],
)
def test_what_is_no_tag_stays(text: str) -> None:
    assert dom.html_to_text(text) == text
    assert dom.html_to_text(f"<p>{text}</p><p>Dále</p>") == f"{text}\nDále"
    assert dom.html_to_text(text.replace("<", "&lt;").replace(">", "&gt;")) == text


@pytest.mark.parametrize(
    "written",
    ["<x>azyl</x>", "<o:p>azyl</o:p>", "<my-link to='a'>azyl", "<v:shape id='1'/>azyl", "azyl</x>"],
)
def test_a_foreign_tag_is_one_by_its_form(written: str) -> None:
    assert dom.html_to_text(written) == "azyl"


@pytest.mark.parametrize(
    "written",
    [
        "<![CDATA[Azyl]]>",
        "&lt;![CDATA[Azyl]]&gt;",
        "&amp;lt;![CDATA[Azyl]]&amp;gt;",
        "<![CDATA[<![CDATA[Azyl]]>]]>",
        "<![CDATA[ <![CDATA[ Azyl ]]]]><![CDATA[> ]]>",
        "<![CDATA[&lt;![CDATA[Azyl]]&gt;]]>",
        "<![cdata[Azyl]]>",
        "<! [CDATA [Azyl]]>",
        "<!--[CDATA[Azyl]]-->",
        "![CDATA[Azyl]]",
        "[CDATA[Azyl]]",
        "<![CDATA[Azyl",
        "Azyl]]>",
        "Azyl]]&gt;",
        "<![CDATA[<b>Azyl</b>]]&gt;",
    ],
)
def test_marks_of_cdata_are_left_out(written: str) -> None:
    assert dom.html_to_text(written) == "Azyl"


def test_what_is_said_of_html_among_tags_stays() -> None:
    assert dom.html_to_text("<p>the &lt;meta&gt; tag</p>") == "the <meta> tag"
    assert dom.html_to_text("&lt;h1&gt;Azyl&lt;/h1&gt;") == "Azyl"


words = st.text(alphabet="xyč", min_size=1)


@given(st.lists(words, min_size=1), st.sampled_from(["<{}", "a<{}", "< {}", "<9{}", "<{}@x>"]))
def test_no_word_is_lost_at_a_less_than(parts: list[str], form: str) -> None:
    text = " ".join(form.format(part) for part in parts)
    wanted = dom.tidy(text)
    mended = markup.mend_markup(f"<p>{text}</p>")
    assert dom.html_to_text(f"<p>{text}</p>") == wanted, mended
