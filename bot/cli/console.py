"""Print tables, messages as Telegram shows them, and progress on a terminal."""

import asyncio
import functools
import re
import sys
from collections.abc import Awaitable, Callable, Coroutine, Iterable, Iterator, Sequence
from contextlib import contextmanager
from html import unescape
from typing import Any, TypeVar

import msgspec
from rich.console import Console
from rich.panel import Panel
from rich.progress import DownloadColumn, MofNCompleteColumn, Progress, TransferSpeedColumn
from rich.table import Column, Table
from rich.text import Text

from bot.models.deliveries import Destination, Message, Outcome, Sent
from bot.models.sources import Source

PIPE_WIDTH = 160
WIDTH = 80
"""Columns that a line of a summary fits into."""
NAME_WIDTH = 13
"""Columns of a name beside which something is said of it."""
_PIECE = re.compile(r"<(/?)(b|i|s|code|a|blockquote)\b([^>]*)>")
_STYLES = {
    "b": "bold",
    "i": "italic",
    "s": "strike",
    "code": "cyan",
    "a": "underline blue",
    "blockquote": "dim",
}


def console() -> Console:
    """Return standard output: coloured and as wide as the terminal, or plain and wide in a pipe."""
    return Console(width=None if sys.stdout.isatty() else PIPE_WIDTH, highlight=False)


def print_table(title: str, columns: Iterable[str], rows: Iterable[Iterable[object]]) -> None:
    """Print a table."""
    folded = (Column(name, overflow="fold") for name in columns)
    table = Table(*folded, title=title, title_justify="left")
    for row in rows:
        table.add_row(*(Text(str(cell)) for cell in row))  # not rich's markup: titles are hostile
    console().print(table)


def print_item(name: str, text: str) -> None:
    """Print what is said of a thing beside its name; on a terminal, lines break under the text."""
    row = Table.grid(padding=(0, 1))
    row.add_column(width=NAME_WIDTH)
    row.add_column(overflow="fold")
    row.add_row(Text(name), Text(text))
    console().print(row)


def say(text: str) -> None:
    """Print a sentence, which the terminal breaks."""
    console().print(text, markup=False, soft_wrap=True)


def show(message: Message, heading: str) -> None:
    """Print a message as Telegram would show it; in a pipe as plain text, its links written out."""
    out = console()
    if not out.is_terminal:
        print(f"--- {heading}\n{message.plain}\n")
        return
    out.print(Panel(styled(message.html), title=heading, title_align="left", width=78))


def styled(html: str) -> Text:
    """Return Telegram HTML as rich text."""
    text, styles, position = Text(), list[str](), 0
    for tag in _PIECE.finditer(html):
        text.append(unescape(html[position : tag.start()]), " ".join(styles))
        position = tag.end()
        if tag[1]:
            styles.pop()
        else:
            link = re.search(r'href="([^"]*)"', tag[3])
            styles.append(f"{_STYLES[tag[2]]}{f' link {unescape(link[1])}' if link else ''}")
    text.append(unescape(html[position:]), " ".join(styles))
    return text


class ConsoleTransport:
    """A Transport that prints what a chat would get."""

    _sent = 0

    def link(self, payload: str) -> str:
        """Return the URL that opens the bot with a payload."""
        return f"https://t.me/your_bot?start={payload}"

    async def reachable(self) -> bool:
        """Return True."""
        return True

    async def send(
        self, destination: Destination, message: Message, starting: Callable[[], Awaitable[None]]
    ) -> Outcome:
        """Print a message."""
        await starting()
        self._sent += 1
        answered = f", an answer to message {destination.reply_to}" if destination.reply_to else ""
        show(message, f"message {self._sent}{answered}")
        return Sent(self._sent)

    async def edit(
        self, chat: int, message_id: int, message: Message, starting: Callable[[], Awaitable[None]]
    ) -> Outcome:
        """Print a message that replaces another."""
        await starting()
        show(message, f"message {message_id}, edited")
        return Sent(message_id)


def print_json(value: object) -> None:
    """Print a value as a line of JSON, at once."""
    sys.stdout.buffer.write(msgspec.json.encode(value) + b"\n")
    sys.stdout.buffer.flush()


@contextmanager
def download_bar(doing: str, total: int | None) -> Iterator[Callable[[int], None]]:
    """Show the progress of a download on a terminal; yields what is told the bytes that came."""
    out = console()
    columns = (*Progress.get_default_columns(), DownloadColumn(), TransferSpeedColumn())
    with Progress(*columns, console=out, transient=True, disable=not out.is_terminal) as bar:
        task = bar.add_task(doing, total=total)
        yield functools.partial(bar.advance, task)


T = TypeVar("T")


async def for_each(
    sources: Sequence[Source], work: Callable[[Source], Coroutine[Any, Any, T]], *, doing: str
) -> list[T]:
    """Run a coroutine for each source, with progress on a terminal, and return the results in the
    order of the sources."""
    # How many run at a time is limited by the fetcher.
    out = console()
    columns = (*Progress.get_default_columns(), MofNCompleteColumn())
    with Progress(*columns, console=out, transient=True, disable=not out.is_terminal) as bar:
        task = bar.add_task(doing, total=len(sources))

        async def one(source: Source) -> T:
            result = await work(source)
            bar.advance(task)
            return result

        return await asyncio.gather(*map(one, sources))
