"""The HTTP request of getUpdates."""

import time
from http import HTTPStatus
from typing import Any

from telegram.request import HTTPXRequest


class UpdatesRequest(HTTPXRequest):
    """The request of getUpdates, which remembers when it was last answered."""

    def __init__(self) -> None:
        # beside the seconds of a long poll; the last one, at the end, must not take long
        super().__init__(1, connect_timeout=10, read_timeout=4, write_timeout=20, pool_timeout=20)
        self.ended = self.answered = time.monotonic()
        """When a request ended last, however it did; and when Telegram gave what was asked."""

    async def do_request(self, *args: Any, **kwargs: Any) -> tuple[int, bytes]:
        """Send the request (`BaseRequest`)."""
        try:
            status, body = await super().do_request(*args, **kwargs)
        finally:
            self.ended = time.monotonic()
        if status == HTTPStatus.OK:
            self.answered = self.ended
        return status, body
