"""The report of `policy-herald check`: what fails, by cause and with its cure; each country."""

from collections import defaultdict
from collections.abc import Iterator, Sequence

from msgspec import Struct
from msgspec.structs import replace

from bot import dates, render
from bot.cli import console
from bot.cli.toml_table import toml_table
from bot.dates.zones import local_day
from bot.i18n import ENGLISH
from bot.models.source_edits import Proposal
from bot.models.sources import Cause, Source, SourceState
from bot.monitoring.coverage import Coverage, coverage_of_all
from bot.pipeline import Diagnosis
from bot.text import one_line, shorten
from bot.urls import host

CURES: dict[Cause, str] = {
    "name": "one host alone: the site was renamed; `check --repair` looks for it",
    "connection": "try again later; does a firewall or a proxy keep the bot from it?",
    "tls": 'tls = "lenient" or "legacy", or ca_file, for the source (config.example.toml)',
    "guard": "polling.private_hosts lists what may be fetched all the same",
    "blocked": "set polling.contact, and ask the owner of the site",
    "robots": "the bot obeys it: ask the owner of the site",
    "server": "mostly temporary: try again later",
    "stand-in": "mostly temporary, else the site is closed: open it in a browser",
    "gone": "`policy-herald check --repair` looks for where it went",
    "no feed": "`policy-herald check --repair` looks for the feed",
    "no list": "`policy-herald check --repair` looks for it; or give its selectors",
    "empty": "some feeds are, at times; `policy-herald check --repair` looks elsewhere",
    "other": "`policy-herald read ID` shows more",
}
HARMLESS: tuple[Cause | None, ...] = (None, "empty")
"""What is no failure."""
NO_NETWORK: tuple[Cause | None, ...] = ("name", "connection")
FEW_COUNTRIES = 12


class Finding(Struct, frozen=True):
    """What was tried, whether it is well, and what was seen."""

    what: str
    ok: bool
    seen: str


class Tried(Struct, frozen=True):
    """A source, and how it was found."""

    source: Source
    diagnosis: Diagnosis

    @property
    def is_well(self) -> bool:
        """Return whether it can be read."""
        return self.diagnosis.cause in HARMLESS

    @property
    def seen(self) -> str:
        """Return what was seen of it."""
        document, fetched = self.diagnosis.document, self.diagnosis.fetched
        if document is None:
            return f"{self.source.url}: {self.diagnosis.said}"
        days = [local_day(one.published, self.source) for one in document.items if one.published]
        newest = f"the newest is of {max(days):%d.%m.%Y}" if days else "none has a date"
        moved = [f"has moved to {fetched.moved}"] if fetched and fetched.moved else []
        return "; ".join([f"{document.total} items", newest, *moved, *document.problems[:3]])


def is_offline(tried: Sequence[Tried]) -> bool:
    """Return whether it is this machine that reaches nothing, rather than the sources."""
    return bool(tried) and all(each.diagnosis.cause in NO_NETWORK for each in tried)


def print_report(findings: Sequence[Finding], tried: Sequence[Tried], *, is_whole: bool) -> None:
    """Print what was tried; `is_whole`: each source, too."""
    for each in findings:
        console.print_item(each.what, each.seen if each.ok else f"FAILED: {each.seen}")
    console.say("")
    for line in summary(tried):
        console.say(line)
    if is_whole:
        rows = ((each.source.id, "ok" if each.is_well else "FAILED", each.seen) for each in tried)
        console.print_table("Sources", ("source", "", "finding"), rows)
    elif tried:
        console.say("--all lists every source, --json all of it for a program.")


def summary(tried: Sequence[Tried]) -> Iterator[str]:
    """Yield lines that tell how many sources can be read, why the others cannot, and in which
    countries."""
    if is_offline(tried):
        yield from _offline(tried)
        return
    well = sum(each.is_well for each in tried)
    yield f"{well} of {len(tried)} sources can be read."
    groups = defaultdict[Cause, list[Tried]](list)
    for each in tried:
        if each.diagnosis.cause:
            groups[each.diagnosis.cause].append(each)
    for cause, group in sorted(groups.items(), key=lambda item: -len(item[1])):
        names = ", ".join(each.source.id for each in group)
        yield shorten(
            f"{len(group):4}  {render.cause_text(cause, ENGLISH)}: {names}", console.WIDTH
        )
        yield shorten(f"      → {CURES[cause]}", console.WIDTH)
    if countries := _countries(tried):
        yield shorten(f"Answering, by country: {countries}", 2 * console.WIDTH)


