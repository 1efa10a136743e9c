"""What every test run says of its surroundings."""

from __future__ import annotations

import pytest

from tests.traces import TRACE_NAMES, TRACES


def pytest_report_header() -> str:
    """Tell at the start whether the real traces are there."""
    return f"real traces: {TRACES or 'absent'}"


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Tell at the end, loudly, that the real traces were not there."""
    if TRACES is None:
        terminalreporter.section("real traces absent", sep="!", red=True, bold=True)
        terminalreporter.line(f"The tests of {len(TRACE_NAMES)} real traces were skipped.")
