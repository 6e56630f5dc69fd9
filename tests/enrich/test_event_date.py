"""The day of the decision, published on Thursday, 12 November 2026."""

import datetime as dt

import pytest
from babel.dates import format_date
from hypothesis import given
from hypothesis import strategies as st

from bot.enrich.event_date import event_date

PUBLISHED = dt.date(2026, 11, 12)


def day(title: str, text: str, language: str) -> str | None:
    """The day found, as month and day; with its year, where that is another."""
    found = event_date(title, text, language, PUBLISHED)
    return found and found[0].isoformat().removeprefix("2026-")


@pytest.mark.parametrize(
    ("language", "text", "found"),
    [
        ("en", "The government adopted the asylum bill on 10 November 2026.", "11-10"),
        ("en", "Parliament passed the act on 10/11/2026.", "11-10"),
        ("en", "The Council approved the mandate on 2026-11-10.", "11-10"),
        ("en", "On Tuesday, the minister signed the agreement on returns.", "11-10"),
        ("en", "Ministers met last Thursday and agreed on the pact.", "11-05"),
        ("en", "The minister yesterday announced new rules for asylum seekers.", "11-11"),
        ("de", "Der Bundestag hat am 10.11.2026 das Gesetz beschlossen.", "11-10"),
        ("de", "Am Dienstag hat der Ministerrat die Novelle angenommen.", "11-10"),
        ("de", "Das Kabinett beschloss am 10.11. den Entwurf.", "11-10"),
        ("fr", "Le Sénat a adopté mardi le projet de loi sur l'asile.", "11-10"),
        ("fr", "Le ministre a signé l'accord le 10/11/2026.", "11-10"),
        ("es", "El Gobierno aprobó el martes el reglamento de extranjería.", "11-10"),
        ("it", "Il Consiglio dei ministri ha approvato il 10 novembre il decreto.", "11-10"),
        ("pt", "O Governo aprovou na terça-feira a nova lei de asilo.", "11-10"),
        ("nl", "De Tweede Kamer heeft dinsdag het wetsvoorstel aangenomen.", "11-10"),
        ("sv", "Riksdagen antog i tisdags den nya lagen om asyl.", "11-10"),
        ("da", "Folketinget vedtog tirsdag den 10. november loven.", "11-10"),
        ("no", "Stortinget vedtok tirsdag endringer i utlendingsloven.", "11-10"),
        ("is", "Alþingi samþykkti á þriðjudag ný lög um útlendinga.", "11-10"),
        ("fi", "Hallitus hyväksyi esityksen tiistaina 10. marraskuuta.", "11-10"),
        ("fi", "Eduskunta hyväksyi lain marraskuun 10. päivänä.", "11-10"),
        ("et", "Valitsus kiitis eelnõu heaks 10. novembril 2026.", "11-10"),
        ("et", "Riigikogu võttis seaduse teisipäeval vastu.", "11-10"),
        ("lv", "Saeima 10. novembrī pieņēma grozījumus Patvēruma likumā.", "11-10"),
        ("lv", "Valdība otrdien apstiprināja noteikumus.", "11-10"),
        ("lv", "Valdība otrdien līdz 30. jūnijam pagarināja režīmu.", "11-10"),
        ("lt", "Seimas lapkričio 10 d. priėmė Užsieniečių įstatymo pataisas.", "11-10"),
        ("lt", "Vyriausybė antradienį patvirtino planą.", "11-10"),
        ("pl", "Sejm uchwalił we wtorek ustawę o cudzoziemcach.", "11-10"),
        ("pl", "Rząd przyjął projekt w dniu 10.XI.2026 r.", "11-10"),
        ("cs", "Vláda schválila novelu 10. 11. 2026.", "11-10"),
        ("cs", "Vláda schválila novelu zákona o azylu dne 10. listopadu 2026.", "11-10"),
        ("en", "Parliament approved amendments to the Act on Asylum on 10 November.", "11-10"),
        ("cs", "Novela zákona byla schválena v úterý.", "11-10"),
        ("en", "The amendments were adopted on Tuesday.", "11-10"),
        ("it", "Le modifiche sono state approvate martedì.", "11-10"),
        ("pl", "Rząd przyjął zmianę rozporządzenia 10 listopada.", "11-10"),
        ("cs", "Sněmovna ve středu schválila zákon o azylu.", "11-11"),
        ("sk", "Vláda v utorok schválila novelu zákona o azyle.", "11-10"),
        ("sl", "Državni zbor je 10. novembra sprejel zakon o tujcih.", "11-10"),
        ("sl", "Vlada je v torek potrdila predlog zakona.", "11-10"),
        ("hr", "Vlada je 10. studenog donijela uredbu.", "11-10"),
        ("hu", "A kormány november 10-én fogadta el a rendeletet.", "11-10"),
        ("hu", "Az Országgyűlés kedden elfogadta a törvényt.", "11-10"),
        ("ro", "Guvernul a adoptat marți ordonanța privind azilul.", "11-10"),
        ("bg", "Правителството прие на 10 ноември промените.", "11-10"),
        ("bg", "Народното събрание прие закона във вторник.", "11-10"),
        ("el", "Η Βουλή ψήφισε στις 10 Νοεμβρίου τον νόμο για το άσυλο.", "11-10"),
        ("el", "Η κυβέρνηση ενέκρινε την Τρίτη το σχέδιο.", "11-10"),
        ("el", "Υπογράφηκε την 1η Νοεμβρίου η συμφωνία επανεισδοχής.", "11-01"),
        ("uk", "Верховна Рада ухвалила закон 10 листопада.", "11-10"),
        ("ru", "Госдума приняла закон во вторник.", "11-10"),
        ("tr", "Meclis, kanunu 10 Kasım'da kabul etti.", "11-10"),
        ("tr", "Bakanlık, 31 Aralık'ta sona erecek süreyi 10 Kasım'da uzattı.", "11-10"),
        ("mt", "Il-Gvern approva l-liġi fl-10 ta' Novembru 2026.", "11-10"),
        ("mt", "Il-Ministru ħabbar ir-regoli nhar it-Tlieta.", "11-10"),
        ("mt", "Il-Ministru ħabbar ir-regoli fl-ewwel ta' Novembru.", "11-01"),
        ("it", "Il Ministro ha firmato il primo novembre l'accordo.", "11-01"),
        ("ga", "Ghlac an Dáil leis an mBille an 10 Samhain 2026.", "11-10"),
        ("ga", "D'fhógair an tAire Dé Máirt na rialacha nua.", "11-10"),
    ],
)  # fmt: skip
def test_the_day_of_the_decision_is_found(language: str, text: str, found: str) -> None:
    assert day("", text, language) == found


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "As of 31 October 2026, 5,200 people were staying in reception centres."),
        ("en", "A man who stabbed two people on 5 November is to be deported."),
        ("en", "The rules entered into force on 1 November."),
        ("en", "Applications could be lodged until 10 November."),
        ("en", "The law of 5 November 2012 is being amended."),
        ("en", "Parliament will vote on 10 December."),
        ("de", "Zum 31. Oktober lebten 5.200 Personen in Unterkünften."),
        ("de", "Die Verordnung ist am 1. November in Kraft getreten."),
        ("de", "Der Mann, der am 5. November zwei Menschen niederstach, ist in Haft."),
        ("fr", "La loi est entrée en vigueur le 1er novembre."),
        ("fr", "Au 31 octobre, 5 200 personnes étaient hébergées."),
        ("es", "Desde el 1 de noviembre se aplica el nuevo reglamento."),
        ("it", "Il decreto è in vigore dal 1° novembre."),
        ("nl", "De regeling geldt vanaf 1 november."),
        ("sv", "Lagen trädde i kraft den 1 november."),
        ("pl", "Ustawa weszła w życie 1 listopada."),
        ("cs", "Zákon je účinný od 1. listopadu."),
        ("cs", "K 31. říjnu bylo v zařízeních 520 osob."),
        ("hu", "A rendelet november 1-jén lépett hatályba."),
        ("hu", "Kérelmet november 10-ig lehetett benyújtani."),
        ("fi", "Laki tuli voimaan 1. marraskuuta."),
        ("et", "Seadus jõustus 1. novembril."),
        ("et", "Taotlusi võeti vastu kuni 10. novembrini."),
        ("lv", "Likums stājās spēkā 1. novembrī."),
        ("lt", "Įstatymas įsigaliojo lapkričio 1 d."),
        ("el", "Ο νόμος τέθηκε σε ισχύ την 1η Νοεμβρίου."),
        ("bg", "Законът е в сила от 1 ноември."),
        ("cs", "Dne 3. listopadu uplynulo deset let od tragédie."),
        ("uk", "Станом на 1 листопада захист мали 4 мільйони осіб."),
        ("tr", "Yönetmelik 1 Kasım'da yürürlüğe girdi."),
        ("mt", "Il-liġi daħlet fis-seħħ fl-1 ta' Novembru."),
        ("ga", "Tháinig an tAcht i bhfeidhm an 1 Samhain."),
    ],
)  # fmt: skip
def test_the_day_of_something_else_is_none_of_the_decision(language: str, text: str) -> None:
    assert day("", text, language) is None


