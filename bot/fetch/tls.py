"""TLS as a source needs it: always verified, sometimes with patience."""

import ssl
from functools import lru_cache

from bot.models import Tls

_LEGACY_SERVER_CONNECT = 0x4
"""OpenSSL's SSL_OP_LEGACY_SERVER_CONNECT, which the ssl module names from Python 3.12 on."""


@lru_cache(maxsize=64)
def context(tls: Tls, ca_file: str | None) -> ssl.SSLContext:
    """How to verify a server: by the system's authorities, and the one of `ca_file`.

    `lenient` takes a certificate of an authority without keyUsage, which Python 3.13 refuses;
    `legacy` moreover talks to a server that cannot renegotiate securely (RFC 5746), which
    OpenSSL 3 refuses. Raises OSError when `ca_file` cannot be read.
    """
    made = ssl.create_default_context()
    if ca_file:
        made.load_verify_locations(ca_file)
    if tls != "strict":
        made.verify_flags &= ~ssl.VERIFY_X509_STRICT
    if tls == "legacy":
        made.options |= _LEGACY_SERVER_CONNECT
    return made
