"""Write the texts that a brief has in each of its forms (`brief_word`, `brief_markdown`)."""

from bot.i18n import Locale
from bot.models.brief import Brief, BriefCoverage
from bot.render.labels import both_labels, country_label, english_labels, label

NAMED = 5
"""Publishers of a country that are named."""


def heading(to: Locale) -> str:
    """Return what a brief is called."""
    return to.gettext("Migration and asylum: brief")


def period(brief: Brief, to: Locale) -> str:
    """Return the days of a brief: `1 November 2026 – 30 November 2026`."""
    first, last = to.long_day(brief.since), to.long_day(brief.until)
    return first if brief.since == brief.until else f"{first} – {last}"


def overview(brief: Brief, to: Locale) -> list[str]:
    """Return the sentences that a brief begins with: how much it has, and what it lacks."""
    if not brief.total:
        return [to.gettext("Nothing is recorded for this period and this selection.")]
    said = [
        to.ngettext(
            "{n} development, by country and theme.",
            "{n} developments, by country and theme.",
            brief.total,
        )
    ]
    if brief.shown < brief.total:
        said.append(
            to.gettext(
                "It holds the newest {shown}: a shorter period or fewer countries show the others.",
                shown=brief.shown,
            )
        )
    if brief.translated:
        said.append(
            to.ngettext(
                "{n} has a text written by an engine, and says so.",
                "{n} have a text written by an engine, and say so.",
                brief.translated,
            )
        )
    return said


def place_name(code: str | None, to: Locale) -> str:
    """Return the name of a country of the brief."""
    return country_label(code, to) if code else to.gettext("No single country")


def theme_name(code: str, to: Locale) -> str:
    """Return the name of a theme of the brief."""
    (english,) = english_labels("theme", [code])
    return label("theme", code, to) if english == code else both_labels(english, to)


def coverage_lines(brief: Brief, to: Locale) -> list[str]:
    """Return what was read for a brief, a line for each country, and one for those of which
    nothing is in it though their sources answered."""
    lines = [_line(each, to) for each in brief.coverage if not _is_quiet(each)]
    quiet = [_name(each, to) for each in brief.coverage if _is_quiet(each)]
    if quiet:
        names = ", ".join(quiet)
        lines.append(
            to.gettext("Nothing, though all sources answered when last asked: {names}", names=names)
        )
    return lines or [to.gettext("No source of it is read.")]


def _is_quiet(each: BriefCoverage) -> bool:
    return each.silent and 0 < each.sources == each.answering


def _line(each: BriefCoverage, to: Locale) -> str:
    name = _name(each, to)
    if not each.sources:
        return to.gettext("{name}: no source is read", name=name)
    facts = [
        to.ngettext(
            "{answering} of {n} source answered when last asked",
            "{answering} of {n} sources answered when last asked",
            each.sources,
            answering=each.answering,
        )
    ]
    if each.failing:
        facts.append(to.gettext("not answering: {names}", names=_names(each.failing)))
    if each.off:
        facts.append(to.gettext("switched off: {names}", names=_names(each.off)))
    if each.silent:
        facts.append(to.gettext("nothing in this brief"))
    return f"{name}: {'; '.join(facts)}"


def _name(each: BriefCoverage, to: Locale) -> str:
    return country_label(each.country, to) if each.country else to.gettext("Several countries")


def _names(names: tuple[str, ...]) -> str:
    more = "…" if len(names) > NAMED else ""
    return ", ".join(names[:NAMED]) + more


def made(brief: Brief, to: Locale) -> str:
    """Return when a brief was made, and of what."""
    return to.gettext(
        "Made on {day} of what the publishers named in the footnotes have published. A "
        "development counts by its own date, or else by the day on which it was published.",
        day=to.long_day(brief.made.date()),
    )