@pytest.mark.parametrize(
    ("title", "text", "found"),
    [
        ("Constitutional Court annuls detention rules",
         "In its judgment of 14 September 2026, the Court annulled the rules.", "09-14"),
        ("Judgment of the Court of 3 September 2026 in Case C-1/25", "", "09-03"),
        ("Act of 4 July 2026 on foreigners published", "", "07-04"),
        ("Government amends the Act of 4 July 2026 on foreigners", "", None),
        ("New rules on returns",
         "The rules follow the judgment of 14 September 2026 on detention.", None),
        ("Government announces new rules",
         "The minister presented them on Tuesday. The centre opened on 2 November.", "11-10"),
        ("Supreme Court on detention",
         "In judgment no. C-12/2026 of 14 September 2026, published yesterday, the Court held that "
         "families may not be detained.", "09-14"),
        ("Man deported", "The man arrested on 1 November was deported on Tuesday.", "11-10"),
        ("Statistics", "On 1 November there were 48,120 beneficiaries in the country.", None),
        ("Boat arrives", "A boat with 148 people reached the port yesterday.", "11-11"),
        ("Minister to visit", "The minister will meet her counterpart on Tuesday.", None),
        ("Session of the committee",
         "The committee, which met on 5 and 6 November, decided on Friday 6 November to table a "
         "motion.", "11-06"),
        ("New pact", "Brussels, 10 November 2026 – The Commission today adopted it.", "11-10"),
        ("New pact", "BRUSSELS (10/11/2026) - The Commission adopted the pact yesterday.", "11-09"),
        ("Years after", "On 3 November it was ten years since the shipwreck.", None),
        ("Driver convicted",
         "A man, who on 3 November drove twelve people across, was convicted.", None),
        ("The new Aliens Act", "Parliament adopted the Act on 3 September 2026.", "09-03"),
        ("Transfers to Croatia again",
         "In its judgment of 14 September 2026, the Supreme Court held them lawful.", "09-14"),
        ("Deadline", "The ministry extended the deadline on 10 November.", "11-10"),
        ("Court", "The court on 5 November annulled the decision of 30 October.", "11-05"),
        ("Court sentences smuggler",
         "The man who had crossed the border on 3 November was sentenced on Tuesday.", "11-10"),
        ("Parliament adopts the asylum act",
         "The act adopted on Tuesday enters into force on 1 January 2027.", "11-10"),
    ],
)  # fmt: skip
def test_the_day_is_that_of_the_items_own_decision(
    title: str, text: str, found: str | None
) -> None:
    assert day(title, text, "en") == found


