"""/follow and /matter: a law by its number, its later stages as answers, its time line."""

import pytest

from bot.chat import matters
from bot.models import Stage, StageKind
from bot.models.chats import Filter
from tests.chat.day import CHAT, DAY, HERE, Day, told

BILL, ACT = "sněmovní tisk 512", "314/2025 Sb."


async def publishes(
    day: Day, title: str, kind: StageKind, *numbers: str, after: int = 0, body: str | None = None
) -> list[str]:
    """A ministry tells a stage; what the chat hears of it."""
    before = len(day.transport.delivered)
    day.now += after * DAY
    stage = Stage(kind=kind, body=body, words=f"{title} & dále.")
    await day.tells(title, stage=stage, own_references=numbers, date=day.now.date(), country="CZ")
    return [message.plain for _, message in day.transport.delivered[before:]]


async def test_whoever_follows_a_bill_hears_of_its_act_as_an_answer(day: Day) -> None:
    await day.store.change_chat(CHAT, lambda chat: type(chat)(id=chat.id))
    assert "Nothing is recorded" in told(await day.says(f"/matter {BILL}"))
    assert BILL in told(await day.says("/follow sněmovní tisk č. 512/0"))
    (first,) = await publishes(day, "Novela ve Sněmovně", "bill", BILL)
    assert first.splitlines()[1] == f"{BILL} · bill · stage 2 of 5"
    (second,) = await publishes(day, "Novela vyšla", "published", BILL, ACT, after=30)
    (third,) = await publishes(day, "Novela platí", "in_force", ACT, after=30)
    assert third.splitlines()[1] == f"{ACT} · in force"
    assert await publishes(day, "Jiná novela", "bill", "sněmovní tisk 530", after=1) == []
    assert day.transport.replies == {2: 1, 3: 1}
    assert second.splitlines()[1].startswith(BILL)


async def test_later_stages_answer_the_first_message_of_any_filter(day: Day) -> None:
    await publishes(day, "Novela ve Sněmovně", "adopted", BILL, body="lower_house")
    await publishes(day, "Zpráva jinde", "bill", "sněmovní tisk 530", after=1)
    await publishes(day, "Novela v Senátu", "adopted", BILL, after=9, body="upper_house")
    assert day.transport.replies == {3: 1}
    plain = day.transport.delivered[2][1].plain
    assert plain.splitlines()[1] == f"{BILL} · adopted by the upper house · stage 4 of 5"


async def test_a_time_line_has_each_stage_with_its_sentence_and_link(day: Day) -> None:
    for number, kind in enumerate(("bill", "amended", "adopted", "published", "in_force")):
        await publishes(day, f"Krok {number}", kind, BILL, after=30)  # type: ignore[arg-type]
    await publishes(day, "Zrušeno", "annulled", ACT, BILL, after=300)
    line = await day.says(f"/matter {ACT}")
    text = told(line)
    assert "Stages 1 to 5 of 6" in text
    assert f"Czechia · {BILL} · {ACT}" in text
    assert text.index("Krok 0") < text.index("Krok 4")
    assert "Krok 1 & dále." in text
    assert "start=d_CZ-2025-0002" in text
    last = await day.presses(line, "▸")
    assert "annulled by a court" in told(last)
    assert told(await day.says("/matter CZ-2025-0003")) == text
    await day.presses(line, "Follow this")
    (kept,) = [one for one in (await day.chat()).filters if one.references]
    assert kept.references == {BILL}
    assert not any("Follow" in each.text for row in (await day.says(f"/matter {BILL}")).buttons
                   for each in row)  # fmt: skip


@pytest.mark.parametrize(
    ("said", "countries", "wanted"),
    [
        ("C-123/24", (), Filter(references=frozenset({"C-123/24"}))),
        ("CZ, bill 512", (), Filter(references=frozenset({BILL}), countries=frozenset({"CZ"}))),
        ("bill 512", ("CZ",), Filter(references=frozenset({BILL}), countries=frozenset({"CZ"}))),
        ("Germany, BT-Drs. 20/1234", (),
         Filter(references=frozenset({"Drucksache 20/1234"}), countries=frozenset({"DE"}))),
        ("application no. 12345/20", (), Filter(references=frozenset({"ECHR 12345/20"}))),
        ("EU 2024/1348", (), Filter(references=frozenset({"EU 2024/1348"}))),
        ("Poland, K 12/24", (),
         Filter(references=frozenset({"K 12/24"}), countries=frozenset({"PL"}))),
        ("Poland · K 12/24", (),
         Filter(references=frozenset({"K 12/24"}), countries=frozenset({"PL"}))),
    ],
)  # fmt: skip
async def test_what_is_followed(
    day: Day, said: str, countries: tuple[str, ...], wanted: Filter
) -> None:
    of_chat = tuple(Filter(id=1, countries=frozenset({each})) for each in countries)
    await day.store.change_chat(CHAT, lambda chat: type(chat)(id=chat.id, filters=of_chat))
    await day.says(f"/follow {said}")
    kept = (await day.chat()).filters[-1]
    assert (kept.references, kept.countries) == (wanted.references, wanted.countries)


async def test_what_is_not_clear_is_asked(day: Day) -> None:
    await day.store.change_chat(CHAT, lambda chat: type(chat)(id=chat.id))
    assert "may be of several countries" in told(await day.says("/follow bill 12"))
    assert "I do not understand “nothing”" in told(await day.says("/follow nothing"))
    assert "as it is published" in told(await day.says("/follow"))
    assert (await day.chat()).filters == ()
    await day.says("/follow C-123/24")
    assert "You follow: C-123/24" in told(await day.says("/follow"))
    assert "/matter C-123/24" in told(await day.says("/matter"))
    assert "I do not understand" in told(await day.says("/matter nothing"))


async def test_what_tells_no_stage_is_shown_all_the_same(day: Day) -> None:
    await day.tells("Otázky a odpovědi", own_references=("C-5/20",), references=("C-5/20",))
    assert "Otázky a odpovědi" in told(await day.says("/matter C-5/20"))
    assert "Otázky a odpovědi" in told(await day.says("/matter CZ-2025-0001"))


async def test_its_pages_are_turned_where_no_stage_is_known(day: Day) -> None:
    for number in range(7):
        title = f"Otázky a odpovědi {number}"
        await day.tells(title, own_references=("C-5/20",), references=("C-5/20",))
    line = await day.says("/matter C-5/20")
    assert "Otázky a odpovědi 6" not in told(line)
    assert "Otázky a odpovědi 6" in told(await day.presses(line, "▸"))


@pytest.mark.parametrize("data", ["", "x", "CZ-2025-0001:x", "CZ-2025-0001:99999"])
async def test_an_odd_button_breaks_nothing(day: Day, data: str) -> None:
    assert await matters.on_button(day.context, HERE, data) is None


async def test_a_matter_that_is_gone_is_said(day: Day) -> None:
    answer = await matters.on_button(day.context, HERE, "CZ-2025-0099:0")
    assert answer is not None
    assert "not in the archive" in told(answer)
