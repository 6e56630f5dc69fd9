"""Judge whether what is read at a place is a source that has moved: whether its items are known, by
the keys of their addresses and titles."""

import datetime as dt
from collections.abc import Iterable, Sequence

from msgspec import Struct
from msgspec.structs import replace

from bot.dates import written_day
from bot.dedupe.keys import item_identities
from bot.dedupe.stand_ins import is_notice
from bot.enrich.language import detect_language
from bot.i18n import base_language
from bot.models.source_edits import Candidate, FoundBy
from bot.models.sources import Document, Item, Kind, PageSelectors, Source, SourceState
from bot.pipeline.context import PollContext
from bot.source_edits import read_at
from bot.text import normalise, one_line, shorten
from bot.urls import registered_domain

FEWEST = 3
"""Items below which a place of which nothing is known is not proposed."""
RECENT = dt.timedelta(days=45)
"""The age of the newest item of such a place at most."""
EARLIER = dt.timedelta(days=1)
"""How long before the source last answered an item must be dated to have been read there."""
PROPOSED = 3
NAME_STEM = 6
"""Letters of a word of a publisher's name by which it is known in any case."""
TITLES, TITLE_LIMIT = 5, 120
QUIET_FROM, QUIET_TIMES = dt.timedelta(days=30), 10
"""The shortest silence of a source that answers after which it is looked for elsewhere, and how
many times its usual gap that is."""
EMPTY_FROM, EMPTY_TIMES = dt.timedelta(days=7), 3
"""The shortest silence of a source that was emptied, likewise."""


class Place(Struct, frozen=True):
    """A candidate, and the items of it that are known."""

    candidate: Candidate
    known: frozenset[str]
    likeness: int = 0
    """How many words its address shares with that of the source."""


class Judge:
    """Judges the places that are found for one source."""

    def __init__(self, context: PollContext, source: Source, state: SourceState) -> None:
        self._context, self._source, self._state = context, source, state
        self._own_sites = {registered_domain(source.url)}
        self.wants_news = False
        """Whether a place must have news that the source has not, since it still answers."""

    def note_redirect(self, asked: str, answered: str, title: str) -> None:
        """Note that an address of the site has led to another site; `title`: of the page there,
        which must name the publisher, for a domain that was given up may lead anywhere."""
        is_own = registered_domain(asked) in self._own_sites
        if is_own and _names(title, self._source):
            self._own_sites.add(registered_domain(answered))

    def at(self, url: str, kind: Kind) -> Source:
        """Return the source as it would be read at a URL."""
        return read_at(
            self._source, replace(self._source, url=url, kind=kind, page=PageSelectors())
        )

    async def judge(self, at: Source, document: Document, found: FoundBy) -> Place | None:
        """Return what was read at a place, where that may be the source; else None."""
        items = [item for item in document.items if item.title]
        if not items or is_notice(document):
            return None
        known = await self._known(items)
        candidate = candidate_of(at, document, found)
        if not (known or self._may_be_it(at, items, candidate.newest)):
            return None
        if not self._has_news(candidate.newest):
            return None
        site = registered_domain(at.url)
        is_own_site = site == registered_domain(self._source.url)
        judged = replace(candidate, known=len(known), other_site="" if is_own_site else site)
        return Place(judged, known)

    async def _known(self, items: Sequence[Item]) -> frozenset[str]:
        """Return the strongest keys of the items that are known by one of theirs."""
        identities = item_identities(items)
        stored = await self._context.store.known_keys(
            key for each in identities for key in (*each.keys, each.title)
        )
        return frozenset(each.title for each in identities if stored & {*each.keys, each.title})

    def _may_be_it(self, at: Source, items: Sequence[Item], newest: dt.date | None) -> bool:
        """Return whether a place may be the source though none of its items is known: on its own
        site, in its language, with recent news, none of which would have been read before."""
        today = self._context.clock().date()
        is_recent = today - newest <= RECENT if newest else not self._state.baseline
        return (
            len(items) >= FEWEST
            and is_recent
            and self._is_on_own_site(at)
            and self._is_in_own_language(items)
            and not self._was_there(items)
        )

    def _is_on_own_site(self, at: Source) -> bool:
        # Where nothing can be known yet, a redirect of its own may lead to another site.
        site = registered_domain(at.url)
        may_redirect = not self._state.baseline and site in self._own_sites
        return site == registered_domain(self._source.url) or may_redirect

    def _is_in_own_language(self, items: Iterable[Item]) -> bool:
        own = base_language(self._source.language)
        spoken = base_language(detect_language("\n".join(item.title for item in items)))
        return not (own and spoken) or own == spoken

    def _was_there(self, items: Iterable[Item]) -> bool:
        """Return whether items are of the time in which the source was read: another list has
        them."""
        answered = self._state.answered
        return answered is not None and any(
            _day(item) < (answered - EARLIER).date() for item in items if _is_dated(item)
        )

    def _has_news(self, newest: dt.date | None) -> bool:
        since = self._state.news if self.wants_news else None
        return since is None or (newest is not None and newest > since.date())


def candidate_of(at: Source, document: Document, found: FoundBy) -> Candidate:
    """Return what is read at a place, as it can be shown."""
    titles = (one_line(item.title) for item in document.items[:TITLES])
    return Candidate(
        source=at,
        found=found,
        items=document.total,
        newest=max(map(_day, filter(_is_dated, document.items)), default=None),
        titles=tuple(shorten(title, TITLE_LIMIT) for title in titles if title),
    )


def is_silent(state: SourceState, now: dt.datetime) -> bool:
    """Return whether a source that answers has had no news for far longer than usual. One whose
    usual gap is not known yet is silent only when it was emptied, which a quiet list is not."""
    if not state.baseline or state.failures or state.news is None:
        return False
    silence = now - state.news
    if state.items == 0:
        return silence > max(EMPTY_FROM, EMPTY_TIMES * (state.gap or dt.timedelta()))
    return state.gap is not None and silence > max(QUIET_FROM, QUIET_TIMES * state.gap)


def _names(title: str, source: Source) -> bool:
    """Return whether a title has a long word of a publisher's names."""
    names = f"{source.publisher} {source.publisher_native or ''}"
    own = {word[:NAME_STEM] for word in normalise(names).split() if len(word) >= NAME_STEM}
    return any(word[:NAME_STEM] in own for word in normalise(title).split())


def likeliest(places: Sequence[Place]) -> list[Place]:
    """Return the places to propose: the one with the most items that are known, and those that have
    others; where none is known, the first alone."""

    def distance(place: Place) -> tuple[int, bool, int, int]:
        made = place.candidate
        return -len(place.known), bool(made.other_site), -place.likeness, -made.items

    best = sorted(places, key=distance)
    chosen: list[Place] = []
    for place in best[:1] if not any(each.known for each in places) else best:
        told = frozenset[str]().union(*(each.known for each in chosen))
        if not chosen or place.known - told:
            chosen.append(place)
    return chosen[:PROPOSED]


def _is_dated(item: Item) -> bool:
    return item.published is not None


def _day(item: Item) -> dt.date:
    assert item.published is not None
    return written_day(item.published)
