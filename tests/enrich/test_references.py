"""Acts, bills and cases: which a text names, and which are its own."""

import tomllib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot import taxonomy
from bot.data_files import languages_of
from bot.enrich import reference_forms, references
from bot.enrich.reference_forms import find_numbers
from bot.enrich.references import Publication

FORMS: dict[str, dict[str, list[str]]] = tomllib.loads(
    Path(__file__).with_name("reference_forms.toml").read_text(encoding="utf-8")
)


def own_in(title: str, text: str = "", language: str | None = None) -> tuple[str, ...]:
    return references.own_references(title, text, Publication(language=language))


@pytest.mark.parametrize("country", FORMS)
def test_each_country_writes_its_numbers_in_its_way(country: str) -> None:
    about = country if country != "anywhere" else None
    for name, texts in FORMS[country].items():
        found = {text: {each.name for each in find_numbers(text, about)} for text in texts}
        assert found == {text: {name} for text in texts}


@pytest.mark.parametrize("country", sorted(languages_of("references")))
def test_each_spelling_has_something_of_a_name(country: str) -> None:
    for form in reference_forms._forms(country):
        for written in (*form.anywhere, *form.here):
            assert reference_forms._Spelling(form, written).pattern.groupindex


def test_every_country_has_forms() -> None:
    known = {each.upper() for each in languages_of("references")}
    assert known >= {"EU", "COE", *taxonomy.countries()}
    assert FORMS.keys() >= {"EU", "anywhere", *taxonomy.countries()}


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("Regulation (EU) 2024/1348 establishing a common procedure", ("EU 2024/1348",)),
        ("Directive 2013/33/EU, and Richtlinie 2013/33/EU", ("EU 2013/33",)),
        ("Směrnice 2013/32/EU a nařízení (EU) č. 604/2013", ("EU 2013/32", "EU 604/2013")),
        ("CELEX 32024R1348", ("EU 2024/1348",)),
        ("the proposal COM(2025) 101 final", ("COM(2025) 101",)),
        ("Judgment in Case C‑406/22", ("C-406/22",)),
        ("Sněmovní tisk 123 a sněmovního tisku č. 456", ("sněmovní tisk 123", "sněmovní tisk 456")),
        ("Drucksache 20/9463; BT-Drs. 20/9463", ("Drucksache 20/9463",)),
        ("zákon č. 325/1999 Sb., o azylu", ("325/1999 Sb.",)),
        ("Dz.U. z 2024 r. poz. 854", ("Dz.U. 2024 854",)),
        ("BGBl. 2024 I Nr. 54", ("BGBl. 2024 I 54",)),
        ("Ley Orgánica 4/2000 y Ley 4/2000", ("Ley Orgánica 4/2000", "Ley 4/2000")),
        (
            "Real Decreto-ley 2/2025, Real Decreto 2/2025",
            ("Real Decreto-ley 2/2025", "Real Decreto 2/2025"),
        ),
        ("Application no. 12345/20 v. Hungary", ("ECHR 12345/20",)),
        ("On 12/2024 there were 2024/25 pupils", ()),
        ("", ()),
    ],
)
def test_each_number_is_named_in_one_way(text: str, named: tuple[str, ...]) -> None:
    assert references.find_references([text]) == named


def test_a_page_of_numbers_is_cut() -> None:
    text = " ".join(f"C-{number}/22" for number in range(100, 200))
    assert len(references.find_references([text])) == references.REFERENCES_LIMIT


