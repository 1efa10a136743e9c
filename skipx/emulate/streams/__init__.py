"""Operator streams of models: what one pass asks of a device, recorded without running it."""

from skipx.emulate.streams.catalog import STREAMS, StreamKey, load_stream
from skipx.emulate.streams.files import read_stream, write_stream
from skipx.emulate.streams.stream import Operator, Operators, OperatorStream

__all__ = [
    "STREAMS",
    "Operator",
    "OperatorStream",
    "Operators",
    "StreamKey",
    "load_stream",
    "read_stream",
    "write_stream",
]
