"""Take secrets out of what servers answer: an error page may repeat the address it was asked for.

A server may quote a secret in another case, or escaped, whole or in part, once or several times.
Only errors are redacted: a server's key may be any word (a local one's often is), which what it
translates may hold.
"""

import functools
import re
from collections.abc import Iterable

from bot.config.values import Secret

DEPTH = 2
"""How often every character may be escaped; the percent sign alone may be at any depth."""
REDACTED = "<token>"


class Redactor:
    """Redacts secrets, however they are written."""

    def __init__(self, secrets: Iterable[Secret]) -> None:
        forms = {form for secret in secrets for form in secret.forms()}
        # The longest first: a secret may begin with another.
        written = [_written(form) for form in sorted(forms, key=len, reverse=True)]
        self._pattern = "|".join(written) or r"(?!)"

    @functools.cached_property
    def _secrets(self) -> re.Pattern[str]:
        return re.compile(self._pattern, re.IGNORECASE)

    def __call__(self, text: str) -> str:
        """Return a text without the secrets."""
        return self._secrets.sub(REDACTED, text)


def _written(text: str) -> str:
    """Return a pattern of a text in all its ways of being written."""
    return "".join(_letter(letter, DEPTH) for letter in text)


@functools.cache
def _letter(letter: str, depth: int) -> str:
    """Return a pattern of a letter as it is, and escaped up to `depth` times."""
    ways = [re.escape(letter)]
    for form in sorted({letter.lower(), letter.upper()}) if depth else ():
        codes = (f"{byte:02x}" for byte in form.encode())
        digits = ("".join(_letter(digit, depth - 1) for digit in code) for code in codes)
        ways += ["".join(f"%(?:25)*{pair}" for pair in digits), *_escapes(form)]
    return f"(?:{'|'.join(ways)})" if depth else ways[0]


def _escapes(letter: str) -> list[str]:
    """Return patterns of a letter as JSON, Python and HTML escape it."""
    return [rf"\\(?:u00|x){ord(letter):02x}", rf"&#(?:x0*{ord(letter):x}|0*{ord(letter)});"]
