"""Which stage of a law a text tells."""

import pytest

from bot.data_files import languages_of, read_data
from bot.enrich.references import Publication, own_references
from bot.enrich.stage_words import stage_words
from bot.enrich.stages import find_stage
from bot.models import Stage
from bot.procedures import place

TOLD = [
    ("en", "CZ", "Government plans to tighten the Asylum Act", "announced"),
    ("en", "EU", "Commission announces proposal for new rules on returns", "announced"),
    (
        "en",
        "CZ",
        "Ministry opens consultation on draft amendment to the Asylum Act",
        "consultation",
    ),
    ("cs", "CZ", "Vláda předložila sněmovně novelu jako sněmovní tisk 512", "bill"),
    ("cs", "CZ", "Výbor přijal pozměňovací návrhy ke sněmovnímu tisku 512", "amended"),
    ("en", "CZ", "Czech deputies soften asylum bill after criticism", "amended"),
    ("en", "IE", "Committee waters down International Protection Bill", "amended"),
    ("cs", "CZ", "Poslanci zmírnili azylový zákon", "amended"),
    ("pl", "PL", "Komisja złagodziła projekt ustawy o cudzoziemcach", "amended"),
    ("de", "DE", "Stadt streicht Sprachkurse für Flüchtlinge", None),
    ("en", "IE", "Appeal struck out by High Court", None),
    ("en", "CZ", "Lower house adopts asylum bill (Chamber print 512)", "adopted"),
    ("cs", "CZ", "Novela vyšla ve Sbírce zákonů pod č. 314/2025 Sb.", "published"),
    ("cs", "CZ", "Zákon č. 314/2025 Sb. nabývá účinnosti", "in_force"),
    ("cs", "CZ", "Skupina senátorů napadla zákon č. 314/2025 Sb. u Ústavního soudu", "challenged"),
    ("cs", "CZ", "Ústavní soud zrušil část zákona č. 314/2025 Sb.", "annulled"),
    ("de", "DE", "Bundeskabinett beschließt Gesetzentwurf zur Rückführung", "bill"),
    ("de", "DE", "Bundestag beschließt Asylpaket (BT-Drs. 20/1234)", "adopted"),
    ("de", "DE", "Bundesverfassungsgericht setzt Asylgesetz aus: ausgesetzt", "suspended"),
    ("es", "ES", "El Gobierno aprueba el nuevo Reglamento de Extranjería", "adopted"),
    ("fr", "FR", "Le Conseil constitutionnel censure la loi n° 2024-42", "annulled"),
    ("fr", "FR", "La loi n° 2024-42 est promulguée", "published"),
    ("it", "IT", "Il Senato approva il ddl di conversione (A.S. 591)", "adopted"),
    ("nl", "NL", "Kabinet trekt wetsvoorstel in: ingetrokken", "withdrawn"),
    ("pl", "PL", "Sejm odrzucił projekt ustawy (druk nr 1234)", "rejected"),
    ("en", "EU", "Commission proposes return regulation COM(2025) 101", "bill"),
    ("en", "EU", "Council reaches general approach on COM(2025) 101", "bill"),
    ("en", "EU", "Judgment of the Court in Case C-123/24", "decided"),
    # the heading of what is printed, whatever the law is about
    ("es", "ES", "Real Decreto 1155/2024, por el que se aprueba el Reglamento", "published"),
    ("de", "DE", "Gesetz zur Aussetzung des Familiennachzugs (BGBl. 2025 I Nr. 173)", "published"),
    ("pt", "PT", "Proposta de Lei n.º 3/XVII, que aprova o regime jurídico", "bill"),
    ("sk", "SK", "LP/2025/142 Zákon o pobyte cudzincov", "consultation"),
    # a title without a law: a chamber votes, or what laws bring begins to apply
    ("nl", "NL", "Tweede Kamer stemt in met strengere regels voor asielzoekers", "adopted"),
    ("pl", "PL", "Od dziś obowiązują nowe zasady zatrudniania cudzoziemców", "in_force"),
    ("hr", "HR", "Novi uvjeti za boravak stranaca stupaju na snagu", "in_force"),
    # what rests on a law, or has another subject
    ("en", "CZ", "Court rejects appeal against expulsion under Act No. 325/1999 Coll.", None),
    ("cs", "CZ", "Krajský soud zrušil rozhodnutí podle zákona č. 325/1999 Sb.", None),
    ("en", "CZ", "Minister opens a new reception centre", None),
    ("de", "DE", "Zahl der Asylanträge sinkt", None),
]