OWN = [
    # the bill, and not what it amends
    ("en", "Proposal COM(2025) 101 amending Directive 2013/32/EU", ("COM(2025) 101",)),
    ("cs", "Vláda schválila novelu zákona č. 325/1999 Sb. (sněmovní tisk 567)",
     ("sněmovní tisk 567",)),
    ("de", "Gesetz zur Änderung des Asylgesetzes, Drucksache 20/123", ("Drucksache 20/123",)),
    ("fr", "Projet de loi n° 1234 modifiant la loi n° 2024-42", ("projet de loi 1234",)),
    ("it", "Disegno di legge A.C. 2100, che modifica la legge n. 50/2023", ("A.C. 2100",)),
    ("es", "Proyecto de ley 121/000012 que modifica la Ley Orgánica 4/2000",
     ("121/000012 Congreso",)),
    ("pl", "Projekt ustawy o zmianie ustawy (Dz.U. z 2024 poz. 854), druk nr 77", ("druk 77",)),
    ("ro", "Proiectul PL-x nr. 12/2025 pentru modificarea Legii, Legea nr. 122/2006",
     ("PL-x 12/2025",)),
    ("uk", "Законопроєкт № 12345 про внесення змін до Закону № 3671-VI", ("законопроєкт 12345",)),
    # the act as adopted, and not what it amends or rests on
    ("en", "Regulation (EU) 2024/1348 repealing Directive 2013/32/EU", ("EU 2024/1348",)),
    ("cs", "Zákon č. 314/2025 Sb., kterým se mění zákon č. 325/1999 Sb., ve znění pozdějších "
           "předpisů", ("314/2025 Sb.",)),
    ("cs", "Novela zákona č. 325/1999 Sb. byla vyhlášena pod č. 314/2025 Sb.", ("314/2025 Sb.",)),
    ("sk", "Zákon č. 404/2011 Z. z. v znení zákona č. 73/1998 Z. z.", ()),
    ("de", "Neue Verordnung verkündet: BGBl. 2024 I Nr. 54", ("BGBl. 2024 I 54",)),
    ("fr", "Loi n° 2024-42 du 26 janvier 2024 pour contrôler l’immigration", ("loi 2024-42",)),
    ("it", "Legge n. 50/2023, conversione del decreto-legge 20/2023", ("Legge 50/2023",)),
    ("es", "Real Decreto 1155/2024 que aprueba el reglamento de la Ley Orgánica 4/2000",
     ("Real Decreto 1155/2024",)),
    ("pl", "Ustawa została ogłoszona: Dz.U. 2025 poz. 389", ("Dz.U. 2025 389",)),
    ("ro", "Legea nr. 14/2025 a fost publicată", ("Legea 14/2025",)),
    ("el", "Νόμος 5038/2023: κώδικας μετανάστευσης", ("ν. 5038/2023",)),
    ("uk", "Прийнято Закон № 3633-IX", ("Закон 3633-IX",)),
    # the case, and not what it is about
    ("en", "62023CJ0123, on 32013L0032", ("C-123/23",)),
    ("en", "Proposal 52025PC0101 to amend 32013L0032", ("COM(2025) 101",)),
    ("en", "Case C-123/24: the Court interprets Directive 2013/32/EU", ("C-123/24",)),
    ("en", "Judgment in Case C-123/24, following case C-5/20", ("C-123/24",)),
    ("cs", "Rozsudek C-123/24 k výkladu směrnice 2013/32/EU", ("C-123/24",)),
    ("de", "Urteil in der Rechtssache C-123/24 zur Auslegung der Richtlinie 2013/32/EU",
     ("C-123/24",)),
    ("fr", "Arrêt C-123/24 sur la directive 2013/32/UE", ("C-123/24",)),
    ("it", "Sentenza C-123/24: violazione della direttiva 2013/32/UE", ("C-123/24",)),
    ("es", "Sentencia C-123/24 sobre la Directiva 2013/32/UE", ("C-123/24",)),
    ("pl", "Wyrok C-123/24 w sprawie wykładni dyrektywy 2013/32/WE", ("C-123/24",)),
    ("ro", "Hotărârea C-123/24 privind Directiva 2013/32/UE", ("C-123/24",)),
    ("el", "Απόφαση C-123/24 σχετικά με την οδηγία 2013/32/ΕΕ", ("C-123/24",)),
    ("uk", "Рішення у справі C-123/24 щодо директиви 2013/32/ЄС", ("C-123/24",)),
    # only what is amended, applied or cited
    ("en", "Act No. 325/1999 Sb. as amended by Act No. 173/2023 Sb.", ()),
    ("en", "Ministry implements Directive 2013/32/EU", ()),
    ("cs", "Soud zamítl žalobu podle zákona č. 325/1999 Sb.", ()),
    ("sk", "Súd zamietol žalobu podľa zákona č. 480/2002 Z. z.", ()),
    ("de", "Gericht weist Klage nach der Richtlinie 2013/32/EU ab", ()),
    ("fr", "Rejet du recours en vertu de la loi n° 2024-42", ()),
    ("it", "Respinto il ricorso ai sensi della legge n. 50/2023", ()),
    ("es", "Desestimado el recurso conforme a la Ley 12/2009", ()),
    ("pl", "Oddalono skargę na podstawie ustawy (Dz.U. 2023 poz. 1504)", ()),
    ("ro", "Cerere respinsă în temeiul Legii, Legea nr. 122/2006", ()),
    ("el", "Απόρριψη αίτησης σύμφωνα με τον ν. 4939/2022", ()),
    ("uk", "Відмова на підставі Закону № 3671-VI", ()),
    ("uk", "Зміни до Закону № 3671-VI", ()),
]  # fmt: skip


