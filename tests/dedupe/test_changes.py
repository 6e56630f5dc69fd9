"""Which changes of a development are of substance, and which of them readers are told."""

import datetime as dt
import time

import pytest
from msgspec.structs import replace

from bot.dedupe.changes import as_told, change_since, compare_texts, is_typo_fix, revise
from bot.models import Change, DateAhead, DateKind, Development
from tests.samples import NOW, citation, development

TEXT = (
    "Vláda ve středu schválila novelu azylového zákona, která zkracuje lhůty řízení na 30 dnů. "
    "Ministerstvo vnitra zároveň navrhuje nová pravidla pro návraty cizinců."
)


def told(title: str, summary: str = TEXT) -> Development:
    return development(
        id="CZ-2025-0001", title=title, summary=summary, sources=(citation(title_native=title),)
    )


@pytest.mark.parametrize(
    ("affirmed", "denied"),
    [
        ("Съветът прие закона за убежището", "Съветът не прие закона за убежището"),
        ("Vláda schválila azylový zákon", "Vláda neschválila azylový zákon"),
        ("Regeringen vedtager asylloven", "Regeringen vedtager ikke asylloven"),
        ("Der Bundestag stimmt dem Gesetz zu", "Der Bundestag stimmt dem Gesetz nicht zu"),
        ("Das Gericht sieht eine Gefahr", "Das Gericht sieht keine Gefahr"),
        ("Η Βουλή ψήφισε τον νόμο", "Η Βουλή δεν ψήφισε τον νόμο"),
        ("The court did now allow the removal", "The court did not allow the removal"),
        ("The ban is lawful", "The ban isn't lawful"),
        ("The ban is lawful", "The ban is unlawful"),
        ("El Gobierno aprueba la ley de asilo", "El Gobierno no aprueba la ley de asilo"),
        ("Valitsus kiitis seaduse heaks", "Valitsus ei kiitnud seadust heaks"),
        ("Hallitus hyväksyy turvapaikkalain", "Hallitus ei hyväksy turvapaikkalakia"),
        ("Le Conseil a annulé le décret", "Le Conseil n'a pas annulé le décret"),
        ("Tá an dlí i bhfeidhm", "Níl an dlí i bhfeidhm"),
        ("Sud je potvrdio odluku", "Sud nije potvrdio odluku"),
        ("A kormány elfogadta a törvényt", "A kormány nem fogadta el a törvényt"),
        ("Alþingi samþykkti lögin", "Alþingi samþykkti ekki lögin"),
        ("Il governo ha approvato la legge", "Il governo non ha approvato la legge"),
        ("Seimas priėmė įstatymą", "Seimas nepriėmė įstatymo"),
        ("Saeima pieņēma likumu", "Saeima nepieņēma likumu"),
        ("Il-Gvern approva l-liġi", "Il-Gvern ma approvax il-liġi"),
        ("Il-Gvern jaqbel mal-liġi", "Il-Gvern mhux jaqbel mal-liġi"),
        ("Min-naħa tal-Gvern approva", "Min-naħa tal-Gvern approvax"),
        ("De Kamer steunt de asielwet", "De Kamer steunt de asielwet niet"),
        ("Stortinget vedtok asylloven", "Stortinget vedtok ikke asylloven"),
        ("Sejm przyjął ustawę o azylu", "Sejm nie przyjął ustawy o azylu"),
        ("O Governo aprovou a lei de asilo", "O Governo não aprovou a lei de asilo"),
        ("Guvernul a aprobat legea azilului", "Guvernul nu a aprobat legea azilului"),
        ("Guvernul a aprobat legea azilului", "Guvernul n-a aprobat legea azilului"),
        ("Vláda schválila zákon o azyle", "Vláda neschválila zákon o azyle"),
        ("Vlada je potrdila zakon", "Vlada ni potrdila zakona"),
        ("Riksdagen antog asyllagen", "Riksdagen antog inte asyllagen"),
        ("Meclis yasayı kabul etti", "Meclis yasayı kabul etmedi"),
        ("Рада ухвалила закон про притулок", "Рада не ухвалила закон про притулок"),
    ],
)
def test_a_title_that_gains_a_not_is_told(affirmed: str, denied: str) -> None:
    assert not is_typo_fix(affirmed, denied)
    assert revise(told(affirmed), told(denied))[1] == Change(title=(affirmed, denied))
    assert revise(told(denied), told(affirmed))[1] == Change(title=(denied, affirmed))


