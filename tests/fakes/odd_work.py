"""Work for a process of its own, which imports this file and little else."""

from bot.errors import ParseError


class OddError(Exception):
    """An error that cannot be read back from another process."""

    def __init__(self, one: str, *, other: str) -> None:
        super().__init__(one)


def raise_odd() -> None:
    raise OddError("one", other="other")


def refuse() -> None:
    raise ParseError("no feed")
