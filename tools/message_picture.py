"""Draw `docs/messages.png`: two messages of the demonstration as a chat shows them.

`python -m tools.message_picture` runs the demonstration and lets Chromium draw what the bot has
sent. It needs `chromium` on the PATH, and a font with coloured flags (Noto Color Emoji).
"""

import asyncio
import html
import re
import subprocess
import tempfile
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path

from bot.cli.console import ConsoleTransport
from bot.cli.demo import open_demonstration
from bot.models.deliveries import Button, Destination, Message, Outcome

FILE = Path(__file__).parents[1] / "docs" / "messages.png"
SHOWN = ("🇨🇿", "🇩🇪")
"""What the messages shown begin with: one with an English edition, one with a gloss."""
SIZE = (960, 590)
"""Pixels, drawn at half as many again each way, for dense screens."""
PAGE = """<!doctype html><meta charset="utf-8"><style>
body {{ margin: 0; padding: 18px; background: #cfdbe6; display: flex; gap: 18px; align-items: start;
  font: 14px/1.38 Roboto, "Noto Color Emoji", sans-serif; color: #111 }}
section {{ flex: 1 }}
article {{ background: #fff; border-radius: 14px; padding: 11px 14px; white-space: pre-wrap }}
blockquote {{ margin: 7px 0; padding: 3px 10px; border-left: 3px solid #2277bb; border-radius: 5px;
  background: #edf3f8 }}
a {{ color: #2277bb; text-decoration: none }}
nav {{ display: flex; gap: 5px; margin-top: 5px }}
nav span {{ flex: 1; text-align: center; background: #7f95a8; color: #fff; border-radius: 8px;
  padding: 6px 2px; font-weight: 500; font-size: 13px }}
</style>{sections}"""
_AROUND_QUOTE = re.compile(r"\n*(</?blockquote[^>]*>)\n*")


class Collector(ConsoleTransport):
    """A transport that also keeps what was sent."""

    def __init__(self) -> None:
        self.messages: list[Message] = []

    async def send(
        self, destination: Destination, message: Message, starting: Callable[[], Awaitable[None]]
    ) -> Outcome:
        """Print a message, and keep it."""
        self.messages.append(message)
        return await super().send(destination, message, starting)


def page(messages: Sequence[Message]) -> str:
    """Return messages as a page, side by side."""
    return PAGE.format(sections="".join(map(_section, messages)))


def _section(message: Message) -> str:
    rows = "".join(f"<nav>{''.join(map(_button, row))}</nav>" for row in message.buttons)
    text = _AROUND_QUOTE.sub(r"\1", message.html)
    return f"<section><article>{text}</article>{rows}</section>"


def _button(button: Button) -> str:
    return f"<span>{html.escape(button.text)}</span>"


def draw(document: str, file: Path) -> None:
    """Let Chromium write a page as a picture."""
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder, "messages.html")
        source.write_text(document, encoding="utf-8")
        width, height = SIZE
        command = [
            "chromium", "--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars",
            "--force-device-scale-factor=1.5", f"--window-size={width},{height}",
            f"--screenshot={file}", source.as_uri(),
        ]  # fmt: skip
        subprocess.run(command, check=True, capture_output=True)


async def main() -> None:
    """Run the demonstration, and draw the messages shown."""
    collector = Collector()
    async with open_demonstration(collector) as demonstration:
        await demonstration.run()
    first = [
        next(message for message in collector.messages if message.html.startswith(flag))
        for flag in SHOWN
    ]
    draw(page(first), FILE)


if __name__ == "__main__":
    asyncio.run(main())
