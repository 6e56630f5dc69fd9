"""Print tables, messages as Telegram shows them, and progress on a terminal."""

import asyncio
import re
import sys
from collections.abc import Awaitable, Callable, Coroutine, Iterable, Iterator, Sequence
from contextlib import contextmanager
from html import unescape
from typing import Any, TypeVar

from rich.console import Console
from rich.panel import Panel
from rich.progress import Progress
from rich.table import Table
from rich.text import Text

from bot.models.deliveries import Destination, Message, Outcome, Sent
from bot.models.sources import Source

PIPE_WIDTH = 160
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


def table(title: str, *columns: str) -> Table:
    """Return an empty table."""
    # Its cells take text, never rich's markup: titles are hostile.
    empty = Table(title=title, title_justify="left")
    for column in columns:
        empty.add_column(column, overflow="fold")
    return empty


def row(table: Table, *cells: object) -> None:
    """Add a row of plain cells."""
    table.add_row(*(Text(str(cell)) for cell in cells))


def show(out: Console, message: Message, heading: str) -> None:
    """Print a message as Telegram would show it; in a pipe as plain text, its links written out."""
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


@contextmanager
def progress(what: str, total: int) -> Iterator[Callable[[], None]]:
    """Show a progress bar on a terminal, and yield the function to call at each step."""
    out = console()
    with Progress(console=out, transient=True, disable=not out.is_terminal) as bar:
        task = bar.add_task(what, total=total)
        yield lambda: bar.advance(task)


class ConsoleTransport:
    """A Transport that prints what a chat would get."""

    def __init__(self, out: Console) -> None:
        self._out, self._sent = out, 0

    def link(self, payload: str) -> str:
        """Return the URL that opens the bot with a payload."""
        return f"https://t.me/your_bot?start={payload}"

    async def reachable(self) -> bool:
        """Return True."""
        return True

    async def send(
        self,
        destination: Destination,
        message: Message,
        starting: Callable[[], Awaitable[None]],
    ) -> Outcome:
        """Print a message."""
        await starting()
        self._sent += 1
        answered = f", an answer to message {destination.reply_to}" if destination.reply_to else ""
        show(self._out, message, f"message {self._sent}{answered}")
        return Sent(self._sent)

    async def edit(
        self,
        chat: int,
        message_id: int,
        message: Message,
        starting: Callable[[], Awaitable[None]],
    ) -> Outcome:
        """Print a message that replaces another."""
        await starting()
        show(self._out, message, f"message {message_id}, edited")
        return Sent(message_id)


def lines(rows: Iterable[bytes]) -> None:
    """Write lines of bytes to standard output as they come."""
    for line in rows:
        sys.stdout.buffer.write(line + b"\n")
        sys.stdout.buffer.flush()


T = TypeVar("T")


async def for_each(
    sources: Sequence[Source], work: Callable[[Source], Coroutine[Any, Any, T]], *, doing: str
) -> list[T]:
    """Run a coroutine for each source, and return the results in the order of the sources."""
    # How many run at a time is limited by the fetcher.
    with progress(doing, len(sources)) as advance:

        async def one(source: Source) -> T:
            result = await work(source)
            advance()
            return result

        return await asyncio.gather(*map(one, sources))
