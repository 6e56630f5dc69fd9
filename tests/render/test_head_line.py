"""What decides whether to read stands first, in the reader's language."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot import render, taxonomy, wordings
from bot.i18n import LANGUAGES, locale_for
from bot.models import Confidence
from bot.render.head_line import INLINE_LIMIT, flag
from bot.text import utf16_length
from tests.samples import development

LABELS = (*taxonomy.themes(), *taxonomy.topics())
SHORT = 26
"""Letters of a short label: two of them, a country, a type and a number are two rows of a phone."""


@pytest.mark.parametrize(
    ("language", "line"),
    [
        ("en", "🇸🇰 Slovakia · Access to procedure, Return? · Legislative · SK-2026-0012"),
        ("cs", "🇸🇰 Slovensko · Přístup k řízení, Návrat? · Legislativa · SK-2026-0012"),
        ("de", "🇸🇰 Slowakei · Zugang zum Verfahren, Rückkehr? · Gesetzgebung · SK-2026-0012"),
        ("el", "🇸🇰 Σλοβακία · Πρόσβαση στη διαδικασία, Επιστροφή; · Νομοθεσία · SK-2026-0012"),
        ("es", "🇸🇰 Eslovaquia · Acceso al procedimiento, ¿Retorno? · Legislación · SK-2026-0012"),
        (
            "fr",
            "🇸🇰 Slovaquie · Accès à la procédure, Retour\u00a0? · Législation · SK-2026-0012",
        ),
        ("it", "🇸🇰 Slovacchia · Accesso alla procedura, Rimpatrio? · Legislazione · SK-2026-0012"),
        ("pl", "🇸🇰 Słowacja · Dostęp do procedury, Powroty? · Prawodawstwo · SK-2026-0012"),
        ("ro", "🇸🇰 Slovacia · Accesul la procedură, Returnare? · Legislație · SK-2026-0012"),
        ("uk", "🇸🇰 Словаччина · Доступ до процедури, Повернення? · Законодавство · SK-2026-0012"),
    ],
)
def test_a_head_line_is_in_the_language_of_its_reader(language: str, line: str) -> None:
    record = development(
        id="SK-2026-0012", country="SK", themes=("access", "return"), type="Legislative",
        confidence=Confidence(themes=(0.9, 0.4)),
    )  # fmt: skip
    assert render.head_line(record, locale_for(language)) == line


@pytest.mark.parametrize(
    ("changes", "line"),
    [
        ({}, "🇨🇿 Czechia · General · Policy"),
        ({"country": None}, "General · Policy"),
        ({"country": "EU"}, "🇪🇺 European Union · General · Policy"),
        ({"country": "XX"}, "XX · General · Policy"),
        ({"themes": ()}, "🇨🇿 Czechia · Policy"),
        ({"topics": ("borders", "legal-migration")},
         "🇨🇿 Czechia · Borders, Legal migration · Policy"),
        ({"themes": (), "topics": ("borders",)}, "🇨🇿 Czechia · Borders · Policy"),
        ({"themes": ("return",), "topics": ("borders",)}, "🇨🇿 Czechia · Return · Policy"),
        ({"themes": ("general", "return"), "topics": ("borders",)},
         "🇨🇿 Czechia · General, Return · Policy"),
        ({"confidence": Confidence()}, "🇨🇿 Czechia · General · Policy"),
        ({"confidence": Confidence(themes=(0.49,))}, "🇨🇿 Czechia · General? · Policy"),
        ({"confidence": Confidence(themes=(0.5,))}, "🇨🇿 Czechia · General · Policy"),
        ({"confidence": Confidence(themes=(0.9,), is_undecided=True)},
         "🇨🇿 Czechia · General? · Policy"),
        ({"topics": ("borders",), "confidence": Confidence(themes=(0.9,), topics=(0.3,))},
         "🇨🇿 Czechia · Borders? · Policy"),
    ],
)  # fmt: skip
def test_what_a_development_lacks_is_left_out(changes: dict[str, Any], line: str) -> None:
    assert render.head_line(development(**changes)) == line


@pytest.mark.parametrize(
    ("country", "shown"),
    [("CZ", "🇨🇿"), ("GR", "🇬🇷"), ("EU", "🇪🇺"), ("XX", ""), ("cz", ""), ("C1", ""), ("", ""),
     (None, "")],
)  # fmt: skip
def test_a_flag_is_that_of_the_code(country: str | None, shown: str) -> None:
    assert flag(country) == shown


@pytest.mark.parametrize("language", LANGUAGES)
def test_short_labels_are_short_and_tell_themes_apart(language: str) -> None:
    labels = {code: locale_for(language).gettext(taxonomy.short_label(code)) for code in LABELS}
    assert len(set(labels.values())) == len(LABELS)
    for code, label in labels.items():
        assert len(label) <= SHORT, label
        assert "," not in label
        ((term,),) = wordings.find(label)
        assert term.code == code  # what a head line shows can be typed after /subscribe


@given(st.text(max_size=300), st.sampled_from(["CZ", "BA", None]), st.sampled_from(LANGUAGES))
def test_an_inline_result_shows_country_and_type_first(
    title: str, country: str | None, language: str
) -> None:
    to = locale_for(language)
    first, second = render.inline_lines(development(title=title, country=country), to)
    begins = f"{flag(country)} {to.country(country)} · " if country else ""
    assert first.startswith(f"{begins}{to.gettext('Policy')}")
    assert utf16_length(first) <= INLINE_LIMIT
    assert second == f"{to.gettext('General')} · {to.day(development().date)}"
