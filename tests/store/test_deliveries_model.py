"""The store against a model of it: whatever happens in whatever order, each match is accounted for.

The model is a dict: the state of the delivery of each development to each chat.
"""

import asyncio
from contextlib import AbstractContextManager, nullcontext
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from msgspec.structs import replace

from bot import deliver, match
from bot.models import Development
from bot.models.chats import Chat, Filter
from bot.models.deliveries import (
    Delivery,
    DeliveryState,
    Outcome,
    Refused,
    RetryLater,
    Sent,
    Unknown,
    Unwanted,
)
from bot.pipeline.rules import RULES
from bot.store import open_store
from tests.fakes import postgres_server
from tests.release import examples
from tests.samples import NOW, audience_of, commit, delivery, development

CHATS = st.sampled_from([1, 2, -3])
COUNTRIES = st.sampled_from(["CZ", "DE"])
OUTCOMES: dict[DeliveryState, Outcome] = {
    "sent": Sent(7),
    "pending": RetryLater("the server is down", 0.0),
    "failed": Refused("it is too long"),
    "suspended": Refused("bot was blocked by the user", gone=True),
    "withdrawn": Unwanted("no filter wants it"),
    "uncertain": Unknown("no answer came"),
}
Pair = tuple[int, str]


class DeliveriesMachine(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.loop = asyncio.new_event_loop()
        self.place = self.new_place()
        self.opened = open_store(self.place.__enter__(), RULES)
        self.store = self.run(self.opened.__aenter__())
        self.chats: dict[int, Chat] = {}
        self.states: dict[Pair, DeliveryState] = {}
        self.count = 0

    def run(self, step: Any) -> Any:
        return self.loop.run_until_complete(step)

    def new_place(self) -> AbstractContextManager[str]:
        """Where an empty store can be."""
        return nullcontext(":memory:")

    def teardown(self) -> None:
        self.run(self.opened.__aexit__(None, None, None))
        self.place.__exit__(None, None, None)
        self.loop.close()

    def of(self, state: DeliveryState) -> list[Pair]:
        return [pair for pair, found in self.states.items() if found == state]

    # ------------------------------------------------------------------ what people do

    @rule(chat=CHATS, country=COUNTRIES)
    def subscribes(self, chat: int, country: str) -> None:
        wanted = Filter(id=1, countries=frozenset({country}))
        before = self.chats.get(chat, Chat(id=chat))
        self.chats[chat] = replace(before, filters=(wanted,))
        self.run(self.store.change_chat(chat, lambda known: replace(known, filters=(wanted,))))

    @rule(chat=CHATS)
    def blocks_the_bot(self, chat: int) -> None:
        self.run(self.store.suspend_chat(chat, "blocked", NOW))
        if chat in self.chats:
            self.chats[chat] = replace(self.chats[chat], suspended="blocked")
            self._turn(chat, "pending", "suspended")

    @rule(chat=CHATS)
    def comes_back(self, chat: int) -> None:
        self.run(self.store.unsuspend_chat(chat, NOW))
        if chat in self.chats and self.chats[chat].suspended:
            self.chats[chat] = replace(self.chats[chat], suspended=None)
            self._turn(chat, "suspended", "pending")

    @rule(chat=CHATS)
    def is_forgotten(self, chat: int) -> None:
        self.run(self.store.forget_chat(chat))
        self.chats.pop(chat, None)
        self.states = {pair: state for pair, state in self.states.items() if pair[0] != chat}

    @rule()
    def moves(self) -> None:
        self.run(self.store.move_chat(-3, -1003))
        self.run(self.store.move_chat(-1003, -3))

    # ------------------------------------------------------------------ what the service does

    @rule(country=COUNTRIES)
    def finds(self, country: str) -> None:
        self.count += 1
        audience = self.run(audience_of(self.store))

        def deliveries_for(made: Development, *_: object) -> list[Delivery]:
            return [
                delivery(development=str(made.id), chat=each.chat, filters=each.filters)
                for each in audience.recipients(made, NOW)
            ]

        made = development(title=f"News {self.count} of {self.count}", country=country)
        (recorded,), _ = self.run(
            self.store.commit(commit((str(self.count),), made), deliveries_for)
        )
        for chat in self.chats.values():
            if match.listens(chat, NOW) and match.matching(chat, recorded):
                self.states[chat.id, str(recorded.id)] = "pending"

    @rule(end=st.sampled_from(sorted(OUTCOMES)))
    def sends(self, end: DeliveryState) -> None:
        due = self.run(self.store.claim_deliveries(NOW, 1))
        if not due:
            return
        outcome = OUTCOMES[end]
        on_the_wire = deliver.mark_in_flight(due[0])
        self.run(self.store.start_delivery(on_the_wire))
        self.run(self.store.save_delivery(deliver.apply_outcome(on_the_wire, outcome, NOW)))
        self.states[due[0].chat, due[0].development] = end
        if end == "suspended":
            self.blocks_the_bot(due[0].chat)

    @rule()
    def dies_while_sending(self) -> None:
        due = self.run(self.store.claim_deliveries(NOW, 2))
        for row in due:
            self.run(self.store.start_delivery(deliver.mark_in_flight(row)))
            self.states[row.chat, row.development] = "uncertain"
        assert len(self.run(self.store.recover_deliveries(NOW))) == len(due)

    @precondition(lambda self: self.of("uncertain"))
    @rule(is_repeated=st.booleans())
    def is_decided(self, is_repeated: bool) -> None:
        row = self.run(self.store.deliveries("uncertain", 1))[0]
        settle = self.store.repeat_delivery if is_repeated else self.store.give_up_delivery
        assert self.run(settle(row.id, NOW))
        self.states[row.chat, row.development] = "pending" if is_repeated else "failed"

    def _turn(self, chat: int, before: DeliveryState, after: DeliveryState) -> None:
        for pair in self.of(before):
            if pair[0] == chat:
                self.states[pair] = after

    # ------------------------------------------------------------------ what always holds

    @invariant()
    def each_match_is_accounted_for(self) -> None:
        rows = self.run(self.store.deliveries(None, 10_000))
        assert {(row.chat, row.development): row.state for row in rows} == self.states
        assert len(rows) == len(self.states)

    @invariant()
    def the_figures_are_those_of_the_rows(self) -> None:
        tally = self.run(self.store.tally())
        assert tally.waiting == len(self.of("pending")) + len(self.of("suspended"))
        assert tally.matched + tally.withdrawn == len(self.states)
        assert self.run(self.store.backlog(NOW)).pending == len(self.of("pending"))

    @invariant()
    def each_day_of_the_ledger_adds_up(self) -> None:
        days = self.run(self.store.ledger(NOW.date()))
        assert all(day.adds_up for day in days)
        assert sum(day.matched for day in days) == len(self.states) - len(self.of("withdrawn"))
        assert sum(day.withdrawn for day in days) == len(self.of("withdrawn"))
        assert sum(day.delivered for day in days) == len(self.of("sent"))

    @invariant()
    def what_is_due_is_what_waits_for_chats_that_listen(self) -> None:
        due = self.run(self.store.claim_deliveries(NOW, 10_000))
        listening = {chat.id for chat in self.chats.values() if match.listens(chat, NOW)}
        waiting = [pair for pair in self.of("pending") if pair[0] in listening]
        found = sorted((row.chat, row.development) for row in due)
        assert found == sorted(waiting)


def test_the_ledger_in_a_file() -> None:
    run_state_machine_as_test(
        DeliveriesMachine, settings=settings(max_examples=examples(30), stateful_step_count=30)
    )


def test_the_ledger_on_a_server(postgres: str) -> None:
    class OnServer(DeliveriesMachine):
        def new_place(self) -> AbstractContextManager[str]:
            return postgres_server.store(postgres)

    run_state_machine_as_test(
        OnServer, settings=settings(max_examples=examples(4), stateful_step_count=30)
    )
