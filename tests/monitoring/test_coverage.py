import datetime as dt

from bot import taxonomy
from bot.models.sources import Source, SourceState
from bot.monitoring.coverage import Gap, coverage_of, coverage_of_all
from tests.samples import NOW, source

DAY = dt.timedelta(days=1)


def state(name: str, **facts: object) -> SourceState:
    known = {"id": name, "url": "", "polled": NOW, **facts}
    return SourceState(**known)  # type: ignore[arg-type]


def followed(name: str, **facts: object) -> Source:
    return source(**{"id": name, "type": "ministry", **facts})


def test_a_country_lacks_the_types_that_no_source_has() -> None:
    sources = [followed("cz-mv"), followed("cz-us", type="court"), followed("sk-mv", country="SK")]
    told = coverage_of("CZ", sources, {}, NOW)
    assert told.missing("type") == ("agency", "gazette", "parliament")
    assert told.types == {"ministry": 1, "court": 1}
    assert coverage_of("LI", sources, {}, NOW).missing("type")[0] == "ministry"


def test_a_country_lacks_the_official_languages_that_no_source_has() -> None:
    sources = [followed("be", country="BE", language="nl-BE"), followed("no", country="NO")]
    told = coverage_of("BE", sources, {}, NOW)
    assert (told.languages, told.missing("language")) == (("nl",), ("de", "fr"))
    bokmal = [followed("no", country="NO", language="nb")]
    assert coverage_of("NO", bokmal, {}, NOW).missing("language") == ()
    undeclared = [followed("gb", country="GB", language=None)]
    assert coverage_of("GB", undeclared, {}, NOW).missing("language") == ("en",)


def test_sources_that_fail_fall_silent_or_are_off_are_gaps() -> None:
    states = {
        "well": state("well", news=NOW - 2 * DAY, gap=DAY),
        "fails": state("fails", failures=3, failing=NOW - 3 * DAY, error="HTTP 500"),
        "quiet": state("quiet", news=NOW - 20 * DAY, gap=2 * DAY),
        "seldom": state("seldom", news=NOW - 20 * DAY, gap=10 * DAY),
        "off": state("off", news=NOW),
        "gone": state("gone", stopped=True),
    }
    names = [*states, "new"]
    told = coverage_of("CZ", map(followed, names), states, NOW, off={"off"})
    assert [gap for gap in told.gaps if gap.kind not in ("type", "language")] == [
        Gap("failing", "fails", NOW - 3 * DAY),
        Gap("silent", "quiet", NOW - 20 * DAY),
        Gap("off", "off"),
        Gap("failing", "gone"),
    ]
    assert told.answering == 3
    assert told.newest == NOW


def test_a_source_that_is_off_covers_nothing() -> None:
    told = coverage_of("CZ", [followed("cz-us", type="court")], {}, NOW, off={"cz-us"})
    assert "court" in told.missing("type")


def test_every_country_stands_once_and_what_reports_on_several_last() -> None:
    sources = [followed("gb", country="GB"), followed("eu", country=None, type="eu")]
    told = coverage_of_all(sources, {}, NOW)
    assert [each.country for each in told] == [*taxonomy.countries(), "GB", None]
    assert [each.country for each in told if each.sources] == ["GB", None]
    assert told[-1].gaps == ()
