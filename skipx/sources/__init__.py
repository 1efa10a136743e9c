"""Traces from files and live sessions, and the checks of their quality."""

from skipx.sources.reader import TraceSource, read_trace
from skipx.sources.saved import save_trace
from skipx.sources.select import select

__all__ = ["TraceSource", "read_trace", "save_trace", "select"]
