"""A poll cycle over 200 and 1,000 feeds of 20 items, each on an address of its own behind 50 ms:
the first, one in which nothing has changed, and one in which each feed has one more item. Against
`reader` with 20 workers, urlwatch and webchanges, each as its users start it."""

import sys
import tempfile
from collections.abc import Callable
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
reader.update_feeds(scheduled=False, workers=20)
assert reader.get_entry_counts().total, "nothing was read"
"""
FIELDS = """filter:
  - xpath:
      method: xml
      path: //item/title/text()|//item/link/text()|//item/pubDate/text()|//item/description/text()
  - html2text:
      method: lynx
"""
CYCLES = ("first", "unchanged", "one new each")

Cycle = Callable[[Path], Cost]


def ours(folder: Path) -> Cost:
    """The bot's own `poll`, as an operator types it."""
    return measured.run([sys.executable, "-m", "bot", "poll", "--all"], folder, {"COLUMNS": "100"})


def reader(folder: Path) -> Cost:
    """lemon24's reader: feedparser, requests, and SQLite."""
    command = [peers.python(), "-c", READER, str(folder / "reader.db"), str(folder / "urls")]
    return measured.run(command)


def urlwatch(folder: Path) -> Cost:
    """urlwatch: a text of each page, and what differs."""
    files = ["--urls", folder / "jobs.yaml", "--config", folder / "urlwatch.yaml"]
    more = ["--cache", folder / "urlwatch.db", "--hooks", folder / "none.py"]
    return measured.run([peers.command("urlwatch"), *map(str, (*files, *more))], folder)


def webchanges(folder: Path) -> Cost:
    """webchanges: urlwatch's child, on HTTP/2 and SQLite."""
    files = ["--jobs", folder / "jobs.yaml", "--config", folder / "webchanges.yaml"]
    more = ["--database", folder / "webchanges.db", "--hooks", folder / "none.py"]
    return measured.run([peers.command("webchanges"), *map(str, (*files, *more))], folder)


TOOLS: tuple[Cycle, ...] = (ours, reader, urlwatch, webchanges)


def prepare(folder: Path, publisher: Publisher) -> None:
    """The same addresses in each tool's own words."""
    sources = "".join(
        f'[[sources]]\nid = "s{n}"\nurl = "{url}"\npublisher = "Ministry {n}"\n'
        'country = "CZ"\nlanguage = "cs"\n'
        for n, url in enumerate(publisher.urls)
    )
    (folder / "config.toml").write_text(
        "[catalogue]\ncountries = []\n"
        f'[polling]\nprivate_hosts = ["127.0.0.0/8"]\n{sources}'
    )
    (folder / "urls").write_text("\n".join(publisher.urls))
    jobs = (f"url: {url}\n{FIELDS}" for url in publisher.urls)
    (folder / "jobs.yaml").write_text("---\n".join(jobs))
    quiet = "report:\n  stdout:\n    enabled: false\n"
    (folder / "urlwatch.yaml").write_text(quiet)
    (folder / "webchanges.yaml").write_text(quiet)
    (folder / "none.py").write_text("")


def measure(feeds: int) -> dict[str, list[Cost]]:
    """Each tool's cycles."""
    found: dict[str, list[Cost]] = {}
    for tool in TOOLS:
        with publishing(feeds) as publisher, tempfile.TemporaryDirectory() as name:
            prepare(Path(name), publisher)
            costs = [tool(Path(name)), tool(Path(name))]
            publisher.publish()
            found[tool.__name__] = [*costs, tool(Path(name))]
    return found


def main(*sizes: int) -> None:
    """Prints a table for each size: ratios are to ours."""
    print(measured.machine())
    for feeds in sizes or (200, 1000):
        found = measure(feeds)
        for number, cycle in enumerate(CYCLES):
            print(f"\n{feeds} feeds, {cycle:12} {'wall':>16} {'CPU':>16} {'memory':>18}")
            base = found["ours"][number]
            for name, costs in found.items():
                wall, cpu, memory = costs[number]
                print(
                    f"  {name:22} {wall:7.2f} s {wall / base.wall:5.1f} × "
                    f"{cpu:7.2f} s {cpu / base.cpu:4.1f} × "
                    f"{memory:7.0f} MB {memory / base.memory:5.1f} ×"
                )


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
