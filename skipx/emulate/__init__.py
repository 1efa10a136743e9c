"""Emulated platforms: a model's operator stream, played without a GPU."""

from skipx.emulate.emulator import MODES, Emulated, emulate

__all__ = ["MODES", "Emulated", "emulate"]
