"""The models whose prefill is measured: built offline, loaded, or the user's own."""

from skipx.prefill.models.configurations import CONFIGURATIONS
from skipx.prefill.models.load import load_workload
from skipx.prefill.models.workload import Inputs, Workload

__all__ = ["CONFIGURATIONS", "Inputs", "Workload", "load_workload"]
