"""Models in the format of Firefox's (`marian-conv --gemm-type intgemm8`) that always say the same.

They are whole transformers of one layer: the decoder's feed-forward network leads from each word
to the next one, and everything else is zero.
"""

import itertools
import struct
from collections.abc import Sequence
from pathlib import Path

from msgspec import Struct

DIM = 64
"""Of the embeddings: one number a word, so that there may be as many words."""
_INT8, _INTGEMM8, _FLOAT32 = 0x101, 0x4101, 0x404
_UNKNOWN, _CONTROL, _NORMAL = 2, 3, 1
_MATRICES = (
    *(f"encoder_l1_self_W{part}" for part in "qkvo"),
    "encoder_l1_ffn_W1",
    "encoder_l1_ffn_W2",
    "decoder_l1_rnn_W",
    "decoder_l1_rnn_Wf",
    *(f"decoder_l1_context_W{part}" for part in "qkvo"),
)
_NORMS = (
    "encoder_l1_self_Wo",
    "encoder_l1_ffn_ffn",
    "decoder_l1_rnn_ffn",
    "decoder_l1_context_Wo",
    "decoder_l1_ffn_ffn",
)
_CONFIG = f"""
dim-emb: {DIM}
transformer-heads: 8
enc-depth: 1
dec-depth: 1
transformer-dim-ffn: {DIM}
"""


class _Item(Struct, frozen=True):
    name: str
    kind: int
    shape: tuple[int, ...]
    data: bytes


def install(models: Path, pair: str, sentence: str) -> Path:
    """Put a model into a folder of models, and return its own folder."""
    folder, name = models / pair, pair.replace("-", "")
    folder.mkdir(parents=True)
    (folder / f"model.{name}.intgemm.alphas.bin").write_bytes(model(sentence))
    (folder / f"vocab.{name}.spm").write_bytes(vocabulary(sentence))
    return folder


def model(sentence: str) -> bytes:
    """Return a model that translates whatever it is given as a sentence of different words."""
    end = 1
    first, *_ = words = [*range(2, 2 + len(sentence.split())), end]
    next_word = {word: (following, 10) for word, following in itertools.pairwise(words)}
    start = [4.0 if word == first else 0.0 for word in range(DIM)]
    items = [
        _Item("special:model.yml", _INT8, (len(_CONFIG) + 1,), f"{_CONFIG}\0".encode()),
        _matrix("Wemb", {word: (word, 1) for word in range(DIM)}),
        _vector("none_QuantMultA", [15.0]),
        _vector("decoder_ff_logit_out_b", [0.0] * DIM),
        *_affine("decoder_l1_ffn_W1", {word: (word, 1) for word in range(DIM)}, [-3.0] * DIM),
        *_affine("decoder_l1_ffn_W2", next_word, start),
    ]
    for name in _MATRICES:
        items += _affine(name, {}, [0.0] * DIM)
    for name in _NORMS:
        items.append(_vector(f"{name}_ln_scale", [1.0] * DIM))
        items.append(_vector(f"{name}_ln_bias", [0.0] * DIM))
    return _binary(items)


def vocabulary(sentence: str) -> bytes:
    """Return the SentencePiece model (`ModelProto`) of the words of such a sentence."""
    words = [(f"\u2581{word}", _NORMAL) for word in sentence.split()]
    pieces = [("<unk>", _UNKNOWN), ("</s>", _CONTROL), *words]
    pieces += [(f"<{number}>", _CONTROL) for number in range(len(pieces), DIM)]
    return b"".join(_field(1, _piece(text, kind)) for text, kind in pieces)


def _affine(name: str, ones: dict[int, tuple[int, int]], bias: Sequence[float]) -> list[_Item]:
    stem, _, part = name.rpartition("_W")
    return [
        _matrix(name, ones),
        _vector(f"{name}_QuantMultA", [10.0]),
        _vector(f"{stem}_b{part}", bias),
    ]


def _matrix(name: str, entries: dict[int, tuple[int, int]]) -> _Item:
    """Return a matrix of zeros but for `entries`: by the row of the input, the output and the
    weight."""
    multiplier = 12
    weights = bytearray(DIM * DIM)
    for row, (column, weight) in entries.items():
        weights[column * DIM + row] = weight * multiplier  # stored transposed
    return _Item(name, _INTGEMM8, (DIM, DIM), bytes(weights) + struct.pack("<f", multiplier))


def _vector(name: str, values: Sequence[float]) -> _Item:
    return _Item(name, _FLOAT32, (1, len(values)), struct.pack(f"<{len(values)}f", *values))


def _binary(items: Sequence[_Item]) -> bytes:
    """Return marian's binary format: headers, names, shapes, a gap, and the data."""
    names = [item.name.encode() + b"\0" for item in items]
    headers = (
        struct.pack("<4Q", len(name), item.kind, len(item.shape), len(item.data))
        for name, item in zip(names, items, strict=True)
    )
    shapes = (struct.pack(f"<{len(item.shape)}i", *item.shape) for item in items)
    head = struct.pack("<2Q", 1, len(items))
    gap, data = struct.pack("<Q", 0), (item.data for item in items)
    return b"".join((head, *headers, *names, *shapes, gap, *data))


def _piece(text: str, kind: int) -> bytes:
    return _field(1, text.encode()) + b"\x15" + struct.pack("<f", -1.0) + bytes((0x18, kind))


def _field(number: int, data: bytes) -> bytes:
    """Return a length-delimited field of a protocol buffer."""
    assert len(data) < 128
    return bytes((number << 3 | 2, len(data))) + data
