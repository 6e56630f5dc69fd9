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
