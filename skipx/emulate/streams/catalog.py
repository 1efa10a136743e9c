"""The operator streams that come with skipx, by what they were recorded from."""

from __future__ import annotations

import functools
import re
from dataclasses import dataclass
from pathlib import Path

from skipx.emulate.streams.files import read_stream
from skipx.emulate.streams.stream import OperatorStream
from skipx.errors import UsageError

_FOLDER = Path(__file__).parent / "data"
_SUFFIX = ".json.gz"
_NOT_IN_NAMES = re.compile(r"[^\w.-]+")


@dataclass(frozen=True, slots=True, order=True)
class StreamKey:
    """What a shipped stream is of. ``transformers`` is the version without its patch number."""

    model: str
    transformers: str
    phase: str
    attention: str

    @property
    def file_name(self) -> str:
        """Name of the stream's file; what no file name should hold becomes a hyphen."""
        model = _NOT_IN_NAMES.sub("-", self.model)
        return "_".join((model, self.transformers, self.phase, self.attention)) + _SUFFIX


def key_of(stream: OperatorStream) -> StreamKey:
    """Return the key under which a stream ships."""
    origin = stream.origin
    minor = ".".join(origin.transformers.split(".")[:2])
    return StreamKey(origin.model, minor, origin.phase, origin.attention)


STREAMS: tuple[StreamKey, ...] = tuple(
    sorted(
        StreamKey(*path.name.removesuffix(_SUFFIX).rsplit("_", 3))
        for path in _FOLDER.glob(f"*_*_*_*{_SUFFIX}")
    )
)
"""Keys of the streams that come with skipx."""


def load_stream(
    model: str,
    *,
    attention: str = "eager",
    transformers: str | None = None,
    phase: str = "prefill",
) -> OperatorStream:
    """Return a shipped stream, of ``transformers`` (like ``"4.44"``) or else of the newest.

    A ``model`` that ends in .json.gz is the path of a recorded stream, whatever the other
    arguments are. Raises ``UsageError`` where there is none, saying what there is.
    """
    if model.endswith(_SUFFIX):
        return read_stream(model)
    found = [
        key
        for key in STREAMS
        if (key.model, key.attention, key.phase) == (model, attention, phase)
        and transformers in (None, key.transformers)
    ]
    if not found:
        wanted = f"{phase} with {attention} attention"
        if transformers:
            wanted += f" of transformers {transformers}"
        raise UsageError(f"no operator stream of {model!r} ships for {wanted}", hint=_hint(model))
    return load_key(max(found, key=_age))


@functools.lru_cache(maxsize=16)
def load_key(key: StreamKey) -> OperatorStream:
    """Return the stream of a key of ``STREAMS``."""
    return read_stream(_FOLDER / key.file_name)


def _age(key: StreamKey) -> tuple[int, ...]:
    return tuple(map(int, key.transformers.split(".")))


def _hint(model: str) -> str:
    of_model = [key for key in STREAMS if key.model == model]
    if not of_model:
        models = ", ".join(sorted({key.model for key in STREAMS})) or "none"
        return f"models that ship: {models}"
    there = (f"{key.phase} {key.attention} {key.transformers}" for key in of_model)
    return f"of this model: {', '.join(there)}"
