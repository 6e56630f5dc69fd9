"""Tell why nothing came from a source, as one of the causes that `render.causes` has words for
(pure)."""

from bot.errors import FetchError, HeraldError, Obstacle
from bot.models.sources import Cause

BLOCKED = (401, 402, 403, 407, 429, 451)
NOT_THERE = (404, 410)
_OF_OBSTACLES: dict[Obstacle, Cause] = {
    "name": "name",
    "tls": "tls",
    "guard": "guard",
    "redirects": "other",
    "budget": "other",
}


def cause_of(error: HeraldError) -> Cause:
    """Return why nothing came."""
    if not isinstance(error, FetchError):
        return "other"
    if error.is_denied:
        return "robots"
    if error.obstacle:
        return _OF_OBSTACLES[error.obstacle]
    return "connection" if error.status is None else _cause_of_status(error.status)


def _cause_of_status(status: int) -> Cause:
    if status in BLOCKED:
        return "blocked"
    if status in NOT_THERE:
        return "gone"
    return "server" if status >= 500 else "other"
