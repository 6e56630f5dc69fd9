"""The processes that share a store, and the program that each of them runs."""

from msgspec import Struct


class Build(Struct, frozen=True, kw_only=True):
    """What program a process runs."""

    version: str
    revision: str | None
    """The commit that it was built of; None: it is not known."""
    schema: int
    """The version of the schema that it writes."""
    python: str

    def __str__(self) -> str:
        revision = f"revision {self.revision}, " if self.revision else ""
        return f"{self.version} ({revision}schema {self.schema}, Python {self.python})"


class Replica(Struct, frozen=True, kw_only=True):
    """A process that runs the service."""

    number: int
    """Among those that share a server's database; 0: it is alone."""
    leads: bool
    build: Build | None
    """None: it is of a version that does not say."""
