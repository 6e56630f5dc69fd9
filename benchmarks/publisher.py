"""Many ministries on one loopback server, each on an address of its own: `python -m
benchmarks.publisher FEEDS ITEMS LATENCY KEEPS` prints its port, then publishes one more item in
each feed whenever it is sent SIGUSR1."""

import asyncio
import functools
import random
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import NamedTuple

from aiohttp import web

TOPICS = ("azyl", "návraty cizinců", "státní rozpočet", "integrace", "nelegální migrace")
SYLLABLES = "po vy ná zá ko ho ra ti ně ská ení ost ová li me do pra vi čka řad".split()


class Publisher(NamedTuple):
    """The running server."""

    process: subprocess.Popen[str]
    urls: list[str]

    def publish(self) -> None:
        """One more item in each feed."""
        self.process.send_signal(signal.SIGUSR1)
        assert self.process.stdout
        self.process.stdout.readline()


@contextmanager
def publishing(
    feeds: int, items: int = 20, latency: float = 0.05, *, keeps: bool = True
) -> Iterator[Publisher]:
    """The server, for as long as the context lasts; `keeps`: connections, between two questions."""
    command = [
        sys.executable,
        "-m",
        "benchmarks.publisher",
        *map(str, (feeds, items, latency, int(keeps))),
    ]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    assert process.stdout
    port = int(process.stdout.readline())
    try:
        yield Publisher(process, [f"http://{host(n)}:{port}/{n}.xml" for n in range(feeds)])
    finally:
        process.kill()
        process.wait()


def host(number: int) -> str:
    """The loopback address of a ministry."""
    return f"127.1.{number // 250}.{number % 250 + 1}"


@functools.cache
def feed(number: int, items: int, generation: int) -> str:
    """A feed as ministries write them, with its newest item first."""
    newest = items + generation
    written = "".join(_item(number, n) for n in range(newest, newest - items, -1))
    return (
        '<?xml version="1.0" encoding="utf-8"?><rss version="2.0"><channel>'
        f"<title>Ministerstvo {number}</title><link>http://{host(number)}/</link>{written}"
        "</channel></rss>"
    )


def _item(number: int, n: int) -> str:
    """A press release of its own, of some 2,500 characters with much markup."""
    words = random.Random(number * 100_003 + n)
    topic = words.choice(TOPICS)
    title = f"{_sentence(words, 5)} {topic}"
    paragraphs = "".join(
        f'<p class="perex"><strong>{_sentence(words, 12)} {topic}.</strong> '
        f'{_sentence(words, 9)} <a href="/zpravy/{n}" onclick="x()">{_sentence(words, 3)}</a>.</p>'
        f'<p style="color:red">{_sentence(words, 15)}; {_sentence(words, 11)} {n % 17} %.<br/></p>'
        f"<ul><li>{_sentence(words, 4)}</li><li>{_sentence(words, 5)}</li></ul>"
        '<script>alert(1)</script><img src="/obrazek.png" alt="">'
        for _ in range(4)
    )
    body = paragraphs.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return (
        f"<item><title>{title}</title>"
        f"<link>http://{host(number)}/zpravy/{n}</link><guid>{number}-{n}</guid>"
        f"<pubDate>Thu, {1 + n % 27:02} Jan 2026 00:30:00 +0100</pubDate>"
        f"<description>{body}</description></item>"
    )


def _sentence(words: random.Random, count: int) -> str:
    """So many words of no language."""
    made = ("".join(words.choices(SYLLABLES, k=words.randint(1, 4))) for _ in range(count))
    return " ".join(made).capitalize()


def _write_all(feeds: int, items: int, generation: int) -> None:
    """Write all feeds, so that nobody who polls waits for it, or for the CPU that it takes."""
    for number in range(feeds):
        feed(number, items, generation)


async def main(feeds: int, items: int, latency: float, keeps: int) -> None:
    """Serves until it is killed."""
    generation = 0
    _write_all(feeds, items, generation)

    async def answer(request: web.Request) -> web.Response:
        await asyncio.sleep(latency)
        tag = f'"{generation}"'
        if request.headers.get("If-None-Match") == tag:
            response = web.Response(status=304)
        else:
            text = feed(int(request.match_info["number"]), items, generation)
            response = web.Response(text=text, content_type="application/rss+xml")
        response.headers["ETag"] = tag
        if not keeps:
            response.force_close()
        return response

    def publish() -> None:
        nonlocal generation
        generation += 1
        _write_all(feeds, items, generation)
        print("published", flush=True)

    asyncio.get_running_loop().add_signal_handler(signal.SIGUSR1, publish)
    application = web.Application()
    application.router.add_get(r"/{number:\d+}.xml", answer)
    runner = web.AppRunner(application, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "0.0.0.0", 0, backlog=2048).start()
    print(runner.addresses[0][1], flush=True)
    await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1]), int(sys.argv[2]), float(sys.argv[3]), int(sys.argv[4])))
