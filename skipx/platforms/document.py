"""Platforms to and from the JSON object of their file; the types say what each key holds."""

from __future__ import annotations

import dataclasses
import types
import typing
from collections.abc import Mapping
from enum import StrEnum
from typing import Any

from skipx.platforms.platform import Platform
from skipx.platforms.quantity import Quantity
from skipx.platforms.schema import SCHEMA, VERSION, child


def to_document(platform: Platform) -> dict[str, Any]:
    """Return the platform as the JSON object of its file; what is not known has no key."""
    head = {"schema": SCHEMA, "version": ".".join(map(str, VERSION))}
    return head | typing.cast(dict[str, Any], _plain(platform))


def from_document(document: Mapping[str, Any]) -> Platform:
    """Return the platform of a document without problems; unknown keys are left out."""
    return typing.cast(Platform, _built(Platform, document))


def quantities(platform: Platform) -> list[tuple[str, Quantity]]:
    """Return every figure of the platform with its JSON path, those of launch paths last."""
    return _quantities(platform, "$")


def _quantities(value: Any, path: str) -> list[tuple[str, Quantity]]:
    if isinstance(value, Quantity):
        return [(path, value)]
    parts: list[tuple[str | int, Any]] = []
    if isinstance(value, Mapping):
        parts += value.items()
    elif isinstance(value, tuple):
        parts += enumerate(value)
    elif dataclasses.is_dataclass(value):
        parts += [(item.name, getattr(value, item.name)) for item in dataclasses.fields(value)]
    return [found for key, part in parts for found in _quantities(part, child(path, key))]


def _plain(value: Any) -> Any:
    if dataclasses.is_dataclass(value):
        items = {item.name: _plain(getattr(value, item.name)) for item in dataclasses.fields(value)}
        return {key: item for key, item in items.items() if item not in (None, "", {}, [])}
    if isinstance(value, Mapping):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, tuple):
        return [_plain(item) for item in value]
    return str(value) if isinstance(value, StrEnum) else value


def _built(kind: Any, value: Any) -> Any:
    """Return ``value`` as ``kind``: a dataclass, an optional, a mapping, a tuple or a scalar."""
    if isinstance(kind, types.UnionType):
        (kind,) = (part for part in typing.get_args(kind) if part is not type(None))
    if dataclasses.is_dataclass(kind):
        hints = typing.get_type_hints(kind)
        fields = {item.name for item in dataclasses.fields(kind)} & value.keys()
        return typing.cast(type, kind)(**{key: _built(hints[key], value[key]) for key in fields})
    origin = typing.get_origin(kind)
    if origin is tuple:
        return tuple(_built(typing.get_args(kind)[0], item) for item in value)
    if origin is Mapping:
        return {key: _built(typing.get_args(kind)[1], item) for key, item in value.items()}
    return kind(value) if issubclass(kind, StrEnum) else value
