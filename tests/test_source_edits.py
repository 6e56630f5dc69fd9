"""Which change of a source holds: that of an admin, or that of the configuration."""

from msgspec.structs import replace

from bot.models.source_edits import SourceEdit
from bot.models.sources import PageSelectors, Source, SourceState
from bot.source_edits import edited, in_force, state_at
from tests.samples import NOW, source

OLD = source(url="https://mv.example/rss")
NEW = replace(OLD, url="https://mv.example/feed.xml")
OTHER = source(id="new", url="https://x.example/rss")


def moved(before: Source, after: Source, **changes: object) -> SourceEdit:
    return SourceEdit(**{"source": after, "before": before, "at": NOW, "by": 1, **changes})


def test_a_source_is_read_where_an_admin_has_moved_it() -> None:
    assert edited([OLD], [moved(OLD, NEW)]) == [NEW]
    assert edited([OLD], [moved(OLD, NEW, undone=NOW)]) == [OLD]


def test_what_the_configuration_says_of_it_otherwise_stays() -> None:
    renamed = replace(OLD, publisher="Another name", scope="migration")
    assert edited([renamed], [moved(OLD, NEW)]) == [replace(renamed, url=NEW.url)]


def test_an_address_that_the_configuration_changes_later_holds() -> None:
    later = replace(OLD, url="https://mv.example/newest")
    assert edited([later], [moved(OLD, NEW)]) == [later]
    assert in_force([later], [moved(OLD, NEW)]) == []
    assert edited([NEW], [moved(OLD, NEW)]) == [NEW]


def test_one_change_follows_another() -> None:
    newest = replace(NEW, kind="page", page=PageSelectors(item="li"))
    edits = [moved(OLD, NEW), moved(NEW, newest)]
    assert edited([OLD], edits) == [newest]
    assert in_force([OLD], edits) == edits


def test_an_added_source_is_followed_until_the_configuration_has_one_of_its_id() -> None:
    added = SourceEdit(source=OTHER, at=NOW, by=1)
    assert edited([OLD], [added]) == [OLD, OTHER]
    own = replace(OTHER, url="https://y.example/rss")
    assert edited([OLD, own], [added]) == [OLD, own]


def test_a_source_that_is_not_followed_is_not_followed_because_it_was_moved() -> None:
    assert edited([], [moved(OLD, NEW)]) == []


def test_headers_go_to_no_other_site() -> None:
    secret = replace(OLD, headers={"X-Key": "secret"})
    assert edited([secret], [moved(OLD, NEW)])[0].headers == {"X-Key": "secret"}
    elsewhere = replace(OLD, url="https://other.example/rss")
    assert edited([secret], [moved(OLD, elsewhere)])[0].headers == {}


def test_what_was_read_stays_known_at_another_place() -> None:
    state = SourceState(
        id="cz", url=OLD.url, baseline=True, digest="d", failures=9, failing=NOW, stopped=True
    )
    after = state_at(state, NEW)
    assert (after.url, after.baseline, after.digest) == (NEW.url, True, None)
    assert (after.failures, after.failing, after.stopped) == (0, None, False)
