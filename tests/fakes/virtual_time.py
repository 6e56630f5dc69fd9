"""An event loop whose clock jumps to the next timer instead of waiting for it."""

import asyncio
import selectors
from collections.abc import Coroutine, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar
from weakref import WeakSet

T = TypeVar("T")


class _Jumping(selectors.DefaultSelector):
    """Jumps only where nothing happens otherwise: what goes on within this process, also over its
    own sockets, is there at once; threads are waited for."""

    def __init__(self) -> None:
        super().__init__()
        self.now = 0.0
        self.threads = 0
        """Calls that other threads are busy with."""

    def select(self, timeout: float | None = None) -> Any:
        ready = super().select(0)
        if ready or timeout == 0:
            return ready
        if self.threads:
            return super().select(None)
        self.now += timeout or 0.0
        return super().select(0)


class _Loop(asyncio.SelectorEventLoop):
    def __init__(self) -> None:
        self.jumping = _Jumping()
        super().__init__(self.jumping)
        self._opened: WeakSet[asyncio.Transport] = WeakSet()

    async def create_connection(self, *args: Any, **kwargs: Any) -> Any:
        transport, protocol = await super().create_connection(*args, **kwargs)
        self._opened.add(transport)
        return transport, protocol

    async def close_connections(self) -> None:
        """Close what is still open to a server, as the system does when a process ends."""
        for transport in [*self._opened]:
            transport.abort()
        await asyncio.sleep(0)

    def time(self) -> float:
        return self.jumping.now

    def run_in_executor(self, executor: Any, func: Any, *args: Any) -> Any:
        future = super().run_in_executor(executor, func, *args)
        self.jumping.threads += 1
        future.add_done_callback(self._note_end)
        return future

    def _note_end(self, _: object) -> None:
        self.jumping.threads -= 1


@contextmanager
def in_thread() -> Iterator[None]:
    """While another thread is waited for, the clock stands still."""
    loop = asyncio.get_running_loop()
    if not isinstance(loop, _Loop):
        yield
        return
    loop.jumping.threads += 1
    try:
        yield
    finally:
        loop.jumping.threads -= 1


def run(main: Coroutine[Any, Any, T]) -> T:
    """`asyncio.run`, but all the sleeping takes no time. For coroutines that do I/O within this
    process alone."""
    with asyncio.Runner(loop_factory=_Loop) as runner:
        try:
            return runner.run(main)
        finally:
            loop = runner.get_loop()
            assert isinstance(loop, _Loop)
            runner.run(loop.close_connections())
