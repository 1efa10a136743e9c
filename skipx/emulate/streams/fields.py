"""Parts of a JSON document, each of the type that it must have; else ``ValueError`` says which."""

from __future__ import annotations

from typing import Any, TypeVar

T = TypeVar("T")

_LARGEST = 2**62


def value(entry: object, key: str, kind: type[T]) -> T:
    """Return ``entry[key]``, which must be a ``kind``."""
    if not isinstance(entry, dict):
        raise ValueError(f"{_named(entry)} stands where an object with {key!r} is expected")
    if key not in entry:
        raise ValueError(f"{key!r} is missing")
    return row(entry[key], kind, key)


def row(found: object, kind: type[T], key: str) -> T:
    """Return ``found``, which must be a ``kind``; ``key`` is where it stands."""
    # A bool is an int to isinstance, and no number here.
    if type(found) is not kind:
        raise ValueError(f"{key} holds {_named(found)}, not a {kind.__name__}")
    return found


def text(entry: object, key: str) -> str:
    """Return the text ``entry[key]``."""
    return value(entry, key, str)


def number(entry: object, key: str) -> int:
    """Return the whole number ``entry[key]``, 0 or more."""
    (found,) = numbers([value(entry, key, int)])
    if found < 0:
        raise ValueError(f"{key} is negative")
    return found


def items(found: object, key: str) -> list[Any]:
    """Return ``found``, which must be a list; ``key`` is where it stands."""
    return row(found, list, key)


def numbers(found: object, length: int | None = None) -> tuple[int, ...]:
    """Return whole numbers, of ``length`` where it is given."""
    listed = items(found, "a list of numbers")
    if any(type(item) is not int or abs(item) > _LARGEST for item in listed):
        raise ValueError("a list of whole numbers holds something else")
    if length is not None and len(listed) != length:
        raise ValueError(f"a list of {len(listed)} numbers stands where {length} are expected")
    return tuple(listed)


def _named(found: object) -> str:
    return "nothing" if found is None else f"a {type(found).__name__}"
