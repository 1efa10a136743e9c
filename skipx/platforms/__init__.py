"""Platforms: what a launch costs on a machine, measured there or published."""

from skipx.platforms.catalog import PRESETS, resolve
from skipx.platforms.platform import Platform, Provenance, load

__all__ = ["PRESETS", "Platform", "Provenance", "load", "resolve"]
