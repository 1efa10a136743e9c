"""The page of the platform file names every key and definition, and its example is one."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

from skipx.platforms import Definition
from skipx.platforms.checks import problems
from skipx.platforms.document import from_document
from skipx.platforms.schema import schema

PAGE = (Path(__file__).parents[2] / "docs" / "platform-file.md").read_text()


def test_every_key_is_on_the_page() -> None:
    missing = {key for key in keys(schema()) if f"`{key}`" not in PAGE}
    assert missing == set()


def test_every_definition_is_on_the_page() -> None:
    rows = set(re.findall(r"^\| `(\w+)` \| (\S+) \| (.+) \|$", PAGE, re.MULTILINE))
    assert rows == {(str(d), d.unit, d.meaning) for d in Definition}


def test_the_example_is_a_platform_file() -> None:
    (text,) = re.findall(r"```json\n(.*?)```", PAGE, re.DOTALL)
    example = json.loads(text)
    assert problems(example) == []
    assert from_document(example).launch_floor_ns.default is not None


def keys(rule: Any) -> set[str]:
    """Return the keys that a schema names, at any depth."""
    if isinstance(rule, list):
        return {key for part in rule for key in keys(part)}
    if not isinstance(rule, dict):
        return set()
    named = set(rule.get("properties", ()))
    return named | {key for part in rule.values() for key in keys(part)}
