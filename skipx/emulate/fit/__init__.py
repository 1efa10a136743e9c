"""Calibration: what the emulator needs of a machine, from runs that were recorded on it."""

from skipx.emulate.fit.calibrate import Fitted, Residual, Skipped, calibrate
from skipx.emulate.fit.recording import Recording

__all__ = ["Fitted", "Recording", "Residual", "Skipped", "calibrate"]
