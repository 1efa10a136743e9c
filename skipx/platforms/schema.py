"""Checks a JSON document against ``schema.json``, with one line for each thing that is wrong.

Knows the part of JSON Schema (draft 2020-12) that this schema uses: ``$ref`` into ``$defs``,
``allOf``, ``type``, ``const``, ``enum``, ``minimum``, ``maximum``, ``minLength``, ``maxLength``,
``pattern`` (anchored), ``required``, ``properties``, ``additionalProperties`` and ``items``.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from skipx.units import shorten_middle

SCHEMA = "skipx.platform"
VERSION = (1, 1)
SCHEMA_FILE = Path(__file__).with_name("schema.json")

_PLAIN_KEY = re.compile(r"[A-Za-z_][A-Za-z0-9_]*\Z")
_LONGEST = 40
_TYPES: Mapping[str, tuple[str, type | tuple[type, ...]]] = {
    "null": ("null", type(None)),
    "object": ("an object", dict),
    "array": ("a list", list),
    "string": ("text", str),
    "boolean": ("true or false", bool),
    "integer": ("a whole number", int),
    "number": ("a number", (int, float)),
}


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong with a document, and the JSON path (RFC 9535) to where it is."""

    path: str
    what: str

    def __str__(self) -> str:
        return f"{self.path}: {self.what}"


@cache
def schema() -> Mapping[str, Any]:
    """Return the JSON schema of the platform file."""
    content: Mapping[str, Any] = json.loads(SCHEMA_FILE.read_text(encoding="utf-8"))
    return content


def schema_problems(document: Any, rule: Mapping[str, Any] | None = None) -> list[Problem]:
    """Return what keeps a decoded JSON document from being valid, in the order of the schema.

    ``rule`` is the schema, that of the platform file where none is given; one that forbids
    unknown keys does so to writers, readers leave them alone.
    """
    return list(dict.fromkeys(_problems(document, schema() if rule is None else rule, "$")))


def unknown_keys(document: Any) -> list[Problem]:
    """Return the keys that no reader of this version looks at: of a newer one, or misspelt."""
    return list(dict.fromkeys(_unknown(document, schema(), "$")))


def child(path: str, key: str | int) -> str:
    """Return the JSON path of an entry of the value at ``path``."""
    if isinstance(key, str) and _PLAIN_KEY.match(key):
        return f"{path}.{key}"
    return f"{path}[{key!r}]"


def _problems(value: Any, rule: Mapping[str, Any], path: str) -> Iterator[Problem]:
    if "$ref" in rule:
        yield from _problems(value, schema()["$defs"][rule["$ref"].removeprefix("#/$defs/")], path)
    for part in rule.get("allOf", ()):
        yield from _problems(value, part, path)
    kinds = rule.get("type", [])
    kinds = [kinds] if isinstance(kinds, str) else kinds
    if kinds and not any(_is_of(value, kind) for kind in kinds):
        named = " or ".join(_TYPES[kind][0] for kind in kinds)
        yield Problem(path, f"{_shown(value)} is not {named}")
        return
    yield from _scalar_problems(value, rule, path)
    if isinstance(value, dict):
        yield from _object_problems(value, rule, path)
    if isinstance(value, list):
        if len(value) < rule.get("minItems", 0):
            yield Problem(path, "is empty")
        for index, item in enumerate(value):
            yield from _problems(item, rule.get("items", {}), child(path, index))


def _scalar_problems(value: Any, rule: Mapping[str, Any], path: str) -> Iterator[Problem]:
    if "const" in rule and value != rule["const"]:
        yield Problem(path, f"{_shown(value)} is not {_shown(rule['const'])}")
    if "enum" in rule and value not in rule["enum"]:
        yield Problem(path, f"{_shown(value)} is not one of {', '.join(rule['enum'])}")
    if _is_of(value, "number"):
        # Written so that a NaN, which no comparison holds for, is a problem too.
        if "minimum" in rule and not value >= rule["minimum"]:
            yield Problem(path, f"{_shown(value)} is less than {rule['minimum']}")
        if "maximum" in rule and not value <= rule["maximum"]:
            yield Problem(path, f"{_shown(value)} is more than {rule['maximum']}")
    if isinstance(value, str):
        if len(value) < rule.get("minLength", 0):
            yield Problem(path, "is empty")
        if len(value) > rule.get("maxLength", len(value)):
            yield Problem(path, f"is longer than {rule['maxLength']} characters")
        # The whole text: a $ alone would let a line break at the end pass.
        if "pattern" in rule and not re.fullmatch(rule["pattern"], value):
            yield Problem(path, f"{_shown(value)} does not match {rule['pattern']}")


def _object_problems(
    value: Mapping[str, Any], rule: Mapping[str, Any], path: str
) -> Iterator[Problem]:
    for key in rule.get("required", ()):
        if key not in value:
            yield Problem(child(path, key), "is missing")
    known = rule.get("properties", {})
    for key, part in known.items():
        if key in value:
            yield from _problems(value[key], part, child(path, key))
    if isinstance(rule.get("additionalProperties"), dict):
        for key, item in value.items():
            if key not in known:
                yield from _problems(item, rule["additionalProperties"], child(path, key))


def _unknown(value: Any, rule: Mapping[str, Any], path: str) -> Iterator[Problem]:
    """Follow the rules that describe what an object holds, down to what none of them names."""
    if "$ref" in rule:
        yield from _unknown(value, schema()["$defs"][rule["$ref"].removeprefix("#/$defs/")], path)
    for part in rule.get("allOf", ()):
        if "$ref" in part:
            yield from _unknown(value, part, path)
    if isinstance(value, list):
        for index, item in enumerate(value):
            yield from _unknown(item, rule.get("items", {}), child(path, index))
    elif isinstance(value, dict) and ("properties" in rule or "additionalProperties" in rule):
        known = rule.get("properties", {})
        for key, item in value.items():
            part = known.get(key, rule.get("additionalProperties"))
            if part is None:
                yield Problem(child(path, key), "is ignored: no such key in this version")
            else:
                yield from _unknown(item, part, child(path, key))


def _is_of(value: Any, name: str) -> bool:
    # Python's booleans are integers, JSON's are not.
    if isinstance(value, bool):
        return name == "boolean"
    return isinstance(value, _TYPES[name][1])


def _shown(value: Any) -> str:
    # Never what is inside: it may be as deep and as large as a file can make it.
    if isinstance(value, (dict, list)):
        return _TYPES["object" if isinstance(value, dict) else "array"][0]
    return shorten_middle(json.dumps(value), _LONGEST)
