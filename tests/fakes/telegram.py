"""A Telegram for tests: the Bot API over HTTP on 127.0.0.1, and the people who use the bot.

It refuses what Telegram refuses, in Telegram's words: those of tdlib/telegram-bot-api (Client.cpp,
10.0), and of public reports where only Telegram's own servers speak. To be quick it differs in two
ways: it limits no rate until told to (`limit`), and a repeated getUpdates is not held back.
"""

import asyncio
import json
import math
import re
import socket
import struct
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from inspect import isawaitable
from itertools import chain, count
from typing import Any, Literal, NamedTuple, Self

from aiohttp import ClientError, ClientSession, ClientTimeout, web
from aiohttp.test_utils import TestServer
from aiohttp.web import FileField

from tests.fakes.telegram_html import BadHtml, entities, utf16_length, visible

TOKEN = "123456:TEST-token_for-tests-0000000000"

Json = dict[str, Any]
Kind = Literal["status", "html", "reset", "reset_after", "hang", "truncated"]

_VERBATIM = {
    "text", "parse_mode", "callback_query_id", "description", "short_description", "language_code",
}  # fmt: skip
_CONFLICT = (
    "terminated by other getUpdates request; make sure that only one bot instance is running"
)
_TOO_OLD = "query is too old and response timeout expired or query ID is invalid"
_NOT_MODIFIED = (
    "message is not modified: specified new message content and reply markup are exactly the same "
    "as a current content and reply markup of the message"
)


class Button(NamedTuple):
    """An inline button: what it says, and what it sends back, opens or copies."""

    text: str
    data: str | None = None
    url: str | None = None
    copy: str | None = None
    style: str | None = None


class Heard(NamedTuple):
    """A message of the bot as people see it, and the HTML it was made of (empty: plain text)."""

    message_id: int
    text: str
    html: str
    buttons: tuple[tuple[Button, ...], ...] = ()
    edited: bool = False
    thread: int | None = None
    reply_to: int | None = None
    file: bytes | None = None


class _Refusal(Exception):  # noqa: N818
    """Telegram says no."""

    def __init__(
        self,
        code: int = 500,
        description: str = "Internal Server Error",
        parameters: Json | None = None,
    ) -> None:
        self.code = code
        self.body = {"ok": False, "error_code": code, "description": description}
        self.body |= {"parameters": parameters} if parameters else {}


def _bad(description: str, parameters: Json | None = None) -> _Refusal:
    return _Refusal(400, f"Bad Request: {description}", parameters)


class _Fault(NamedTuple):
    """One call that goes wrong; by default: one that does not."""

    method: str = ""
    kind: Kind | None = None
    seconds: float = 0
    refusal: _Refusal | None = None


class _Pulse:
    """Wakes everybody who waits for something to become true."""

    def __init__(self) -> None:
        self._event = asyncio.Event()

    def beat(self) -> None:
        self._event.set()
        self._event = asyncio.Event()

    async def until(self, holds: Callable[[], bool], seconds: float) -> bool:
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                while not holds():
                    await self._event.wait()
        return holds()


