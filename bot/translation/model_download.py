"""Download models of Firefox, from Mozilla or from a mirror, and place them in their folder.

A download that breaks off is kept as a `.part`, and goes on from there the next time. A model takes
its place as a whole, when the checksums of all its files are right.
"""

import asyncio
import hashlib
import os
import shutil
import sys
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from urllib.parse import urlsplit

import aiohttp

from bot import __version__
from bot.errors import ModelError
from bot.reader_language import IN_ENGLISH
from bot.translation.local import is_supported
from bot.translation.model_records import FILE_LIMIT, Model, ModelFile, offered_models

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

ATTACHMENTS = "https://firefox-settings-attachments.cdn.mozilla.net"
"""Where Mozilla keeps the files; fxtranslate does not tell it."""
RECORDS_VARIABLE = "FXTRANSLATE_RECORDS_URL"
"""The variable of the environment by which fxtranslate takes its records from elsewhere."""
RECORDS_LIMIT = 20_000_000
"""Bytes of the records; there are some 500 of a kilobyte."""
TIMEOUT = aiohttp.ClientTimeout(total=3600, connect=10, sock_read=30)
RETRIES = (0.5, 2.0)
"""Seconds before a download that broke off goes on."""
_CHUNK = 256 * 1024

Advance = Callable[[int], None]
"""Called with the bytes that have come; with a negative number when they are fetched again."""


@asynccontextmanager
async def open_model_servers(mirror: str) -> AsyncIterator["ModelServers"]:
    """Open the servers of models: Mozilla's, or a mirror's. Raises ModelError where fxtranslate is
    not installed."""
    if not is_supported():
        remedy = "in a checkout, `pip install '.[local]'` builds it where there is no wheel of it"
        raise ModelError(f"fxtranslate is not installed: {remedy}")
    # As the bytes are, so are their checksums: nothing is to be decoded on the way.
    headers = {"User-Agent": f"policy-herald/{__version__}", "Accept-Encoding": "identity"}
    async with aiohttp.ClientSession(
        timeout=TIMEOUT, headers=headers, auto_decompress=False
    ) as session:
        yield ModelServers(session, mirror.rstrip("/"))


class ModelServers:
    """The servers that have the records of models and their files."""

    def __init__(self, session: aiohttp.ClientSession, mirror: str) -> None:
        from fxtranslate import discovery

        self._session = session
        self._records, self._files = discovery.records_url(), mirror or ATTACHMENTS
        if os.environ.get(RECORDS_VARIABLE):
            # A mirror serves both the records and the files.
            self._files = mirror or _origin(self._records)
        elif mirror:
            self._records = f"{mirror}{urlsplit(self._records).path}"
        self._trusted = _origin(mirror) if mirror else None

    async def offered(self, target: str = IN_ENGLISH) -> dict[str, Model]:
        """Return the models into a language, by the language that each translates. Raises
        ModelError."""
        body = bytearray()
        try:
            async with self._get(self._records) as response:
                async for chunk in response.content.iter_chunked(_CHUNK):
                    body += chunk
                    if len(body) > RECORDS_LIMIT:
                        raise ModelError(f"{self._records}: more than {megabytes(RECORDS_LIMIT)}")
            offered = offered_models(bytes(body), target)
        except (aiohttp.ClientError, TimeoutError) as error:
            raise ModelError(f"{self._records}: {_reason(error)}") from None
        if not offered:
            raise ModelError(f"{self._records}: lists no model that fxtranslate can read")
        return offered

    async def install(self, model: Model, folder: Path, advance: Advance) -> bool:
        """Download a model and place it in the folder of models; return whether that was to be
        done. Raises ModelError."""
        place = folder / model.pair
        staging = _staging(place)
        try:
            if all(is_intact(file, place) for file in model.files):
                return False
            staging.mkdir(parents=True, exist_ok=True)
            expected = {name for file in model.files for name in (file.name, _part_name(file))}
            for other in [path for path in staging.iterdir() if path.name not in expected]:
                other.unlink()  # of a version before
            for file in model.files:
                await self._fetch(file, staging, advance)
            _place(staging, place)
            return True
        except OSError as error:
            raise ModelError(f"{staging}: {error.strerror or error}") from None

    async def _fetch(self, file: ModelFile, staging: Path, advance: Advance) -> None:
        """Fetch and unpack a file, unless that was done before."""
        part = staging / _part_name(file)
        if is_intact(file, staging):
            advance(file.size or 0)
            return
        while True:
            resumed = _size(part)
            advance(resumed)
            await self._receive_all(file, part, advance)
            try:
                await asyncio.to_thread(_unpack, part, file)
                return
            except ModelError:
                advance(-_size(part))
                _discard(part)
                if not resumed:  # otherwise what came later may be of another file
                    raise

    async def _receive_all(self, file: ModelFile, part: Path, advance: Advance) -> None:
        """Receive a file, in as many requests as it takes while each brings something."""
        url = f"{self._files}/{file.location}"
        if file.size is not None and _size(part) == file.size:
            return
        for wait in (*RETRIES, None):
            before = _size(part)
            try:
                await self._receive(url, part, file.size, advance)
                return
            except (aiohttp.ClientError, TimeoutError) as error:
                after = _size(part)
                if after == file.size:  # only its length was declared wrongly
                    return
                if wait is None or after == before:
                    kept = f"; {megabytes(after)} are kept for the next time" if after else ""
                    raise ModelError(f"{url}: {_reason(error)}{kept}") from None
                await asyncio.sleep(wait)

    async def _receive(self, url: str, part: Path, size: int | None, advance: Advance) -> None:
        """Append to a part what it lacks, or write it anew where the server gives the whole."""
        have = _size(part)
        async with self._get(url, {"Range": f"bytes={have}-"} if have else {}) as response:
            asked_range = f"bytes {have}-"
            is_rest = response.headers.get("Content-Range", "").startswith(asked_range)
            if have and not (response.status == 206 and is_rest):
                advance(-have)
                have = _discard(part)
            if not have and response.status != 200:  # the next request is for the whole
                raise aiohttp.ClientPayloadError
            limit = size or FILE_LIMIT
            with part.open("ab") as out:
                async for chunk in response.content.iter_chunked(_CHUNK):
                    have += len(chunk)
                    if have > limit:
                        _discard(part)
                        raise ModelError(f"{url}: more came than the {limit} bytes of the file")
                    out.write(chunk)
                    advance(len(chunk))
        if size is not None and have < size:
            raise aiohttp.ClientPayloadError

    @asynccontextmanager
    async def _get(
        self, url: str, headers: Mapping[str, str] | None = None
    ) -> AsyncIterator[aiohttp.ClientResponse]:
        is_loopback = urlsplit(url).hostname in ("127.0.0.1", "::1", "localhost")
        if not (url.startswith("https://") or is_loopback or _origin(url) == self._trusted):
            raise ModelError(f"{url}: is no https address, nor translation.local_mirror")
        # Mozilla's servers do not redirect, and a mirror could redirect to a private address.
        async with self._session.get(url, headers=headers, allow_redirects=False) as response:
            if response.status not in (200, 206, 416):
                aside = ", which is not followed" if 300 <= response.status < 400 else ""
                raise ModelError(f"{url}: answers HTTP {response.status}{aside}")
            yield response


