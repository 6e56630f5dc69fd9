"""A poll cycle over 200 and 1,000 feeds of 20 items, each on an address of its own behind 50 ms:
the first, what ours does in the background after it, one in which nothing has changed, and one in
which each feed has one more item. Against `reader` with 20 workers, urlwatch and webchanges."""

import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from benchmarks import measured, peers
from benchmarks.measured import Cost
from benchmarks.publisher import Publisher, publishing

READER = """
import sys
from reader import make_reader

reader = make_reader(sys.argv[1])
for url in open(sys.argv[2]).read().split():
    reader.add_feed(url, exist_ok=True)
print("ready", flush=True)
for _ in sys.stdin:
    reader.update_feeds(scheduled=False, workers=20)
    print(reader.get_entry_counts().total, flush=True)
"""
OURS = """
import asyncio, os, sys

async def main():
    from bot import config, pipeline, polling  # late, for the workers: as in the bot itself

    read = config.load("config.toml", os.environ)
    async with polling.open_polling(read, "herald.db") as context:
        print("ready", flush=True)
        sources = read.all_sources()
        while cycle := await asyncio.to_thread(sys.stdin.readline):
            if cycle == "history\\n":
                print(await pipeline.record_history(context, sources), flush=True)
                continue
            reports = await asyncio.gather(*(pipeline.poll(context, each) for each in sources))
            assert not [report for report in reports if report.result == "failed"]
            print(sum(report.new for report in reports), flush=True)

if __name__ == "__main__":  # worker processes import this file
    asyncio.run(main())
"""
FIELDS = """filter:
  - xpath:
      method: xml
      path: //item/title/text()|//item/link/text()|//item/pubDate/text()|//item/description/text()
  - html2text
"""
HISTORY = "history"
CYCLES = ("first", HISTORY, "unchanged", "one new each")
"""`history`: what stood there at first is recorded, after the first cycle."""

Cycle = Callable[[str], Cost | None]
"""Does what one of `CYCLES` names; None: the tool has no such thing."""


@contextmanager
def ours(folder: Path) -> Iterator[Callable[..., Cost]]:
    """The bot's own poll of every source, in one process."""
    (folder / "ours.py").write_text(OURS)
    service = measured.Service([sys.executable, "ours.py"], folder)
    yield service.work
    service.end()


@contextmanager
def reader(folder: Path) -> Iterator[Cycle]:
    """lemon24's reader, in one process: feedparser, requests, and SQLite."""
    service = measured.Service([peers.python(), "-c", READER, "reader.db", "urls"], folder)
    yield _without_history(service.work)
    service.end()


@contextmanager
def urlwatch(folder: Path) -> Iterator[Cycle]:
    """urlwatch, a process a cycle: the same fields as a text, and what differs."""
    command = [peers.command("urlwatch"), *_files("urlwatch", "cache")]
    yield _without_history(lambda _: measured.run(command, folder))


@contextmanager
def webchanges(folder: Path) -> Iterator[Cycle]:
    """webchanges, a process a cycle: urlwatch's child, on HTTP/2 and SQLite."""
    command = [peers.command("webchanges"), *_files("webchanges", "database")]
    yield _without_history(lambda _: measured.run(command, folder))


def _without_history(cycle: Callable[[str], Cost]) -> Cycle:
    return lambda name: None if name == HISTORY else cycle(name)


def _files(tool: str, database: str) -> list[str]:
    return [
        "--config", f"{tool}.yaml", f"--{database}", f"{tool}.db", "--hooks", "none.py",
        "--urls" if tool == "urlwatch" else "--jobs", "jobs.yaml",
    ]  # fmt: skip


TOOLS = (ours, reader, urlwatch, webchanges)


def prepare(folder: Path, publisher: Publisher) -> None:
    """The same addresses in each tool's own words."""
    sources = "".join(
        f'[[sources]]\nid = "s{n}"\nurl = "{url}"\npublisher = "Ministry {n}"\n'
        'country = "CZ"\nlanguage = "cs"\n'
        for n, url in enumerate(publisher.urls)
    )
    (folder / "config.toml").write_text(
        f'[catalogue]\ncountries = []\n[polling]\nprivate_hosts = ["127.0.0.0/8"]\n{sources}'
    )
    (folder / "urls").write_text("\n".join(publisher.urls))
    jobs = (f"url: {url}\n{FIELDS}" for url in publisher.urls)
    (folder / "jobs.yaml").write_text("---\n".join(jobs))
    quiet = "report:\n  stdout:\n    enabled: false\n"
    (folder / "urlwatch.yaml").write_text(quiet)
    (folder / "webchanges.yaml").write_text(quiet)
    (folder / "none.py").write_text("")


def measure(feeds: int) -> dict[str, list[Cost | None]]:
    """Each tool's cycles."""
    found: dict[str, list[Cost | None]] = {}
    for tool in TOOLS:
        with publishing(feeds) as publisher, tempfile.TemporaryDirectory() as name:
            prepare(Path(name), publisher)
            with tool(Path(name)) as cycle:
                *before, news = CYCLES
                costs = [cycle(each) for each in before]
                publisher.publish()
                found[tool.__name__] = [*costs, cycle(news)]
    return found


def main(*sizes: int) -> None:
    """Prints a table for each size: ratios are to ours."""
    print(measured.machine(), "against", *peers.PACKAGES[:4])
    for feeds in sizes or (200, 1000):
        found = measure(feeds)
        for number, cycle in enumerate(CYCLES):
            print(f"\n{feeds} feeds, {cycle:12} {'wall':>16} {'CPU':>16} {'memory':>18}")
            base = found["ours"][number]
            for name, costs in found.items():
                if not (base and (cost := costs[number])):
                    continue
                wall, cpu, memory = cost
                print(
                    f"  {name:22} {wall:7.2f} s {wall / base.wall:5.1f} × "
                    f"{cpu:7.2f} s {cpu / base.cpu:4.1f} × "
                    f"{memory:7.0f} MB {memory / base.memory:5.1f} ×"
                )


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