def test_an_act_may_be_called_after_what_it_amends() -> None:
    title = "Įstatymo „Dėl užsieniečių teisinės padėties“ Nr. IX-2206 pakeitimo įstatymas"
    about = Publication(country="LT", language="lt")
    assert references.own_references(f"{title} Nr. XIV-506", "", about) == ("Nr. XIV-506",)
    assert references.own_references(title, "", about) == ()


@pytest.mark.parametrize(("language", "title", "own"), OWN)
def test_its_own_is_no_act_that_is_amended_or_cited(
    language: str, title: str, own: tuple[str, ...]
) -> None:
    assert own_in(title, language=language) == own
    assert set(own) <= set(references.find_references([title]))


@pytest.mark.parametrize(
    ("language", "title", "text", "own"),
    [
        ("cs", "Vláda schválila novelu azylového zákona",
         "Návrh mění zákon č. 325/1999 Sb. Poslanci jej projednají jako sněmovní tisk 567.",
         ("sněmovní tisk 567",)),
        ("cs", "Soud zamítl žalobu žadatele",
         "Podle § 16 zákona č. 325/1999 Sb. je žádost nedůvodná. Viz rozsudek C-123/24.", ()),
        ("en", "Court rules on detention",
         "The Court gave its judgment in Case C-123/24 today. It recalls case C-5/20.",
         ("C-123/24",)),
        ("de", "Bundestag berät über Asylpaket",
         "Der Entwurf (Drucksache 20/123) setzt die Richtlinie 2013/32/EU um. Die Drucksache "
         "20/99 ist älter.", ("Drucksache 20/123",)),
        ("cs", "Nový zákon vyšel", "Zákon byl vyhlášen pod č. 314/2025 Sb.", ("314/2025 Sb.",)),
        ("cs", "Zákon č. 314/2025 Sb.", "Jednal se o sněmovní tisk 567.",
         ("314/2025 Sb.", "sněmovní tisk 567")),
        ("en", "Ministry suspends transfers", "The decision follows a judgment; see C-123/24.", ()),
        ("en", "", "", ()),
        # a law that is named by what it says, and its bill
        ("pl", "Sejm uchwalił ustawę o ochronie", "Głosowano nad drukiem nr 924.", ("druk 924",)),
        ("no", "LOV-2025-06-20-77 Lov om endringer i utlendingsloven",
         "Kunngjort i dag. Jf. Prop. 131 L (2024–2025).",
         ("LOV-2025-06-20-77", "Prop. 131 L (2024/25)")),
        ("hr", "Izmjene Zakona o strancima na snazi", "Zakon je objavljen u NN 40/2025.", ()),
        # each chamber has a number of its own
        ("cs", "Senát schválil novelu", "Senátní tisk č. 118 (sněmovní tisk 912).",
         ("senátní tisk 118", "sněmovní tisk 912")),
        # what is only mentioned in news of something else
        ("en", "FRA report on monitoring of returns", "It looks at COM(2025) 101.", ()),
        ("de", "BBU legt Jahresbericht vor", "Er geht auf das Erkenntnis G 328/2022 ein.", ()),
        ("da", "Nye tal for opholdstilladelser", "Tallene er faldet siden L 140.", ()),
    ],
)  # fmt: skip
def test_what_a_title_does_not_name_the_text_does(
    language: str, title: str, text: str, own: tuple[str, ...]
) -> None:
    assert own_in(title, text, language) == own


@pytest.mark.parametrize(
    ("title", "text", "own"),
    [
        ("Constitutional Court annuls section 5 of Act No. 314/2025 Coll.", "", True),
        ("Act No. 314/2025 Coll. is unconstitutional, court rules", "", True),
        ("Deputies challenge the law before the Constitutional Court",
         "They turn against Act No. 314/2025 Coll. on asylum.", True),
        ("Ústavní soud zrušil část zákona č. 314/2025 Sb.", "", True),
        ("Court annuls an expulsion order under Act No. 314/2025 Coll.", "", False),
        ("Court annuls the decision of the ministry", "It rested on Act No. 314/2025 Coll.", False),
        ("Krajský soud zrušil rozhodnutí podle zákona č. 314/2025 Sb.", "", False),
    ],
)  # fmt: skip
def test_an_act_that_a_court_turns_against_is_its_own(title: str, text: str, *, own: bool) -> None:
    found = references.own_references(title, text, Publication(country="CZ", language="en"))
    assert ("314/2025 Sb." in found) == own


@given(st.text(max_size=60), st.lists(st.sampled_from([case[1] for case in OWN]), max_size=3))
def test_what_is_its_own_is_named(title: str, sentences: list[str]) -> None:
    text = ". ".join(sentences)
    named = references.find_references([title, text])
    own = own_in(title, text)
    assert len(named) == references.REFERENCES_LIMIT or set(own) <= set(named)