class _Line:
    """The way to Telegram: HTTP, the token, the calls, and what goes wrong with them."""

    def __init__(self, token: str = "123456:TEST") -> None:
        self._token = token
        self._calls: list[tuple[str, Json]] = []
        self._faults: list[_Fault] = []
        self._is_offline = False
        self.unknown: dict[str, str] = {}
        """What this server is too old to know: a part of a request, and how it refuses it."""
        self.latency = 0.0
        """Seconds until a message is answered."""
        self._pulse = _Pulse()
        application = web.Application()
        application.router.add_route("*", "/bot{token}/{method}", self._handle)
        application.router.add_get("/file/bot{token}/{path}", self._serve_file)
        self._files: dict[str, bytes] = {}
        self._server = TestServer(application)

    async def __aenter__(self) -> Self:
        await self._server.start_server(shutdown_timeout=0.05)
        return self

    async def __aexit__(self, *error: object) -> None:
        self.offline()
        await self._hang_up()
        await self._server.close()

    async def _hang_up(self) -> None:
        """Ends what it does by itself."""

    @property
    def base_url(self) -> str:
        """The `base_url` for python-telegram-bot."""
        return f"http://127.0.0.1:{self._server.port}/bot"

    def calls(self, method: str) -> list[Json]:
        """The parameters of every call of a method, whatever became of it."""
        return [params for name, params in self._calls if name == method.lower()]

    def fail(
        self, method: str, kind: Kind, times: int = 1, *, seconds: float = 60, **refusal: Any
    ) -> None:
        """Makes the next calls of a method (`*`: of any) go wrong.

        status: refused with `code`, `description`, `parameters`; html: a gateway's 502 page;
        reset: cut; hang: cut after `seconds`; reset_after, truncated: done, the answer cut off.
        """
        fault = _Fault(method.lower(), kind, seconds, _Refusal(**refusal))
        self._faults += [fault] * times

    def offline(self) -> None:
        """Cuts every connection from now on, and those of calls that wait."""
        self._is_offline = True
        self._pulse.beat()

    def online(self) -> None:
        """Answers again."""
        self._is_offline = False

    async def _handle(self, request: web.Request) -> web.Response:
        method = request.match_info["method"].lower()
        given = {**request.query, **await request.post()}
        params = {
            name: value.file.read() if isinstance(value, FileField) else _read(name, value)
            for name, value in given.items()
        }
        self._calls.append((method, params))
        self._pulse.beat()
        fault = self._next_fault(method)
        if fault.kind == "hang":
            await self._pulse.until(lambda: self._is_offline, fault.seconds)
        if self._is_offline or fault.kind in ("hang", "reset"):
            return _cut(request)
        if fault.kind == "html":
            return web.Response(status=502, text="<h1>502</h1>", content_type="text/html")
        if method == "sendmessage":
            await asyncio.sleep(self.latency)
        status, body = await self._answer(request.match_info["token"], method, params, fault)
        self._pulse.beat()
        if self._is_offline or fault.kind == "reset_after":
            return _cut(request)
        text = json.dumps(body)
        text = text[: len(text) // 2] if fault.kind == "truncated" else text
        return web.Response(status=status, text=text, content_type="application/json")

    async def _serve_file(self, request: web.Request) -> web.Response:
        content = self._files.get(request.match_info["path"])
        if content is None or request.match_info["token"] != self._token:
            return web.Response(status=404)
        return web.Response(body=content)

    def _next_fault(self, method: str) -> _Fault:
        for fault in self._faults:
            if fault.method in ("*", method):
                self._faults.remove(fault)
                return fault
        return _Fault()

    async def _answer(
        self, token: str, method: str, params: Json, fault: _Fault
    ) -> tuple[int, Json]:
        """What `_do_<method>`, in lower case, gives or refuses."""
        try:
            if token != self._token:
                raise _Refusal(401, "Unauthorized")
            if fault.kind == "status" and fault.refusal:
                raise fault.refusal
            for part, refusal in self.unknown.items():
                if part in json.dumps(params, default=str):
                    raise _bad(refusal)
            work = getattr(self, f"_do_{method}", None)
            if not work:
                raise _Refusal(404, "Not Found: method not found")
            result = work(params)
            return 200, {"ok": True, "result": await result if isawaitable(result) else result}
        except _Refusal as refusal:
            return refusal.code, refusal.body


class FakeTelegram(_Line):
    """`async with FakeTelegram() as telegram:` and a bot with `base_url=telegram.base_url`.

    A chat exists once somebody has said something in it; an id below 0 is a group. A message is
    heard when it is sent, and once more each time it is edited.
    """

    def __init__(self, token: str = "123456:TEST") -> None:
        super().__init__(token)
        self.answers: list[Json] = []
        """What presses were answered with."""
        self.offered: list[list[Json]] = []
        """What inline queries were answered with."""
        self.commands: dict[str, str] = {}
        """The bot's menu: commands and their descriptions."""
        self.profile: dict[tuple[str, str], Any] = {}
        """What is shown of the bot, by its field and language."""
        self.roles: dict[tuple[int, int], str] = {}
        """What a person is in a chat, where that is not `member`."""
        self._heard: list[tuple[int, Heard]] = []
        self._messages: dict[int, dict[int, Heard]] = {}
        self._blocked: set[int] = set()
        self._migrated: dict[int, int] = {}
        self._presses: set[str] = set()
        self._sent: list[tuple[float, int]] = []
        self.floods = 0
        """How often the bot was told to wait."""
        self._shut_until = 0.0
        self.limit()
        self.balanced: list[str] = []
        """Addresses that a load balancer leads the webhook's to, in turn."""
        self.brought: list[int] = []
        """What each attempt to bring an update to the webhook was answered with; 0: nothing."""
        self._webhook: Json = {}
        self._bringing: set[asyncio.Task[None]] = set()
        self._updates: list[Json] = []
        self._allowed: list[str] = []
        self._poll = 0
        self._ids = count(1)

    async def _hang_up(self) -> None:
        for task in self._bringing:
            task.cancel()
        await asyncio.gather(*self._bringing, return_exceptions=True)

    # ------------------------------------------------------------------ what the bot did

    def messages(self, chat_id: int) -> list[Heard]:
        """The bot's messages as they stand in a chat now."""
        return list(self._messages.get(chat_id, {}).values())

    async def heard(self, chat_id: int, count: int = 1, timeout: float = 20) -> list[Heard]:  # noqa: ASYNC109
        """What a chat has heard since the last `mark`, once that is `count` messages."""

        def heard() -> list[Heard]:
            return [message for chat, message in self._heard if chat == chat_id]

        if not await self._pulse.until(lambda: len(heard()) >= count, timeout):
            raise AssertionError(f"chat {chat_id} heard {len(heard())} of {count}: {heard()}")
        return heard()

    def mark(self) -> None:
        """Forgets what was heard until now."""
        self._heard.clear()

    # ------------------------------------------------------------------ what people do

    def says(self, chat_id: int, text: str, **extra: Any) -> int:
        """Somebody writes; `extra` are more fields of the Message. Gives its id."""
        if chat_id in self._blocked:
            self.unblocks(chat_id)
        self._messages.setdefault(chat_id, {})
        body = _body(chat_id, next(self._ids), text=text, entities=list(_commands(text)))
        self._push("message", {**body, **extra})
        return int(body["message_id"])

    def sends_file(self, chat_id: int, name: str, content: bytes) -> None:
        """Somebody sends a file."""
        self._files[name] = content
        document = {"file_id": name, "file_unique_id": name, "file_name": name}
        document["file_size"] = len(content)
        self._messages.setdefault(chat_id, {})
        self._push("message", _body(chat_id, next(self._ids), document=document))

    def presses(self, chat_id: int, button: str, message_id: int | None = None) -> None:
        """Somebody presses a button, found by its text or its data in the newest message that
        has it, or in the one of that id.
        """
        for message in reversed(self.messages(chat_id)):
            for key in chain(*message.buttons):
                if key.data and button in key and message_id in (None, message.message_id):
                    return self._press(chat_id, key.data, self._shown(chat_id, message))
        raise AssertionError(f"no button {button!r} in {self.messages(chat_id)}")

    def presses_old(self, chat_id: int, data: str) -> None:
        """Somebody presses a button of a message so old that Telegram does not show it to bots."""
        self._press(chat_id, data, {"message_id": 1, "date": 0, "chat": _chat(chat_id)})

    def sends(self, update: Json) -> None:
        """Telegram sends an update as it stands, but for its number."""
        for kind, body in update.items():
            self._push(kind, body)

    def asks_inline(self, person: int, words: str) -> None:
        """Somebody types the bot's name and words in any chat."""
        query = {"id": str(next(self._ids)), "from": _person(person), "query": words, "offset": ""}
        self._push("inline_query", query)

    def blocks(self, chat_id: int) -> None:
        """A person blocks the bot, or a group throws it out."""
        self._blocked.add(chat_id)
        self._change(chat_id, "member", "kicked")

    def unblocks(self, chat_id: int) -> None:
        """A person unblocks the bot, or a group takes it in, perhaps for the first time."""
        old = "kicked" if chat_id in self._blocked else "left"
        self._blocked.discard(chat_id)
        self._messages.setdefault(chat_id, {})
        self._change(chat_id, old, "member")

    def migrates(self, old: int, new: int) -> None:
        """A group becomes a supergroup, with another id."""
        self._migrated[old] = new
        for chat_id in (old, new):
            self._messages.setdefault(chat_id, {})
        self._push("message", _body(old, next(self._ids), migrate_to_chat_id=new))
        self._push("message", _body(new, next(self._ids), migrate_from_chat_id=old))

    def limit(
        self, per_chat: float = float("inf"), overall: float = float("inf"), punished: int = 0
    ) -> None:
        """Messages that a chat, and all together, take within a second; for more the bot is told
        to wait a second, or to send nothing at all for as long as it is `punished`."""
        self._per_second, self._overall, self._punished = per_chat, overall, punished

    def _press(self, chat_id: int, data: str, message: Json) -> None:
        query = f"press-{next(self._ids)}"
        self._presses.add(query)
        press = {"id": query, "from": _person(chat_id), "chat_instance": str(chat_id)}
        self._push("callback_query", {**press, "data": data, "message": message})

    def _change(self, chat_id: int, *statuses: str) -> None:
        me = self._do_getme({})
        old, new = ({"status": status, "user": me, "until_date": 0} for status in statuses)
        change = {"chat": _chat(chat_id), "from": _person(chat_id), "date": int(time.time())}
        self._push("my_chat_member", {**change, "old_chat_member": old, "new_chat_member": new})

    def _push(self, kind: str, body: Json) -> None:
        if not self._allowed or kind in self._allowed:
            update = {"update_id": next(self._ids), kind: body}
            self._updates.append(update)
            self._bring(update)
            self._pulse.beat()

    def _bring(self, update: Json) -> None:
        if self._webhook:
            self._bringing.add(asyncio.create_task(self._brought(update)))

    def brings_again(self) -> None:
        """Brings the latest update once more, as if its answer had been lost."""
        self._bring(self._updates[-1])

    async def _brought(self, update: Json) -> None:
        """Brings an update until it is taken."""
        headers = {"X-Telegram-Bot-Api-Secret-Token": self._webhook["secret_token"]}
        targets = self.balanced or [self._webhook["url"]]
        async with ClientSession(timeout=ClientTimeout(5)) as session:
            for attempt in count(update["update_id"]):
                target = targets[attempt % len(targets)]
                try:
                    async with session.post(target, json=update, headers=headers) as answer:
                        self.brought.append(answer.status)
                except (ClientError, TimeoutError):
                    self.brought.append(0)
                if self.brought[-1] == 200:
                    return
                await asyncio.sleep(0.1)

    # ------------------------------------------------------------------ the Bot API

    def _do_getme(self, _: Json) -> Json:
        number = int(self._token.split(":")[0])
        return {"id": number, "is_bot": True, "first_name": "Herald", "username": "herald_bot"}

    def _do_setwebhook(self, params: Json) -> bool:
        if not re.fullmatch("[A-Za-z0-9_-]{1,256}", params["secret_token"]):
            raise _bad("secret token contains unallowed characters")
        self._webhook, self._allowed = params, params["allowed_updates"]
        for update in self._updates:
            self._bring(update)
        return True

    def _do_deletewebhook(self, _: Json) -> bool:
        self._webhook = {}
        return True

    def _do_getwebhookinfo(self, _: Json) -> Json:
        url = self._webhook.get("url", "")
        return {"url": url, "has_custom_certificate": False, "pending_update_count": 0}

    async def _do_getupdates(self, params: Json) -> list[Json]:
        if self._webhook:
            raise _Refusal(409, "Conflict: can't use getUpdates method while webhook is active")
        self._allowed = params.get("allowed_updates") or self._allowed
        offset = params.get("offset", 0)
        self._updates = [update for update in self._updates if update["update_id"] >= offset]
        self._poll = mine = self._poll + 1
        await self._pulse.until(
            lambda: bool(self._updates) or self._poll != mine or self._is_offline,
            params.get("timeout", 0),
        )
        if self._poll != mine:
            raise _Refusal(409, f"Conflict: {_CONFLICT}")
        return self._updates[: params.get("limit", 100)]

    def _do_setmycommands(self, params: Json) -> bool:
        commands = {one["command"]: one["description"] for one in params["commands"]}
        if not all(re.fullmatch("[a-z0-9_]{1,32}", name) for name in commands):
            raise _bad("BOT_COMMAND_INVALID")
        if not all(1 <= len(description) <= 256 for description in commands.values()):
            raise _bad("command description length must not exceed 256")
        self.profile["commands", params.get("language_code", "")] = params["commands"]
        if not params.get("language_code"):
            self.commands = commands
        return True

    def _do_getmycommands(self, params: Json) -> Any:
        return self.profile.get(("commands", params.get("language_code", "")), [])

    def _do_setmydescription(self, params: Json) -> bool:
        return self._describe(params, "description", 512)

    def _do_setmyshortdescription(self, params: Json) -> bool:
        return self._describe(params, "short_description", 120)

    def _describe(self, params: Json, field: str, limit: int) -> bool:
        if len(params[field]) > limit:
            raise _bad(f"bot {field.replace('_', ' ')} is too long")
        self.profile[field, params.get("language_code", "")] = params[field]
        return True

    def _do_getmydescription(self, params: Json) -> Json:
        return {"description": self._described(params, "description")}

    def _do_getmyshortdescription(self, params: Json) -> Json:
        return {"short_description": self._described(params, "short_description")}

    def _described(self, params: Json, field: str) -> Any:
        return self.profile.get((field, params.get("language_code", "")), "")

    def _do_setchatmenubutton(self, params: Json) -> bool:
        self.profile["menu_button", ""] = params["menu_button"]
        return True

    def _do_getchatmenubutton(self, _: Json) -> Any:
        return self.profile.get(("menu_button", ""), {"type": "default"})

    def _do_getchatmember(self, params: Json) -> Json:
        who = self._known(params), params["user_id"]
        user = {**_person(1), "id": params["user_id"]}
        return {"status": self.roles.get(who, "member"), "user": user, "is_anonymous": False}

    def _do_sendchataction(self, params: Json) -> bool:
        return bool(self._writable(params))

    def _do_sendmessage(self, params: Json) -> Json:
        text, html = _text(params)
        chat_id = self._writable(params)
        buttons = _buttons(params)
        self._count(chat_id)
        thread = params.get("message_thread_id")
        reply_to = params.get("reply_parameters", {}).get("message_id")
        if reply_to is not None and reply_to not in self._messages[chat_id]:
            reply_to = self._unanswered(params)
        message = Heard(next(self._ids), text, html, buttons, thread=thread, reply_to=reply_to)
        return self._keep(chat_id, message)

    def _unanswered(self, params: Json) -> None:
        """What is answered is not there."""
        if not params["reply_parameters"].get("allow_sending_without_reply"):
            raise _bad("message to be replied not found")

    def _do_getfile(self, params: Json) -> Json:
        name = str(params["file_id"])
        size = len(self._files[name])
        return {"file_id": name, "file_unique_id": name, "file_size": size, "file_path": name}

    def _do_sendphoto(self, params: Json) -> Json:
        return self._file(params, "photo")

    def _do_senddocument(self, params: Json) -> Json:
        return self._file(params, "document")

    def _file(self, params: Json, kind: str) -> Json:
        """A file that was uploaded, with its caption."""
        chat_id = self._writable(params)
        if not isinstance(params.get(kind), bytes) or not params[kind]:
            raise _bad("file must be non-empty")
        caption = params.get("caption", "")
        text, html = _text({**params, "text": caption}) if caption else ("", "")
        if len(text) > 1024:
            raise _bad("message caption is too long")
        self._count(chat_id)
        message = Heard(next(self._ids), text, html, _buttons(params), file=params[kind])
        return self._keep(chat_id, message)

    def _do_answerinlinequery(self, params: Json) -> bool:
        self.offered.append(params["results"])
        return True

    def _do_getchat(self, params: Json) -> Json:
        chat_id = self._known(params)
        return {**_chat(chat_id), "accent_color_id": 0, "max_reaction_count": 1}

    def _do_editmessagetext(self, params: Json) -> Json:
        text, html = _text(params)
        return self._edit(params, text=text, html=html, buttons=_buttons(params))

    def _do_editmessagereplymarkup(self, params: Json) -> Json:
        return self._edit(params, buttons=_buttons(params))

    def _do_answercallbackquery(self, params: Json) -> bool:
        if len(params.get("text", "")) > 200:
            raise _bad("MESSAGE_TOO_LONG")
        if params["callback_query_id"] not in self._presses:
            raise _bad(_TOO_OLD)
        self._presses.remove(params["callback_query_id"])
        self.answers.append(params)
        return True

    def _edit(self, params: Json, **changes: Any) -> Json:
        chat_id = self._known(params)
        old = self._messages[chat_id].get(params["message_id"])
        if old is None:
            raise _bad("message to edit not found")
        new = old._replace(**changes)
        if _look(new) == _look(old):
            raise _bad(_NOT_MODIFIED)
        return self._keep(chat_id, new._replace(edited=True))

    def _keep(self, chat_id: int, message: Heard) -> Json:
        self._messages[chat_id][message.message_id] = message
        self._heard.append((chat_id, message))
        return self._shown(chat_id, message)

    def _shown(self, chat_id: int, message: Heard) -> Json:
        """A message of the bot as the Bot API shows it, but for its entities."""
        body = _body(chat_id, message.message_id, text=message.text)
        rows = [[_key(button) for button in row] for row in message.buttons]
        topic = {"message_thread_id": message.thread, "is_topic_message": True}
        return {
            **body,
            "from": self._do_getme({}),
            **({"reply_markup": {"inline_keyboard": rows}} if rows else {}),
            **(topic if message.thread else {}),
        }

    def _known(self, params: Json) -> int:
        if params.get("chat_id") not in self._messages:
            raise _bad("chat not found")
        return int(params["chat_id"])

    def _writable(self, params: Json) -> int:
        chat_id = self._known(params)
        if chat_id in self._migrated:
            new = {"migrate_to_chat_id": self._migrated[chat_id]}
            raise _bad("group chat was upgraded to a supergroup chat", new)
        if chat_id in self._blocked:
            kicked = f"kicked from the {_chat(chat_id)['type']} chat"
            how = "blocked by the user" if chat_id > 0 else kicked
            raise _Refusal(403, f"Forbidden: bot was {how}")
        return chat_id

    def _count(self, chat_id: int) -> None:
        now = asyncio.get_running_loop().time()
        self._sent = [(at, chat) for at, chat in self._sent if at > now - 1]
        to_chat = sum(chat == chat_id for _, chat in self._sent)
        is_shut = now < self._shut_until
        if is_shut or to_chat >= self._per_second or len(self._sent) >= self._overall:
            self.floods += 1
            if self._punished and not is_shut:
                self._shut_until = now + self._punished
            wait = max(math.ceil(self._shut_until - now), 1)
            raise _Refusal(429, f"Too Many Requests: retry after {wait}", {"retry_after": wait})
        self._sent.append((now, chat_id))


def _text(params: Json) -> tuple[str, str]:
    """What people see of a text, and the HTML it was made of."""
    given, mode = params.get("text", ""), params.get("parse_mode", "").lower()
    if mode not in ("", "html"):
        raise _bad("unsupported parse_mode")
    if not given:
        raise _bad("message text is empty")
    if len(given.encode()) > 32_768:
        raise _bad("text is too long")
    try:
        text = (visible(given) if mode else given).strip()
    except BadHtml as error:
        raise _bad(f"can't parse entities: {error}") from None
    if not text:
        raise _bad("text must be non-empty")
    if len(text) > 4096:
        raise _bad("message is too long")
    return text, given if mode else ""


def _look(message: Heard) -> tuple[Any, ...]:
    return message.text, entities(message.html), message.buttons


def _buttons(params: Json) -> tuple[tuple[Button, ...], ...]:
    rows = params.get("reply_markup", {}).get("inline_keyboard", [])
    return tuple(tuple(map(_button, row)) for row in rows)


def _button(key: Json) -> Button:
    copy = key.get("copy_text", {}).get("text")
    button = Button(key["text"], key.get("callback_data"), key.get("url"), copy, key.get("style"))
    if not button.data and not button.url and copy is None:
        raise _bad("Text buttons are unallowed in the inline keyboard")
    if len((button.data or "").encode()) > 64:
        raise _bad("BUTTON_DATA_INVALID")
    if copy is not None and not 1 <= len(copy) <= 256:
        raise _bad("BUTTON_COPY_TEXT_INVALID")
    if button.style not in (None, "primary", "success", "danger"):
        raise _bad("BUTTON_STYLE_INVALID")
    return button


def _key(button: Button) -> Json:
    action = {"callback_data": button.data} if button.data else {"url": button.url}
    if button.copy:
        action = {"copy_text": {"text": button.copy}}
    return {"text": button.text, **action, **({"style": button.style} if button.style else {})}


def _commands(text: str) -> Iterator[Json]:
    for at in re.finditer(r"(?<!\S)/\w+(?:@\w+)?", text, re.ASCII):
        start = utf16_length(text[: at.start()])
        yield {"type": "bot_command", "offset": start, "length": len(at[0])}


def _body(chat_id: int, message_id: int, **content: Any) -> Json:
    when = {"message_id": message_id, "date": int(time.time())}
    return {**when, "chat": _chat(chat_id), "from": _person(chat_id), **content}


def _chat(chat_id: int) -> Json:
    if chat_id > 0:
        return {"id": chat_id, "type": "private", "first_name": "Ada"}
    kind = "supergroup" if str(chat_id).startswith("-100") else "group"
    return {"id": chat_id, "type": kind, "title": "A group"}


def _person(chat_id: int) -> Json:
    """Who speaks in a chat: in groups always the same one."""
    return {"id": chat_id if chat_id > 0 else 777, "is_bot": False, "first_name": "Ada"}


def _read(name: str, value: Any) -> Any:
    """A parameter: a text as it is, everything else as the JSON it is written in."""
    with suppress(ValueError):
        return value if name in _VERBATIM else json.loads(value)
    return value


def _cut(request: web.Request) -> web.Response:
    """Resets the connection, as a dying load balancer does."""
    if request.transport:
        connection = request.transport.get_extra_info("socket")
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        request.transport.abort()
    return web.Response()
