"""What every test run says of its surroundings."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, settings

from tests.traces import TRACE_NAMES, TRACES

# No test may fail because a machine is slow.
settings.register_profile("skipx", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("skipx")


def pytest_report_header() -> str:
    """Tell at the start whether the real traces are there."""
    return f"real traces: {TRACES or 'absent'}"


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Tell at the end, loudly, that the real traces were not there."""
    if TRACES is None:
        terminalreporter.section("real traces absent", sep="!", red=True, bold=True)
        terminalreporter.line(f"The tests of {len(TRACE_NAMES)} real traces were skipped.")