@pytest.mark.parametrize(
    ("language", "title", "text"),
    [
        ("bg", "Министерството прие нови правила",
         "Чужденците подават молби по реда на Закона за чужденците от 5 ноември 2026 г."),
        ("bg", "Министерството прие нови правила",
         "Срокът е уреден в Наредба № 5 от 5 ноември 2026 г. за условията."),
        ("cs", "Ministerstvo schválilo nový formulář",
         "Žádost upravuje vyhláška č. 314/2026 Sb. ze dne 5. listopadu 2026."),
        ("cs", "Ministerstvo schválilo nový formulář",
         "Nařízení Evropského parlamentu a Rady (EU) 2026/1348 ze dne 5. listopadu 2026 stanoví "
         "lhůty."),
        ("da", "Ministeriet godkendte ny formular",
         "Fristen fremgår af lov nr. 123 af 5. november 2026 om udlændinge."),
        ("da", "Ministeriet godkendte ny formular",
         "Fristen følger af Europa-Parlamentets og Rådets forordning (EU) 2026/1348 af 5. "
         "november 2026."),
        ("de", "Ministerium billigt neues Formular",
         "Die Frist ergibt sich aus der Verordnung (EU) 2026/1348 des Europäischen Parlaments "
         "und des Rates vom 5. November 2026."),
        ("de", "Ministerium billigt neues Formular",
         "Das Verfahren regelt das Aufenthaltsgesetz in der Fassung der Verordnung vom 5. "
         "November 2026 (BGBl. 2026 I Nr. 54)."),
        ("el", "Το υπουργείο ενέκρινε νέο έντυπο",
         "Η προθεσμία προβλέπεται στον κανονισμό (ΕΕ) 2026/1348 του Ευρωπαϊκού Κοινοβουλίου και "
         "του Συμβουλίου της 5ης Νοεμβρίου 2026."),
        ("en", "Ministry approves new form",
         "The time limit is in Regulation (EU) 2026/1348 of the European Parliament and of the "
         "Council of 5 November 2026."),
        ("en", "Ministry approves new form", "The Migration Act of 5 November 2026 sets the fee."),
        ("es", "El ministerio aprueba un formulario",
         "El plazo figura en el Real Decreto 1155/2026, de 5 de noviembre, por el que se "
         "aprueba el Reglamento."),
        ("es", "El ministerio aprueba un formulario",
         "El plazo figura en la Ley Orgánica 4/2026, de 5 de noviembre, sobre extranjeros."),
        ("et", "Ministeerium kinnitas uue vormi",
         "Tähtaeg on sätestatud siseministri 5. novembri 2026. a määruses nr 5."),
        ("et", "Ministeerium kinnitas uue vormi",
         "Tähtaeg on sätestatud siseministri 5. novembri 2026 määruses nr 5."),
        ("fi", "Ministeriö hyväksyi uuden lomakkeen",
         "Määräaika on 5. marraskuuta 2026 annetussa laissa."),
        ("fr", "Le ministère approuve un formulaire",
         "Le délai figure au règlement (UE) 2026/1348 du Parlement européen et du Conseil du 5 "
         "novembre 2026."),
        ("fr", "Le ministère approuve un formulaire",
         "Le délai figure dans le décret n° 2026-123 du 5 novembre 2026 relatif aux titres."),
        ("hr", "Ministarstvo donijelo novi obrazac",
         "Rok je u Zakonu o strancima od 5. studenoga 2026."),
        ("hu", "A minisztérium elfogadta az űrlapot",
         "A határidőt a 2026. november 5-i rendelet tartalmazza."),
        ("is", "Ráðuneytið samþykkti eyðublað",
         "Fresturinn er í lögum nr. 80/2026 frá 5. nóvember 2026."),
        ("it", "Il ministero approva il modulo",
         "Il termine è nel decreto legislativo 5 novembre 2026, n. 145."),
        ("it", "Il ministero approva il modulo",
         "Il termine è nel decreto-legge n. 145 del 5 novembre 2026."),
        ("lt", "Ministerija patvirtino formą",
         "Terminas nustatytas vidaus reikalų ministro 2026 m. lapkričio 5 d. įsakyme Nr. 1V-5."),
        ("lv", "Ministrija apstiprināja veidlapu",
         "Termiņš ir Ministru kabineta 2026. gada 5. novembra noteikumos Nr. 123."),
        ("mt", "Il-Ministeru approva l-formola",
         "It-terminu jinsab fir-Regolament (UE) 2026/1348 tal-Parlament Ewropew u tal-Kunsill "
         "tal-5 ta' Novembru 2026."),
        ("nl", "Ministerie keurt formulier goed",
         "De termijn staat in Verordening (EU) 2026/1348 van het Europees Parlement en de Raad "
         "van 5 november 2026."),
        ("nl", "Ministerie keurt formulier goed",
         "De termijn staat in het besluit van 5 november 2026."),
        ("no", "Departementet godkjente skjema", "Fristen står i lov av 5. november 2026 nr. 35."),
        ("pl", "Ministerstwo przyjęło formularz",
         "Termin określa rozporządzenie Ministra Spraw Wewnętrznych z dnia 5 listopada 2026 r. "
         "w sprawie wiz."),
        ("pl", "Ministerstwo przyjęło formularz",
         "Termin określa ustawa o cudzoziemcach z dnia 5 listopada 2026 r."),
        ("pt", "Ministério aprova formulário",
         "O prazo consta da Portaria n.º 61/2026, de 5 de novembro, e da lei."),
        ("pt", "Ministério aprova formulário",
         "O prazo consta da Resolução do Conselho de Ministros n.º 61/2026, de 5 de novembro."),
        ("ro", "Ministerul a aprobat formularul",
         "Termenul este în Ordonanța de urgență a Guvernului nr. 14 din 5 noiembrie 2026."),
        ("ru", "Министерство утвердило форму",
         "Срок указан в постановлении Правительства № 15 от 5 ноября 2026 г."),
        ("sk", "Ministerstvo schválilo formulár",
         "Lehota je v zákone č. 314/2026 Z. z. z 5. novembra 2026."),
        ("sk", "Ministerstvo schválilo formulár", "Lehota je vo vyhláške zo dňa 5. novembra 2026."),
        ("sl", "Ministrstvo je sprejelo obrazec",
         "Rok je v Uredbi (EU) 2026/1348 Evropskega parlamenta in Sveta z dne 5. novembra 2026."),
        ("sv", "Ministeriet godkände formuläret",
         "Fristen står i Europaparlamentets och rådets förordning (EU) 2026/1348 av den 5 "
         "november 2026."),
        ("tr", "Bakanlık formu onayladı",
         "Süre, 5 Kasım 2026 tarihli ve 7500 sayılı Kanunda düzenlenmiştir."),
        ("uk", "Міністерство затвердило форму",
         "Строк визначено постановою Кабінету Міністрів № 15 від 5 листопада 2026 р."),
        ("pt", "AIMA divulga novas regras sobre a Lei n.º 61/2026, de 5 de novembro", ""),
        ("en", "Ministry approves new fees", "It adopted the fees under the Act of 5 March 2026."),
    ],
)  # fmt: skip
def test_the_day_that_names_a_law_is_none_of_what_is_done_under_it(
    language: str, title: str, text: str
) -> None:
    assert day(title, text, language) is None


