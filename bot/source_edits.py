"""Apply what admins have changed of the sources to those of the configuration (pure).

Of two changes of one source the later one holds, whether an admin made it or who writes the
configuration: an edit names the address that it has replaced, and where the configuration names
another one by now, it is the configuration that was changed last.
"""

from collections.abc import Iterable, Iterator

from msgspec.structs import replace

from bot.models.source_edits import SourceEdit
from bot.models.sources import Source, SourceState
from bot.urls import is_same_site


def edited(configured: Iterable[Source], edits: Iterable[SourceEdit]) -> list[Source]:
    """Return the sources of the configuration as they are read, and those that were added.
    `edits`: oldest first."""
    sources = {source.id: source for source in configured}
    for _ in _apply(sources, edits):
        pass
    return list(sources.values())


def in_force(configured: Iterable[Source], edits: Iterable[SourceEdit]) -> list[SourceEdit]:
    """Return the edits that hold over the sources of the configuration, oldest first."""
    return list(_apply({source.id: source for source in configured}, edits))


def _apply(sources: dict[str, Source], edits: Iterable[SourceEdit]) -> Iterator[SourceEdit]:
    """Change sources by the edits that hold, and yield these."""
    for edit in edits:
        configured = sources.get(edit.source.id)
        if holds(edit, configured):
            sources[edit.source.id] = read_at(configured, edit.source)
            yield edit


def holds(edit: SourceEdit, configured: Source | None) -> bool:
    """Return whether an edit changes a source, which is None where there is none of its id."""
    if edit.undone:
        return False
    if configured is None or edit.before is None:
        return configured is None and edit.before is None
    return place_of(configured) == place_of(edit.before)


def read_at(configured: Source | None, place: Source) -> Source:
    """Return a source as it is read at the place of another one: all but where and how its list
    stands there is its own."""
    if configured is None:
        return place
    # Headers may hold a secret, which is for the site that it was given for.
    is_own = is_same_site(configured.url, place.url) or is_same_site(place.url, configured.url)
    return replace(
        configured,
        url=place.url,
        kind=place.kind,
        page=place.page,
        headers=configured.headers if is_own else {},
    )


def place_of(source: Source) -> tuple[object, ...]:
    """Return where and how the list of a source is read."""
    return source.url, source.kind, source.page


def state_at(state: SourceState, source: Source) -> SourceState:
    """Return the state of a source that is read at another place from now on: what was read before
    stays known, so that only what came meanwhile is news."""
    return replace(
        state,
        url=source.url,
        etag=None,
        modified=None,
        digest=None,
        pieces=b"",
        page=None,
        hub=None,
        due=None,
        stuck=None,
        failures=0,
        failing=None,
        error=None,
        stopped=False,
        robots=None,
        home=None,
        moved=None,
        moves=0,
    )
