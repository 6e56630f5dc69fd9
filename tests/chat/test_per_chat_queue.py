"""Updates: each chat's in order, no chat behind another."""

import asyncio

from telegram import Update

from bot.chat.per_chat_queue import WAITING, PerChatProcessor


def update(chat: int) -> Update:
    body = {"message_id": 1, "date": 1, "chat": {"id": chat, "type": "private"}}
    made = Update.de_json({"update_id": 1, "message": body})
    assert made is not None
    return made


async def test_a_chats_updates_come_one_after_the_other() -> None:
    processor, seen = PerChatProcessor(), list[int]()

    async def answer(number: int) -> None:
        await asyncio.sleep(0.01 / (number + 1))
        seen.append(number)

    await asyncio.gather(
        *(processor.process_update(update(1), answer(number)) for number in range(5))
    )
    assert seen == [0, 1, 2, 3, 4]


async def test_a_flood_of_one_chat_keeps_no_other_waiting() -> None:
    processor, served = PerChatProcessor(), list[int]()

    async def answer(chat: int) -> None:
        await asyncio.sleep(0.01)
        served.append(chat)

    flood = [processor.process_update(update(1), answer(1)) for _ in range(200)]
    await asyncio.gather(*flood, processor.process_update(update(2), answer(2)))
    assert served.index(2) <= 1
    assert served.count(1) == WAITING


async def test_many_people_who_ask_inline_are_no_flood() -> None:
    processor, served = PerChatProcessor(), list[int]()

    def query(person: int) -> Update:
        asker = {"id": person, "is_bot": False, "first_name": "Ada"}
        body = {"id": "1", "from": asker, "query": "", "offset": ""}
        return Update.de_json({"update_id": 1, "inline_query": body})

    async def answer(person: int) -> None:
        await asyncio.sleep(0)
        served.append(person)

    people = range(2 * WAITING)
    await asyncio.gather(*(processor.process_update(query(one), answer(one)) for one in people))
    assert served == [*people]


async def test_updates_of_nobody_are_all_processed() -> None:
    processor, served = PerChatProcessor(), list[int]()

    async def answer(number: int) -> None:
        await asyncio.sleep(0)
        served.append(number)

    numbers = range(5 * WAITING)
    await asyncio.gather(*(processor.process_update(Update(one), answer(one)) for one in numbers))
    assert served == [*numbers]
