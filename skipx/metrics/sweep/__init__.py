"""What a sweep over batch sizes or platforms tells, from one number a batch size."""

from skipx.metrics.sweep.balanced import BALANCED_IDLE, BalancedRegion, balanced_region
from skipx.metrics.sweep.crossover import Crossover, crossover
from skipx.metrics.sweep.inflection import Inflection, inflection
from skipx.metrics.sweep.knee import Knee, knee
from skipx.metrics.sweep.linearity import Linearity, linearity

__all__ = [
    "BALANCED_IDLE",
    "BalancedRegion",
    "Crossover",
    "Inflection",
    "Knee",
    "Linearity",
    "balanced_region",
    "crossover",
    "inflection",
    "knee",
    "linearity",
]
