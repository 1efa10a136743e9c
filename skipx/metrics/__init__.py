"""Launch metrics, idle times, top kernels, launch tax, bound class."""

from skipx.metrics.analyze import analyze
from skipx.metrics.regions import Region
from skipx.metrics.result import Analysis, Metrics

__all__ = ["Analysis", "Metrics", "Region", "analyze"]