@pytest.mark.parametrize(
    ("language", "title", "text"),
    [
        ("bg", "Публикуван е Законът от 5 ноември 2026 г. за чужденците", ""),
        ("cs", "Ve Sbírce vyšel zákon ze dne 5. listopadu 2026", ""),
        ("cs", "Sněmovna", "Sněmovna schválila zákon o azylu ze dne 5. listopadu 2026."),
        ("da", "Ny lov om asyl vedtaget", "Loven af 5. november 2026 ændrer reglerne."),
        ("de", "Bundestag beschließt neues Asylgesetz",
         "Das Gesetz vom 5. November 2026 sieht schnellere Verfahren vor."),
        ("el", "Δημοσιεύθηκε ο νόμος 5038/2026 της 5ης Νοεμβρίου 2026", ""),
        ("es", "El BOE publica el Real Decreto 1155/2026, de 5 de noviembre", ""),
        ("fi", "Laki", "Eduskunta hyväksyi 5. marraskuuta 2026 uuden lain."),
        ("fr", "Publication de la loi n° 2026-42 du 5 novembre 2026", ""),
        ("fr", "Immigration", "Le président a promulgué la loi n° 2026-42 du 5 novembre 2026."),
        ("it", "Pubblicato il decreto-legge 5 novembre 2026, n. 145", ""),
        ("lt", "Seimas", "Seimas 2026 m. lapkričio 5 d. priėmė įstatymą Nr. XV-5."),
        ("lv", "Saeima", "Saeima 2026. gada 5. novembrī pieņēma likumu."),
        ("nl", "Staatsblad", "De wet van 5 november 2026 is bekendgemaakt in het Staatsblad."),
        ("pl", "Ogłoszono ustawę z dnia 5 listopada 2026 r. o cudzoziemcach", ""),
        ("pt", "Publicada a Portaria n.º 61/2026, de 5 de novembro", ""),
        ("ro", "A fost publicată Legea nr. 14 din 5 noiembrie 2026", ""),
        ("sv", "Riksdagen", "Riksdagen antog lagen den 5 november 2026."),
        ("sk", "Vyšiel zákon č. 314/2026 Z. z. z 5. novembra 2026", ""),
        ("uk", "Опубліковано Закон № 5-IX від 5 листопада 2026 р.", ""),
        ("hu", "Kihirdették a 2026. november 5-i rendeletet", ""),
        ("et", "Valitsus kinnitas määruse", "Valitsus kinnitas 5. novembril 2026 määruse nr 5."),
    ],
)  # fmt: skip
def test_it_is_the_day_of_the_law_that_is_made(language: str, title: str, text: str) -> None:
    assert day(title, text, language) == "11-05"


