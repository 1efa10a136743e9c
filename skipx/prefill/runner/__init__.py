"""Runs a point on a device: untraced control, traced passes, and a pass for shapes."""

from skipx.prefill.runner.isolated import measure
from skipx.prefill.runner.settings import Settings

__all__ = ["Settings", "measure"]