def is_intact(file: ModelFile, folder: Path) -> bool:
    """Return whether a folder has a file as the records describe it."""
    path = folder / file.name
    return path.is_file() and file.sha256 in (None, _sha256(path))


def remove_model(place: Path) -> None:
    """Remove a model, and what has come of its next version. Raises ModelError."""
    gone = place.with_name(f".{place.name}.old")
    try:
        shutil.rmtree(gone, ignore_errors=True)
        place.rename(gone)  # as a whole: the service may be about to load it
        shutil.rmtree(gone)
        shutil.rmtree(_staging(place), ignore_errors=True)
    except OSError as error:
        raise ModelError(f"{place}: {error.strerror or error}") from None


def folder_size(folder: Path) -> int:
    """Return the bytes of the files in a folder."""
    return sum(path.stat().st_size for path in folder.iterdir())


def megabytes(size: int) -> str:
    """Return a number of bytes as people write it."""
    return f"{size / 1e6:.1f} MB" if size < 9.95e6 else f"{size / 1e6:.0f} MB"


def _staging(place: Path) -> Path:
    """Return where a model is until it is whole; its name keeps it from being taken for one."""
    return place.with_name(f".{place.name}")


def _origin(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"


def _reason(error: Exception) -> str:
    if isinstance(error, aiohttp.ClientPayloadError):
        return "the connection broke off"
    return f"does not answer ({type(error).__name__})"


def _part_name(file: ModelFile) -> str:
    # Named by its checksum, so that no download goes on with a part of an earlier version.
    return f"{file.name}.{(file.packed_sha256 or file.sha256 or '')[:12]}.part"


def _size(path: Path) -> int:
    return path.stat().st_size if path.exists() else 0


def _discard(part: Path) -> int:
    """Remove a part; return the bytes that are left: none."""
    part.unlink()
    return 0


def _unpack(part: Path, file: ModelFile) -> None:
    """Replace a part by the file in it. Raises ModelError where a checksum is another."""
    path, unpacked = part.with_name(file.name), part.with_suffix(".unpacked")
    if file.packed_sha256 not in (None, _sha256(part)):
        raise _wrong_checksum(file)
    digest = hashlib.sha256()
    try:
        with unpacked.open("wb") as out:
            for chunk in _decompressed(part, file):
                digest.update(chunk)
                out.write(chunk)
            out.flush()
            os.fsync(out.fileno())
        if file.sha256 not in (None, digest.hexdigest()):
            raise _wrong_checksum(file)
        unpacked.rename(path)
    finally:
        unpacked.unlink(missing_ok=True)
    part.unlink()


def _wrong_checksum(file: ModelFile) -> ModelError:
    return ModelError(f"{file.name}: has another checksum than it should; it is not installed")


def _decompressed(part: Path, file: ModelFile) -> Iterator[bytes]:
    size = 0
    try:
        with zstd.open(part, "rb") as packed:
            while chunk := packed.read(_CHUNK):
                size += len(chunk)
                if size > FILE_LIMIT:
                    raise ModelError(f"{file.name}: unpacks to more than {megabytes(FILE_LIMIT)}")
                yield chunk
    except (zstd.ZstdError, EOFError):
        raise ModelError(f"{file.name}: is broken where it is compressed (zstd)") from None


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _place(staging: Path, place: Path) -> None:
    """Give a whole model its place, from which one of an earlier version goes."""
    old = place.with_name(f".{place.name}.old")
    shutil.rmtree(old, ignore_errors=True)
    if place.exists():
        place.rename(old)
    staging.rename(place)
    shutil.rmtree(old, ignore_errors=True)
