import pytest

from bot.parse.capitals import to_sentence_case


@pytest.mark.parametrize(
    ("written", "text", "language", "title"),
    [
        (
            "MINISTR VNITRA JEDNAL O UKRAJINĚ S UNHCR A ÚOOÚ",
            "Včera ministr jednal s ÚOOÚ.", "cs",
            "Ministr vnitra jednal o Ukrajině s UNHCR a ÚOOÚ",
        ),
        (
            "NEUES GESETZ ÜBER ASYL IN DER EU BESCHLOSSEN", "Das neue Gesetz über Asyl ist da.",
            "de", "Neues Gesetz über Asyl in der EU beschlossen",
        ),
        (
            "ΝΕΟΣ ΝΟΜΟΣ ΓΙΑ ΤΟ ΑΣΥΛΟ ΣΤΗΝ ΕΛΛΑΔΑ", "Το άσυλο αλλάζει, λέει ο νέος νόμος.",
            "el", "Νέος νόμος για το άσυλο στην Ελλάδα",
        ),
        ("DUBLIN III APPLIES TO SYRIA", "", "en", "Dublin III applies to Syria"),
        ("TÜRKİYE'DEN YENİ SIĞINMA YASASI", "", "tr", "Türkiye'den yeni sığınma yasası"),
        ("L'ITALIA APPROVA IL DECRETO", "", "it", "L'Italia approva il decreto"),
        ("ZÁKON Č. 325/1999 SB. SE MĚNÍ", "", "cs", "Zákon č. 325/1999 sb. se mění"),
        ("EUAA UNHCR", "", "en", "EUAA UNHCR"),
        ("Novela zákona o EU", "", "cs", "Novela zákona o EU"),
    ],
)  # fmt: skip
def test_capitals_become_sentence_case(written: str, text: str, language: str, title: str) -> None:
    assert to_sentence_case(written, text, language) == title
