"""What of an address names a document."""

import re
from urllib.parse import parse_qsl, unquote, urlencode, urlsplit

# Campaign parameters of the common analytics products; they never choose what is shown.
_TRACKING = ("utm_", "mtm_", "pk_", "piwik_", "at_", "wt_", "hsa_", "mc_")
_TRACKING_NAMES = set(
    "fbclid gclid dclid msclkid igshid yclid xtor cmpid _ga _gl ocid jsessionid phpsessid".split()
)

_SESSION = re.compile(r";jsessionid=[^/?#;]*", re.IGNORECASE)

SLUG = 20
"""Characters from which the last part of an address is made of a title, and as good as one."""


def canonical(url: str | None) -> str | None:
    """An address without what does not choose the document: scheme, `www.`, case of the host,
    tracking parameters and their order, a slash at the end. None: no document, or only a home
    page."""
    if not url:
        return None
    try:
        parts = urlsplit(url)
        given = parts.port
    except ValueError:
        return None
    host = (parts.hostname or "").removeprefix("www.")
    port = f":{given}" if given not in (None, 80, 443) else ""
    query = sorted(
        (name, value)
        for name, value in parse_qsl(parts.query, keep_blank_values=True)
        if not _is_tracking(name)
    )
    path = unquote(_SESSION.sub("", parts.path)).rstrip("/")
    fragment = "" if _is_tracking(parts.fragment) else parts.fragment  # `#xtor=RSS-1`
    if not (path or query or fragment):
        return None
    return f"{host}{port}{path}?{urlencode(query)}#{fragment}"


def _is_tracking(parameter: str) -> bool:
    name = parameter.partition("=")[0].lower()
    return name.startswith(_TRACKING) or name in _TRACKING_NAMES


def slug(url: str | None) -> str | None:
    """The last part of an address, where it is made of a title, and nothing else chooses the
    document."""
    place, _, query = (canonical(url) or "").partition("?")
    last = place.rpartition("/")[2]
    is_title = len(last) >= SLUG and last.count("-") > 1 and query == "#"
    return last if is_title and "." not in last else None
