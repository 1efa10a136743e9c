"""Predictions against measurement: V1 to V5 of the definitions, section 6."""

from skipx.whatif.validation.bursts import Burst, validate_bursts
from skipx.whatif.validation.chains import validate_chain
from skipx.whatif.validation.graphs import validate_graph
from skipx.whatif.validation.queues import validate_queue
from skipx.whatif.validation.replayed import validate_replay
from skipx.whatif.validation.savings import validate_fusion, validate_pauses, validate_syncs
from skipx.whatif.validation.validated import Unit, Validated

__all__ = [
    "Burst",
    "Unit",
    "Validated",
    "validate_bursts",
    "validate_chain",
    "validate_fusion",
    "validate_graph",
    "validate_pauses",
    "validate_queue",
    "validate_replay",
    "validate_syncs",
]