DECISIONS = {
    "bg": "На {} правителството прие закона.",
    "cs": "Vláda schválila novelu {} v Praze.",
    "da": "Folketinget vedtog loven {} i København.",
    "de": "Der Ministerrat hat am {} die Novelle beschlossen.",
    "el": "Η Βουλή ψήφισε στις {} τον νόμο.",
    "en_GB": "The government adopted the bill on {} in London.",
    "es": "El Gobierno aprobó el {} el reglamento.",
    "et": "Valitsus kinnitas eelnõu {} Tallinnas.",
    "fi": "Hallitus hyväksyi esityksen {} Helsingissä.",
    "fr": "Le Sénat a adopté le {} le texte.",
    "ga": "Ghlac an Dáil leis an mBille {} sa Dáil.",
    "hr": "Vlada je {} donijela uredbu.",
    "hu": "A kormány {} elfogadta a javaslatot.",
    "is": "Alþingi samþykkti {} frumvarpið.",
    "it": "Il Consiglio dei ministri ha approvato il {} il testo.",
    "lt": "Seimas {} priėmė pataisas.",
    "lv": "Saeima {} pieņēma grozījumus.",
    "mt": "Il-Parlament approva l-abbozz fi {} il-Belt.",
    "nb": "Stortinget vedtok endringene {} i Oslo.",
    "nl": "De Kamer heeft het voorstel op {} aangenomen.",
    "pl": "Sejm uchwalił {} nowe przepisy.",
    "pt": "O Governo aprovou em {} o diploma.",
    "ro": "Guvernul a adoptat pe {} proiectul.",
    "ru": "Дума приняла {} поправки.",
    "sk": "Vláda schválila novelu {} v Bratislave.",
    "sl": "Državni zbor je {} sprejel novelo.",
    "sv": "Riksdagen antog förslaget {} i Stockholm.",
    "tr": "Meclis {} teklifi kabul etti.",
    "uk": "Рада ухвалила {} зміни.",
}


@given(
    st.sampled_from(sorted(DECISIONS)),
    st.sampled_from(["full", "long", "medium", "short"]),
    st.integers(0, 14),
    st.dates(dt.date(2020, 1, 20), dt.date(2030, 12, 31)),
)
def test_a_day_is_found_as_cldr_writes_it_in_any_language(
    locale: str, form: str, days: int, published: dt.date
) -> None:
    decided = published - dt.timedelta(days=days)
    said = format_date(decided, form, locale=locale)  # type: ignore[arg-type]
    text = DECISIONS[locale].format(said)
    found = event_date("", text, locale.replace("_", "-"), published)
    assert found is not None, text
    assert found[0] == decided, (text, found)
