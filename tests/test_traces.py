from __future__ import annotations

import pytest

from tests.traces import TRACE_NAMES, TRACES, expected, trace_path


@pytest.mark.parametrize("name", TRACE_NAMES)
def test_each_real_trace_has_expected_numbers(name: str) -> None:
    assert trace_path(name).stat().st_size > 0
    assert expected(name)["file"] == name


def test_no_real_trace_is_left_out() -> None:
    if TRACES is None:
        pytest.skip("the folder of real traces is absent")
    assert sorted(path.name for path in TRACES.glob("*.json.gz")) == sorted(TRACE_NAMES)
