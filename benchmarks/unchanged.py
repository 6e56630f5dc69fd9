"""A cycle over 1,000 sources in which nothing has changed, against a bare aiohttp loop that only
asks: the same addresses, with their ETags, as many at once; on connections that are kept open, and
on new ones, as it is between two polls in life."""

import statistics
import sys
import tempfile
from pathlib import Path

from benchmarks import cycle, measured, peers
from benchmarks.measured import Cost
from benchmarks.publisher import publishing

TIMES = 9
"""Cycles of each, in turns, after the first."""

BARE = """
import asyncio, sys
import aiohttp

async def main():
    urls, tags = open("urls").read().split(), {}
    places = asyncio.Semaphore(int(sys.argv[1]))  # a connector's limit leaves kept ones out

    async def ask(url):
        headers = {"If-None-Match": tags[url]} if url in tags else {}
        async with places, session.get(url, headers=headers) as answer:
            tags[url] = answer.headers["ETag"]
            await answer.read()

    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0)) as session:
        print("ready", flush=True)
        while await asyncio.to_thread(sys.stdin.readline):
            await asyncio.gather(*map(ask, urls))
            print(len(tags), flush=True)

asyncio.run(main())
"""


def main(feeds: int = 1000, at_once: int = 50) -> None:
    """Prints the middle of all cycles: ratios are to the bare loop."""
    print(measured.machine(), "against", peers.PACKAGES[4])
    print(f"{feeds} sources, none changed, {at_once} asked at once")
    for connections in ("kept", "new"):
        measure(feeds, at_once, connections)


def measure(feeds: int, at_once: int, connections: str) -> None:
    """Both in turns."""
    with (
        publishing(feeds, keeps=connections == "kept") as publisher,
        tempfile.TemporaryDirectory() as name,
    ):
        folder = Path(name)
        cycle.prepare(folder, publisher)
        bare = measured.Service([peers.python(), "-c", BARE, str(at_once)], folder)
        with cycle.ours(folder) as ours:
            found = {"bare aiohttp": (bare.work, [bare.work()]), "ours": (ours, [ours()])}
            for _ in range(TIMES):
                for work, costs in found.values():
                    costs.append(work())
        bare.end()
    base = middle(found["bare aiohttp"][1])
    for tool, (_, costs) in found.items():
        wall, cpu, memory = middle(costs)
        print(
            f"  {connections:5} connections  {tool:14} {wall:6.2f} s {wall / base.wall:5.2f} × "
            f"{cpu:6.2f} s of CPU {cpu / base.cpu:5.2f} × {memory:6.0f} MB"
        )


def middle(costs: list[Cost]) -> Cost:
    """The median of each figure, without the first cycle."""
    return Cost(*map(statistics.median, zip(*costs[1:], strict=True)))


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
