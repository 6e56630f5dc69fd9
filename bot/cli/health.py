"""`policy-herald health`: asks the running service; imports nothing heavy."""

import argparse
import http.client
import sys

from bot.config import Config

TIMEOUT = 3.0


def health(arguments: argparse.Namespace, config: Config) -> int:
    """Return 0 when /healthz says that all is well."""
    address = config.web.listen.address()
    if address is None:
        print("policy-herald: web.listen is empty, so there is nothing to ask", file=sys.stderr)
        return 1
    host, port = address
    try:
        connection = http.client.HTTPConnection(
            "127.0.0.1" if host == "0.0.0.0" else host,  # noqa: S104 - listened on, not asked
            port,
            timeout=TIMEOUT,
        )
        connection.request("GET", "/healthz")
        answer = connection.getresponse()
        print(answer.read().decode(errors="replace"))
    except (OSError, http.client.HTTPException) as error:
        print(f"policy-herald: {config.web.listen} does not answer: {error}", file=sys.stderr)
        return 1
    return int(answer.status != http.HTTPStatus.OK)
