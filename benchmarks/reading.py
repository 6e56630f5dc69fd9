"""One new item in a feed of 20, 50 and 200: CPU of reading it, against feedparser on the whole."""

import datetime as dt
import io
import time
from collections.abc import Callable
from functools import partial

import feedparser  # type: ignore[import-untyped]

from benchmarks import measured
from bot import parse
from bot.models.sources import Fetched, Source, SourceState

TODAY = dt.date(2026, 1, 16)
SOURCE = Source(id="x", url="https://x.example/rss", publisher="x", language="cs")
SENTENCE = "Vláda schválila novelu zákona o azylu a o návratech cizinců. "
MARKUP = f"<p class='a'><b>{SENTENCE}</b><a href='/x'>{SENTENCE}</a></p>" * 10
BODIES = {
    "plain text": SENTENCE * 20,
    "HTML in CDATA": f"<![CDATA[{MARKUP}]]>",
    "escaped HTML": MARKUP.replace("<", "&lt;").replace(">", "&gt;"),
}
ROUNDS = 40


def feed(newest: int, items: int, body: str) -> Fetched:
    """An RSS feed of so many items."""
    written = "".join(
        f"<item><title>Zpráva {n}</title><link>https://x.example/{n}</link><guid>{n}</guid>"
        "<pubDate>Thu, 16 Jan 2025 00:30:00 +0100</pubDate>"
        f"<description>{body}</description></item>"
        for n in range(newest, newest - items, -1)
    )
    head = '<?xml version="1.0" encoding="utf-8"?><rss version="2.0"><channel><title>t</title>'
    return Fetched(url=SOURCE.url, body=f"{head}{written}</channel></rss>".encode())


def cpu(work: Callable[[], object]) -> float:
    """Seconds of CPU, the best of some rounds."""
    best = float("inf")
    for _ in range(ROUNDS):
        begun = time.process_time()
        work()
        best = min(best, time.process_time() - begun)
    return best


def main() -> None:
    """Prints the table."""
    print(measured.machine(), flush=True)
    print(f"{'body':15}{'items':>6}{'feedparser':>14}{'all':>12}{'the new one':>14}{'ratio':>7}")
    for name, body in BODIES.items():
        for items in (20, 50, 200):
            old, new = feed(999, items, body), feed(1000, items, body)
            pieces = parse.parse_document(SOURCE, old, TODAY).pieces
            known = SourceState(id="", url="", pieces=pieces)
            raw = new.body or b""
            bare = cpu(partial(lambda raw: feedparser.parse(io.BytesIO(raw)), raw))
            full = cpu(partial(parse.parse_document, SOURCE, new, TODAY))
            part = cpu(partial(parse.parse_document, SOURCE, new, TODAY, known))
            told = "".join(f"{seconds * 1e3:{width}.2f} ms" for seconds, width in
                           ((bare, 11), (full, 9), (part, 11)))  # fmt: skip
            print(f"{name:15}{items:6}{told}{bare / part:7.1f}")


if __name__ == "__main__":
    main()
