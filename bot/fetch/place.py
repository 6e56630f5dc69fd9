"""What of an address says whom to ask."""

from urllib.parse import quote, urljoin, urlsplit

_PORTS = {"http": 80, "https": 443}


def host(url: str) -> str:
    """The host, as one is compared: lower case, without the dot of the root. Raises ValueError."""
    return (urlsplit(url).hostname or "").lower().rstrip(".")


def port(url: str) -> int | None:
    """The port that is asked. Raises ValueError."""
    parts = urlsplit(url)
    return parts.port or _PORTS.get(parts.scheme)


def origin(url: str) -> str:
    """Scheme, host and port (RFC 6454): whose robots.txt holds, and who may hear a secret.

    Raises ValueError."""
    name = host(url)
    return f"{urlsplit(url).scheme}://{f'[{name}]' if ':' in name else name}:{port(url)}"


def next_one(url: str, location: str) -> str:
    """Where a redirect leads. Raises ValueError when that is no http address."""
    there = urljoin(url, location)
    if not there.isascii():  # as bytes came, so they go
        raw = there.encode("utf-8", "surrogateescape")
        there = quote(raw, safe="%/:=&?~#+!$,;'@()*[]")
    if urlsplit(there).scheme not in _PORTS or not host(there):
        raise ValueError("is redirected to what is not an http address")
    return there
