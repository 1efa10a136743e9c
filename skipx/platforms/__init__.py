"""Platforms: what a launch costs on a machine, measured there or published."""

from skipx.platforms.catalog import PRESETS, preset, resolve, save
from skipx.platforms.files import load, write
from skipx.platforms.machine import Gpu, Machine
from skipx.platforms.platform import (
    Bandwidth,
    Emulation,
    Gaps,
    Graph,
    Hardware,
    LaunchPath,
    Memset,
    Platform,
    Profiler,
    Provenance,
    Regime,
    SyncReturns,
)
from skipx.platforms.quantity import Definition, PerCall, Quantity, Statistics
from skipx.platforms.reference import REFERENCES, Reference

__all__ = [
    "PRESETS",
    "REFERENCES",
    "Bandwidth",
    "Definition",
    "Emulation",
    "Gaps",
    "Gpu",
    "Graph",
    "Hardware",
    "LaunchPath",
    "Machine",
    "Memset",
    "PerCall",
    "Platform",
    "Profiler",
    "Provenance",
    "Quantity",
    "Reference",
    "Regime",
    "Statistics",
    "SyncReturns",
    "load",
    "preset",
    "resolve",
    "save",
    "write",
]
