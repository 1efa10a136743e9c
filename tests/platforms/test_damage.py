"""Whatever is in a file: it has problems that can be shown, or it is a platform."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import given

from skipx.platforms.checks import problems
from skipx.platforms.document import from_document, quantities, to_document
from skipx.platforms.schema import unknown_keys
from tests.platforms.damage import damaged_documents


@given(damaged_documents())
def test_a_file_is_a_platform_or_has_problems(document: dict[str, Any]) -> None:
    found = problems(document)
    assert all(problem.path.startswith("$.") and problem.what for problem in found)
    assert len(set(found)) == len(found)
    if not found:
        platform = from_document(document)
        again = json.loads(json.dumps(to_document(platform)))
        assert problems(again) == []
        assert from_document(again) == platform
        assert unknown_keys(again) == []
        assert json.dumps(again).count('"definition"') == len(quantities(platform))