@pytest.mark.parametrize(("language", "country", "title", "kind"), TOLD)
def test_a_title_tells_a_stage(language: str, country: str, title: str, kind: str | None) -> None:
    publication = Publication(country=country, language=language)
    own = own_references(title, "", publication)
    stage = find_stage(title, "", publication, own)
    assert (stage.kind if stage else None) == kind


def test_what_an_official_gazette_prints_is_published() -> None:
    title = "Wet van 3 maart 2026 tot wijziging van de Vreemdelingenwet"
    text = "De wet treedt in werking op 1 april 2026."

    def kind(publisher: str) -> str | None:
        publication = Publication(country="NL", language="nl", publisher=publisher)
        stage = find_stage(title, text, publication, ())
        return stage.kind if stage else None

    assert kind("Staatsblad van het Koninkrijk der Nederlanden") == "published"
    assert kind("Nieuwsdienst") == "in_force"


def test_a_vote_has_the_stage_of_its_number() -> None:
    publication = Publication(country="NO", language="nb")
    title = "Lovvedtak 12 (2025–2026)"
    stage = find_stage(title, "", publication, own_references(title, "", publication))
    assert stage
    assert stage.kind == "adopted"


def test_how_a_court_decides_is_told_below_its_number() -> None:
    publication = Publication(country="FR", language="fr", publisher="Conseil constitutionnel")
    title = "Décision n° 2026-901 DC du 3 mars 2026"
    text = "Le Conseil constitutionnel censure deux articles de la loi."
    stage = find_stage(title, text, publication, own_references(title, text, publication))
    assert stage
    assert stage.kind == "annulled"


def test_what_a_court_decides_on_a_person_is_no_stage() -> None:
    publication = Publication(country="CZ", language="cs", publisher="Nejvyšší správní soud")
    title = "Rozsudek 5 Azs 12/2026: zrušené vyhoštění"
    own = own_references(title, "", publication)
    assert own == ()
    assert find_stage(title, "", publication, own) is None


def test_who_decides_is_named_as_a_country_calls_them() -> None:
    def body(country: str, language: str, title: str) -> str | None:
        publication = Publication(country=country, language=language)
        stage = find_stage(title, "", publication, own_references(title, "", publication))
        return stage.body if stage else None

    assert body("DE", "de", "Bundesrat billigt Gesetz (BR-Drs. 112/26)") == "upper_house"
    assert body("CH", "de", "Bundesrat verabschiedet das Asylgesetz") == "government"
    assert body("CZ", "cs", "Prezident podepsal zákon č. 314/2025 Sb.") == "president"
    assert body("SE", "sv", "Riksdagen antog proposition 2023/24:18") == "parliament"


def test_a_stage_has_a_place_where_the_procedure_is_known() -> None:
    def placed(country: str | None, kind: str, body: str | None = None) -> object:
        return place(Stage(kind=kind, body=body, words=""), country)  # type: ignore[arg-type]

    assert placed("CZ", "adopted", "lower_house") == (3, 5)
    assert placed("CZ", "adopted", "upper_house") == (4, 5)
    assert placed("SE", "adopted", "parliament") == (3, 4)
    assert placed("EU", "bill") == (2, 5)
    assert placed("FR", "adopted", "upper_house") is None  # either chamber may be first
    assert placed("CZ", "annulled") is None
    assert placed(None, "bill") is None


def test_every_language_has_words_for_every_stage() -> None:
    assert languages_of("stages") == languages_of("events")
    for code in languages_of("stages"):
        assert all(read_data(f"stages/{code}", dict[str, tuple[str, ...]]).values()), code
        assert stage_words(code)
