"""Bring URLs into a canonical form, to tell which of them lead to the same document."""

import re
from functools import lru_cache
from urllib.parse import parse_qsl, unquote, urlencode, urlsplit

# Campaign parameters of the common analytics products; they never choose what is shown.
_TRACKING = ("utm_", "mtm_", "pk_", "piwik_", "at_", "wt_", "hsa_", "mc_")
_TRACKING_NAMES = set(
    "fbclid gclid dclid msclkid igshid yclid xtor cmpid _ga _gl ocid jsessionid phpsessid".split()
)

_SESSION = re.compile(r";jsessionid=[^/?#;]*", re.IGNORECASE)

_CODES = (
    "bg cs cz da de el en es et fi fr ga hr hu is it lt lv mt nb nl no pl pt ro ru sk sl sv tr uk"
).split()
_CODE = f"(?:{'|'.join(_CODES)})"
# What chooses the language of a page: a subdomain, a step of its path (`en`, `en-gb`, `eng`), the
# end of its name (`_en.html`), or a parameter.
_LANGUAGE = re.compile(
    rf"^{_CODE}\.(?=[^/?]+\.)"
    r"|/(?:[a-z]{2}(?:[-_][a-z]{2})?|eng|english)(?=/|\?)"
    rf"|[._]{_CODE}(?=(?:\.[a-z]{{3,5}})?\?)"
    r"|(?<=[?&])(?:lang|language|langue|locale|lng|hl|sprache)=[a-z]{2}(?:[-_][a-z]{2})?(?=[&#])",
    re.IGNORECASE,
)
# The code in what `_LANGUAGE` finds, of a language or of a country by which sites call theirs.
_NATIVE_CODE = re.compile(
    rf"(?<![a-z])(?:{_CODE}|dk|ee|gr|se|si|ua)(?:[-_][a-z]{{2}})?(?=\.?$)", re.IGNORECASE
)
_YEAR = r"(?:19|20)\d\d(?!\d)"
# A number that names a document, and is no year: words beside it and after it say no more.
_NUMBERED = re.compile(
    rf"/(?:[^/?]*?[-_])?(?!{_YEAR})(\d{{3,}})(?:[-_.][^/?]*)?(?=\?)|/(\d{{5,}})/[^/?]+(?=\?)"
)

_HOME = re.compile(
    r"(?:[a-z]{2,3}(?:[-_][a-z]{2})?)?/?(?:(?:index|default|home|main)(?:\.[a-z]{3,5})?)?",
    re.IGNORECASE,
)

SLUG = 20
"""The least length of a last path segment that identifies an article by its title."""


@lru_cache(maxsize=2000)  # sources that may tell of one event are compared in pairs
def canonical_url(url: str | None) -> str | None:
    """Return the canonical form of a URL: without scheme, `www.`, case of the host, tracking
    parameters, the order of the others, and a slash at the end. None where it leads to a home page,
    or is none."""
    if not url:
        return None
    try:
        parts = urlsplit(url)
        port_number = parts.port
    except ValueError:
        return None
    host = (parts.hostname or "").removeprefix("www.")
    port = f":{port_number}" if port_number not in (None, 80, 443) else ""
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


_LINK = re.compile(r"(?:https?://|\bwww\.)[^\s<>\"“”„«»]{1,2000}", re.IGNORECASE)
_BARE_LINK = re.compile(r"(?:[a-z0-9-]{1,63}\.){1,8}[a-z]{2,24}/[^\s<>\"]{0,2000}", re.IGNORECASE)


def find_link(text: str) -> str | None:
    """Return the first web address that a person has written or pasted; None: there is none.
    Without a scheme, it begins with `www.`, or is all of the text and names a page."""
    found = _LINK.search(text) or _BARE_LINK.fullmatch(text.strip())
    if found is None:
        return None
    link = found[0].rstrip(".,;:!?)]}'’…")
    return link if "://" in link else f"https://{link}"


def is_same_site(site_url: str, url: str) -> bool:
    """Return whether a URL is on the host of a site, or on a subdomain of it."""
    own, other = host(site_url), host(url)
    return bool(own) and (other == own or other.endswith(f".{own}"))


def host(url: str) -> str:
    """Return the host of a URL as it is shown, without `www.`; empty for none."""
    try:
        return (urlsplit(url).hostname or "").removeprefix("www.")
    except ValueError:
        return ""


def registered_domain(url: str) -> str:
    """Return the part of a host that somebody has registered, by the Public Suffix List
    (publicsuffix.org): `mswia.gov.pl`; the host itself where it has none."""
    from tld import get_fld  # late: its list of suffixes is read when it is first asked

    name = host(url)
    found = get_fld(f"https://{name}", fail_silently=True) if name else None
    return found or ".".join(name.rsplit(".", 2)[-2:] if not name[-1:].isdigit() else [name])


def is_home(url: str) -> bool:
    """Return whether a URL leads to a home page, maybe of a language: `/cs/index.html`."""
    address, _, query = (canonical_url(url) or "?#").partition("?")
    return query == "#" and bool(_HOME.fullmatch(address.partition("/")[2]))


def _is_tracking(parameter: str) -> bool:
    name = parameter.partition("=")[0].lower()
    return name.startswith(_TRACKING) or name in _TRACKING_NAMES


def edition(url: str | None) -> str | None:
    """Return what the URLs of a page's language editions have in common: all but the part that
    chooses the language (`/en/`, `?lang=cs`) and words beside a number. The default language has
    often no such part. None where it leads to a home page, or is none."""
    if (name := canonical_url(url)) is None:
        return None
    return _NUMBERED.sub(r"/\1\2", _LANGUAGE.sub("", name).replace("?&", "?"))


def edition_language(url: str | None) -> str:
    """Return the part of a URL that chooses the language of a page; empty where none does."""
    part = _LANGUAGE.search(canonical_url(url) or "")
    return part[0].lower() if part else ""


def english_twin(url: str) -> str | None:
    """Return a URL with English in the place of another language (`/cs/`, `?lang=cs`); None where
    it names no language, or English."""
    scheme, mark, rest = url.partition("://")
    address, _, query = rest.partition("#")[0].partition("?")
    whole = f"{address}?{query}#"
    for part in _LANGUAGE.finditer(whole):
        if code := _NATIVE_CODE.search(part[0]):
            english = "EN" if code[0].isupper() else "en"
            start, end = (part.start() + at for at in code.span())
            twin = f"{whole[:start]}{english}{whole[end:-1]}".rstrip("?")
            return None if code[0].lower().startswith("en") else f"{scheme}{mark}{twin}"
    return None


def site(url: str | None) -> str | None:
    """Return the host of a URL, without `www.` and the subdomain of a language; None for none."""
    name = edition(url)
    return name and name.partition("?")[0].partition("/")[0]


def slug(url: str | None) -> str | None:
    """Return the last part of a URL, where it is made of a title and nothing else selects the
    document."""
    path, _, query = (canonical_url(url) or "").partition("?")
    last = path.rpartition("/")[2]
    is_title = len(last) >= SLUG and last.count("-") > 1 and query == "#"
    return last if is_title and "." not in last else None
