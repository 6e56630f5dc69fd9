"""Report the state of the service to systemd (sd_notify(3)), where systemd runs it."""

import asyncio
import logging
import os
import socket
import time

log = logging.getLogger(__name__)


def notify_ready() -> None:
    """Say that the service does its work, from the start or again."""
    _notify("READY=1")


def notify_reloading() -> None:
    """Say that the service reads its configuration again."""
    microseconds = time.clock_gettime_ns(time.CLOCK_MONOTONIC) // 1000
    _notify(f"RELOADING=1\nMONOTONIC_USEC={microseconds}")


def notify_stopping() -> None:
    """Say that the service is about to end."""
    _notify("STOPPING=1")


async def feed_watchdog() -> None:
    """Say again and again that the event loop runs, until cancelled; systemd ends a service that
    does not, where its unit says so (`WatchdogSec=`)."""
    microseconds = int(os.environ.get("WATCHDOG_USEC") or 0)
    while microseconds:
        _notify("WATCHDOG=1")
        await asyncio.sleep(microseconds / 2_000_000)


def _notify(state: str) -> None:
    address = os.environ.get("NOTIFY_SOCKET")
    if not address:
        return
    if address.startswith("@"):  # in the abstract namespace
        address = f"\0{address[1:]}"
    try:
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as sending:
            sending.settimeout(0)  # where systemd hangs, the service does not
            sending.connect(address)
            sending.sendall(state.encode())
    except OSError as error:
        log.warning("systemd cannot be told %s: %s", state.partition("\n")[0], error)
