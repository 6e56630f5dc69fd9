"""Which models there are: Mozilla's records of them, as far as fxtranslate can read the model.

They are the records of Remote Settings' collection `translations-models-v2`: one for each file.
What they name becomes part of paths and addresses, so a record of another form counts for nothing.
"""

from collections import defaultdict
from collections.abc import Sequence
from typing import Annotated

import msgspec
from msgspec import Meta, Struct

from bot.reader_language import IN_ENGLISH

FILE_LIMIT = 300_000_000
"""Bytes of a file, as it comes and unpacked; models have some 32 MB."""

_Language = Annotated[str, Meta(pattern=r"(?a)^[A-Za-z]{2,3}(-[A-Za-z]{2,8})*\Z")]
_Name = Annotated[str, Meta(pattern=r"(?a)^\w[\w-]*(\.[\w-]+)+\Z")]
_Location = Annotated[str, Meta(pattern=r"(?a)^(?!.*\.\.)\w[\w./-]*\Z")]
_Sha256 = Annotated[str, Meta(pattern=r"^[0-9a-f]{64}\Z")]
_Size = Annotated[int, Meta(ge=1, le=FILE_LIMIT)]


class ModelFile(Struct, frozen=True):
    """A file of a model. Of the two checksums (SHA-256) there is one at least."""

    name: str
    location: str
    """Its path on the server."""
    size: int | None
    """Bytes, as it comes."""
    packed_sha256: str | None
    sha256: str | None


class Model(Struct, frozen=True):
    """A model that can be had."""

    source: str
    """The language that it translates, as Mozilla calls it."""
    target: str
    version: str
    files: tuple[ModelFile, ...]

    @property
    def pair(self) -> str:
        """The name of its folder."""
        return f"{self.source}-{self.target}"

    @property
    def size(self) -> int | None:
        """Bytes to download; None where the records do not say."""
        sizes = [file.size for file in self.files if file.size is not None]
        return sum(sizes) if len(sizes) == len(self.files) else None


class _Attachment(Struct, frozen=True):
    location: _Location
    size: _Size | None = None
    hash: _Sha256 | None = None


class _Record(Struct, frozen=True, rename="camel"):
    name: _Name
    file_type: str
    source_language: _Language
    target_language: _Language
    attachment: _Attachment
    version: str = "0"
    architecture: str | None = None
    decompressed_hash: _Sha256 | None = None
    filter_expression: str = msgspec.field(name="filter_expression", default="")
    """Which Firefoxes get it, in Mozilla's own language; empty: all."""

    def file(self) -> ModelFile:
        attached = self.attachment
        return ModelFile(
            self.name, attached.location, attached.size, attached.hash, self.decompressed_hash
        )

    @property
    def preference(self) -> tuple[bool, list[int]]:
        """What is meant for all comes before what is meant for some, and then the newest."""
        numbers = [int(part) if part.isdecimal() else 0 for part in self.version.split(".")]
        return not self.filter_expression, numbers


class _Records(Struct, frozen=True):
    data: list[msgspec.Raw]


def offered_models(body: bytes, target: str = IN_ENGLISH) -> dict[str, Model]:
    """Return the models into a language, by the language that each translates; none where the body
    is no list of records."""
    try:
        raw = msgspec.json.decode(body, type=_Records).data
    except (msgspec.DecodeError, UnicodeDecodeError):
        return {}
    # Files of one model have the same version and architecture; a pair may have several.
    models = defaultdict[tuple[str, ...], dict[str, _Record]](dict)
    for record in filter(None, map(_decode, raw)):
        if record.target_language == target:
            key = record.source_language, record.version, record.architecture or ""
            models[key][record.file_type] = record
    best: dict[str, tuple[tuple[bool, list[int]], Model]] = {}
    for (source, version, _), records in models.items():
        if files := _complete(records):
            preference = records["model"].preference
            if source not in best or preference > best[source][0]:
                best[source] = preference, Model(source, target, version, files)
    return {source: model for source, (_, model) in sorted(best.items())}


def _decode(raw: msgspec.Raw) -> _Record | None:
    try:
        record = msgspec.json.decode(raw, type=_Record)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return None
    has_checksum = record.attachment.hash or record.decompressed_hash
    # By the first part of its name a file is found in its folder.
    return record if has_checksum and record.name.startswith(f"{record.file_type}.") else None


def _complete(records: dict[str, _Record]) -> tuple[ModelFile, ...]:
    """Return the files of a model, of those that have the same version; none where it lacks one, or
    fxtranslate cannot read it."""
    names: Sequence[str] = ("model", "vocab")
    if "vocab" not in records:
        names = ("model", "srcvocab", "trgvocab")
    if any(name not in records for name in names) or not _is_readable(records["model"]):
        return ()
    return tuple(records[name].file() for name in names)


def _is_readable(model: _Record) -> bool:
    """Return whether fxtranslate reads models of this version."""
    from fxtranslate import discovery  # late: it is installed on most platforms only

    body = msgspec.json.encode({"data": [model]}).decode()
    return bool(discovery.model_pairs(body))
