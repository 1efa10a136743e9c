"""Traces written by PyTorch's profiler (Kineto), read by the native scanner."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import IO, Any

import numpy as np

from skipx import _native
from skipx.errors import BadInputError
from skipx.records import Environment, ReadCounts, Source, Thread, Trace
from skipx.sources.graph import link
from skipx.sources.streams import Progress, TruncatedError, read_pieces

_HINTS = {
    "truncated": "--partial, partial=True in Python, uses what is there",
    "strict": "without --strict it is repaired and counted",
}

# Everything else at the top level of a file may name people, hosts and jobs, and is left there.
_KEPT_METADATA = frozenset(
    {
        "schemaVersion",
        "distributedInfo",
        "displayTimeUnit",
        "baseTimeNanoseconds",
        "record_shapes",
        "with_stack",
        "with_flops",
        "with_modules",
        "profile_memory",
        "cupti_version",
        "cuda_runtime_version",
        "cuda_driver_version",
        "roctracer_version",
        "hip_runtime_version",
        "hip_driver_version",
        "trace_id",
        "skipx_synthetic",
    }
)


def read_kineto(
    file: IO[bytes],
    *,
    path: str = "",
    size: int | None = None,
    progress: Progress | None = None,
    strict: bool = False,
    partial: bool = False,
    max_text_bytes: int | None = None,
    **scan_filters: Any,
) -> Trace:
    """Read a Kineto file, plain or compressed, from an open binary file.

    ``scan_filters`` go to ``_native.KinetoScanner``. Raises ``BadInputError`` with the byte
    offset in the decompressed text where the file is no trace, is damaged or, unless ``partial``,
    ends early; with ``strict`` also where it is not valid JSON to the letter.
    """
    scanner = _native.KinetoScanner(strict=strict, partial=partial, **scan_filters)
    try:
        try:
            for piece in read_pieces(
                file, size=size, progress=progress, max_text_bytes=max_text_bytes
            ):
                scanner.feed(piece)
        except TruncatedError as error:
            if not partial:
                raise BadInputError(
                    str(error), where=path, hint=_HINTS["truncated"], offset=error.offset
                ) from error
        scanned = scanner.finish()
    except _native.ScanError as error:
        kind, what, offset = error.args
        raise BadInputError(
            f"{what} at byte {offset:,}", where=path, hint=_HINTS.get(kind, ""), offset=offset
        ) from error
    except BadInputError as error:
        if error.where:
            raise
        raise BadInputError(
            error.what, where=path, hint=error.hint, offset=error.offset
        ) from error.__cause__
    return _to_trace(scanned, path)


def _to_trace(scanned: dict[str, Any], path: str) -> Trace:
    tables = scanned["tables"]
    names, undecodable = _decode_names(scanned["names"], tables)
    ops, calls, activities, regions, duplicates = link(
        tables["ops"], tables["calls"], tables["activities"], tables["regions"], names
    )
    metadata = {
        key.decode(errors="backslashreplace"): _decode_json(text)
        for key, text in scanned["metadata"].items()
    }
    oddities: Mapping[str, tuple[int, int]] = scanned["oddities"]
    categories: dict[str, int] = {}
    for raw, count in scanned["categories"].items():
        label = _decode(raw).lower()
        categories[label] = categories.get(label, 0) + count
    base = metadata.get("baseTimeNanoseconds")
    return Trace(
        ops=ops,
        calls=calls,
        activities=activities,
        regions=regions,
        names=names,
        threads=[Thread(*map(_decode, thread)) for thread in scanned["threads"]],
        source=Source(
            kind="kineto",
            path=path,
            text_bytes=scanned["text_bytes"],
            time_base_ns=base if isinstance(base, int) else 0,
            synthetic=metadata.get("skipx_synthetic") is True,
        ),
        environment=_environment(metadata),
        counts=ReadCounts(
            events=scanned["events"],
            complete_events=sum(categories.values()),
            categories=categories,
            filtered_events=scanned["filtered_events"],
            undecodable_names=undecodable,
            duplicate_correlations=duplicates,
            truncated_at=scanned["text_bytes"] if scanned["truncated"] else None,
            examples={name: offset for name, (count, offset) in oddities.items() if count},
            **{name: count for name, (count, _) in oddities.items()},
        ),
    )


def _environment(metadata: Mapping[str, Any]) -> Environment:
    # The key was computeProperties until 2021.
    listed = metadata.get("deviceProperties", metadata.get("computeProperties"))
    properties = [entry for entry in listed if isinstance(entry, dict)] if listed else []
    return Environment(
        devices={
            entry["id"]: str(entry.get("name", ""))
            for entry in properties
            if isinstance(entry.get("id"), int)
        },
        device_properties=properties,
        metadata={key: value for key, value in metadata.items() if key in _KEPT_METADATA},
    )


def _decode_names(
    raw: Sequence[bytes], tables: Mapping[str, dict[str, Any]]
) -> tuple[list[str], int]:
    """Return the names as text, and how many cannot be decoded; equal texts are made one name."""
    decoded = [_try_decode(name) for name in raw]
    names = [text for text, _ in decoded]
    undecodable = sum(not sound for _, sound in decoded)
    first: dict[str, int] = {}
    new_index = [first.setdefault(name, len(first)) for name in names]
    if len(first) == len(names):
        return names, undecodable
    # Two spellings of one name: "a/b" and "a\/b".
    remap = np.array(new_index, dtype=np.int32)
    for table in tables.values():
        for column in ("name", "shape"):
            if column in table:
                table[column] = np.where(table[column] < 0, table[column], remap[table[column]])
    return list(first), undecodable


def _decode(raw: bytes) -> str:
    return _try_decode(raw)[0]


def _try_decode(raw: bytes) -> tuple[str, bool]:
    """Return a JSON string's text, and whether it is UTF-8 and its escapes are JSON's.

    What is not stays visible: bytes as an escape, escapes as they are.
    """
    try:
        text = raw.decode("utf-8")
        if "\\" not in text:
            return text, True
        decoded = str(json.loads(f'"{text}"', strict=False))
    except ValueError:
        return raw.decode("utf-8", errors="backslashreplace"), False
    return decoded.encode("utf-8", errors="backslashreplace").decode("utf-8"), True


def _decode_json(text: bytes) -> Any:
    """Return a top-level member's value, or its text where it is not valid JSON."""
    decoded = text.decode("utf-8", errors="backslashreplace")
    try:
        return json.loads(decoded, strict=False)
    except (ValueError, RecursionError):
        return decoded