@pytest.mark.parametrize(
    "text",
    [
        f"{TEXT} Zobrazeno 1 250×.",
        f"Před 5 minutami. {TEXT}",
        f"{TEXT} Komentáře (14)",
        f"{TEXT}\nAktualizováno 16. 1. 2025, 14:30",
    ],
)
def test_what_has_no_substance_is_no_change(text: str) -> None:
    assert compare_texts(TEXT, text) is None
    assert compare_texts(text, TEXT) is None


def test_an_advertisement_beside_a_text_is_no_change() -> None:
    one, other = ("Pojistěte si auto levněji.", "Dovolená u moře se slevou.")
    assert compare_texts(f"{TEXT} {one}", f"{TEXT} {other}") is None
    assert compare_texts(f"{one} {TEXT}", f"{other} {TEXT}") is None


def test_a_sentence_that_replaces_another_is_a_change() -> None:
    whole = f"{TEXT} O návrhu bude jednat sněmovna."
    assert compare_texts(whole, f"{TEXT} O návrhu rozhodne soud.") == (
        "O návrhu bude jednat sněmovna.", "O návrhu rozhodne soud.",
    )  # fmt: skip


def test_a_site_that_is_down_does_not_change_a_development() -> None:
    before = told("Vláda schválila azylový zákon")
    down = told("Služba je dočasně nedostupná", "Omlouváme se za potíže, zkuste to později.")
    assert revise(before, down) == (before, None)


def test_readers_are_told_once_a_day_what_has_changed_since() -> None:
    first, second, third = (told(f"Lhůta řízení je {days} dnů") for days in (30, 60, 90))
    known = as_told(first, NOW)
    assert change_since(known, second, NOW + dt.timedelta(hours=23)) is None
    change = change_since(known, third, NOW + dt.timedelta(hours=25))
    assert change == Change(title=(first.title, third.title))
    assert change_since(known, replace(first, topics=("detention",)), NOW.replace(day=20)) is None


JANUARY, JULY = dt.date(2027, 1, 1), dt.date(2027, 7, 1)


def ahead(day: dt.date | None, kind: DateKind = "in_force", sentence: str = "") -> DateAhead:
    return DateAhead(kind=kind, day=day, words=f"{day}", sentence=sentence or f"Platí od {day}.")


def test_a_date_ahead_that_moves_is_a_change() -> None:
    was, now, other = ahead(JANUARY), ahead(JULY), ahead(JULY, "comments", "Do července.")
    before = replace(told("Vláda schválila zákon"), ahead=(was, other))
    after = replace(before, ahead=(now, other))
    revised, change = revise(before, after)
    assert change == Change(ahead=((was,), (now,)))
    assert (revised.revision, revised.ahead[0]) == (1, now)
    assert change_since(as_told(before, NOW), after, NOW + dt.timedelta(days=2)) == change


def test_a_draft_without_a_day_leaves_the_dates_ahead_that_its_text_does_not_contradict() -> None:
    gone, kept, elsewhere = ahead(JANUARY), ahead(JULY), ahead(JULY, "comments", "Do července.")
    dates, undated = (gone, kept, elsewhere), (citation(date=None),)
    before = replace(told("Zákon", f"{gone.sentence} {kept.sentence}"), ahead=dates)
    draft = replace(told("Zákon", kept.sentence), date=None, sources=undated, ahead=())
    assert revise(before, draft)[0].ahead == (kept, elsewhere)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ((), (ahead(JANUARY),)),  # an excerpt that says more
        ((ahead(JANUARY),), ()),
        ((ahead(JANUARY),), (ahead(JULY, "comments"),)),
        ((ahead(JANUARY, sentence="A"),), (ahead(JULY, sentence="A"),)),  # read otherwise
        ((ahead(JANUARY, sentence="A"),), (ahead(JANUARY, sentence="B"),)),
        ((ahead(None, "appeal", "15 dnů"),), (ahead(None, "appeal", "30 dnů"),)),
    ],
)
def test_a_date_ahead_that_only_one_text_tells_is_no_change(
    before: tuple[DateAhead, ...], after: tuple[DateAhead, ...]
) -> None:
    known = replace(told("Vláda schválila zákon"), ahead=before)
    _, change = revise(known, replace(known, ahead=after))
    assert change is None


def test_one_long_word_takes_no_longer_than_a_text() -> None:
    word = "a" * 20_000
    is_typo_fix("asylum", "asylums")  # reads the lists
    begun = time.process_time()
    assert not is_typo_fix(word, f"{word[:9000]}b{word[9000:]}")
    assert time.process_time() - begun < 0.3