def _offline(tried: Sequence[Tried]) -> Iterator[str]:
    hosts = len({host(each.source.url) for each in tried})
    if all(each.diagnosis.cause == "name" for each in tried):
        yield f"No network: the names of all {hosts} hosts are unknown."
        yield "→ Is this machine online? Does it have a name server (/etc/resolv.conf)?"
    else:
        yield f"No network: none of {hosts} hosts can be connected to."
        yield f"→ Is this machine online? The first says: {tried[0].diagnosis.said}"
    yield "→ The bot cannot reach the web through a proxy."


def _covered(tried: Sequence[Tried]) -> list[Coverage]:
    """Return how many of its sources can be read of each country that has any."""
    sources = [each.source for each in tried]
    now = dates.now()
    states = {
        each.source.id: SourceState(
            id=each.source.id, url="", polled=now, failures=int(not each.is_well)
        )
        for each in tried
    }
    return [each for each in coverage_of_all(sources, states, now) if each.sources]


def _countries(tried: Sequence[Tried]) -> str:
    """Return the countries of which not every source can be read, the worst first."""
    lacking = [each for each in _covered(tried) if each.answering < len(each.sources)]
    lacking.sort(key=lambda each: each.answering / len(each.sources))
    shown = [
        f"{each.country or 'several'} {each.answering}/{len(each.sources)}"
        for each in lacking[:FEW_COUNTRIES]
    ]
    more = len(lacking) - len(shown)
    whole = "all others whole" if more <= 0 else f"and {more} more in part"
    return f"{', '.join(shown)}; {whole}" if lacking else ""


def print_repairs(repairs: Sequence[Proposal]) -> None:
    """Print what is proposed as tables for the configuration."""
    if not repairs:
        return
    found = [each for each in repairs if each.candidates]
    console.say(f"\nOf {len(repairs)} that are lost, {len(found)} may be read elsewhere.")
    if found:
        console.say("Read these, and put what is right into config.toml. Nothing was changed.\n")
    for each in found:
        print(repaired_tables(each))


def repaired_tables(found: Proposal) -> str:
    """Return where a source may be read as tables for the configuration, with what was read there
    as comments."""
    parts = []
    for number, each in enumerate(found.candidates, 1):
        cause = render.cause_text(found.cause, ENGLISH) if found.cause else ""
        known = f", {each.known} of them known" if each.known else ""
        day = f", the newest of {each.newest:%d.%m.%Y}" if each.newest else ""
        rows = [f"# {found.source}: {cause}", f"# {each.items} items{known}{day}"]
        if each.other_site:
            rows.append(f"# ANOTHER SITE THAN BEFORE: {each.other_site}. Is it the publisher's?")
        rows += [f"#   {one_line(title)}" for title in each.titles[:3]]
        # Those after the first stand beside it.
        name = f"{found.source}-{number}" if number > 1 else found.source
        parts.append("\n".join([*rows, toml_table(replace(each.source, id=name)), ""]))
    return "\n".join(parts)


def as_json(
    findings: Sequence[Finding],
    tried: Sequence[Tried],
    repairs: Sequence[Proposal],
    *,
    is_well: bool,
) -> dict[str, object]:
    """Return all of it for a program."""
    return {
        "ok": is_well,
        "offline": is_offline(tried),
        "findings": findings,
        "sources": [
            {
                "id": each.source.id,
                "country": each.source.country,
                "url": each.source.url,
                "ok": each.is_well,
                "cause": each.diagnosis.cause,
                "seen": each.seen,
            }
            for each in tried
        ],
        "countries": [
            {"country": each.country, "sources": len(each.sources), "answering": each.answering}
            for each in _covered(tried)
        ],
        "repairs": [_repair_as_json(each) for each in repairs],
    }


def _repair_as_json(repair: Proposal) -> dict[str, object]:
    return {
        "source": repair.source,
        "cause": repair.cause,
        "candidates": [
            {
                "url": each.source.url,
                "kind": each.source.kind,
                "items": each.items,
                "known": each.known,
                "newest": each.newest,
                "titles": each.titles,
                "other_site": each.other_site or None,
                "table": toml_table(each.source),
            }
            for each in repair.candidates
        ],
    }
