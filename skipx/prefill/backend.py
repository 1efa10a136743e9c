"""Who answers a point: a device of this machine, or the emulator of a named platform."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from skipx.emulate import MODES, Emulated, emulate
from skipx.emulate.streams import load_stream
from skipx.environment import software, version_of
from skipx.errors import MissingDependencyError, UsageError
from skipx.platforms import Platform, resolve
from skipx.platforms.document import to_document
from skipx.platforms.machine import installed_gpus
from skipx.prefill.outcome import Outcome
from skipx.prefill.point import Point
from skipx.prefill.stored import Settings
from skipx.prefill.sweep import Measure

PAPER_PLATFORMS = ("intel-h100", "amd-a100", "gh200")
"""The platforms of SKIP (arXiv 2504.11750), loosely coupled ones first."""

EMULATED = "emulated"
EMULATED_DTYPES = ("float16", "bfloat16")
"""What can be asked for: the streams were recorded in one of two types of 16 bits, which the
outcome's facts name; the other plays the same."""
ITERATIONS = 3
"""Passes of an emulated point: as many as the chain miner wants."""


@dataclass(frozen=True, slots=True)
class Backend:
    """Makes outcomes. ``check`` raises early for points that it could never answer."""

    name: str
    """``emulated``, or the device as torch names it."""
    platforms: Sequence[str]
    """What the points name as their platform; one empty name for this machine."""
    measure: Measure
    settings: Callable[[Point], Settings]
    """What an outcome depends on besides its point."""
    platform: Callable[[Point], Platform | None]
    """The platform that a point's launch floor is taken from; None: estimated from its trace."""
    check: Callable[[Sequence[Point]], None] = lambda points: None

    @property
    def emulated(self) -> bool:
        """Whether nothing that it makes is a measurement."""
        return self.name == EMULATED


def device_backend(device: str, *, platform: Platform | None = None) -> Backend:
    """Return the backend that runs points on a device of this machine.

    ``platform`` is what was measured on it; by default a saved one that was, if there is one.
    """
    from skipx.prefill import runner

    protocol = runner.Settings(device=device)
    gpus = [gpu.name for gpu in installed_gpus()]
    fixed = {
        **software(),
        "torch": version_of("torch"),
        "transformers": version_of("transformers"),
        "gpus": gpus,
        "protocol": protocol.to_dict(),
    }
    require_torch()
    known = platform or (resolve("auto", devices=gpus) if gpus else None)
    return Backend(
        name=device,
        platforms=("",),
        measure=lambda point: runner.measure(point, protocol),
        settings=lambda point: fixed,
        platform=lambda point: known,
    )


def require_torch() -> None:
    """Raise ``MissingDependencyError`` where models cannot be run; nothing is imported."""
    for name in ("torch", "transformers"):
        if version_of(name) is None:
            raise MissingDependencyError(
                f"{name} is not installed, so no model can be run",
                hint='pip install "skipx[torch]", or emulate: skipx run --emulate, --platform NAME',
            )


def emulated_backend(
    names: Sequence[Platform | str], *, transformers: str | None = None
) -> Backend:
    """Return the backend that plays points on platforms, themselves or given by name or file.

    ``transformers`` is the version of the operator streams, like ``"4.44"``; None: the newest.

    Raises ``UsageError`` where there is no such platform, ``BadInputError`` where its file is
    none.
    """
    platforms = [_named(name) for name in names]
    by_name = {platform.name: platform for platform in platforms}
    if len(by_name) < len(platforms):
        raise UsageError(f"two platforms of one name: {', '.join(p.name for p in platforms)}")
    emulator = _Emulator(by_name, transformers)
    return Backend(
        name=EMULATED,
        platforms=tuple(by_name),
        measure=emulator.measure,
        settings=emulator.settings,
        platform=emulator.platform,
        check=emulator.check,
    )


def _named(name: Platform | str) -> Platform:
    found = resolve(name)
    if found is None:
        raise UsageError("no platform measured on this machine is saved", hint="name another one")
    return found


class _Emulator:
    def __init__(self, platforms: Mapping[str, Platform], transformers: str | None) -> None:
        self._platforms = platforms
        self._transformers = transformers
        self._with_floor: dict[str, Platform] = {}
        self._digests = {name: platform_digest(platform) for name, platform in platforms.items()}

    def check(self, points: Sequence[Point]) -> None:
        """Raise for models without a stream and conditions that cannot be emulated."""
        for point in points:
            if point.mode not in MODES:
                raise UsageError(
                    f"the mode {point.mode!r} cannot be emulated", hint=f"one of {', '.join(MODES)}"
                )
            if point.dtype not in EMULATED_DTYPES:
                raise UsageError(
                    f"{point.dtype} cannot be emulated: the operator streams are of 16 bits",
                    hint=f"one of {', '.join(EMULATED_DTYPES)}",
                )
            if point.head:
                raise UsageError(
                    "another head cannot be emulated: the operator streams have the usual one"
                )
        for model, attention, phase in {(p.model, p.attention, p.phase): None for p in points}:
            load_stream(model, attention=attention, phase=phase, transformers=self._transformers)

    def measure(self, point: Point) -> Outcome:
        """Play the point. There is no profiler, so there is no untraced control beside it."""
        played = self._play(point, ITERATIONS)
        self._with_floor[point.platform] = played.platform
        return Outcome(
            point, trace=played.trace, traced_ns=played.iteration_ns, facts=dict(played.facts)
        )

    def platform(self, point: Point) -> Platform:
        """Return the platform with the launch floor that was played."""
        if point.platform not in self._with_floor:
            self._with_floor[point.platform] = self._play(point, 1).platform
        return self._with_floor[point.platform]

    def settings(self, point: Point) -> Settings:
        return {
            **software(),
            "backend": EMULATED,
            "platform": self._digests[point.platform],
            "transformers": self._transformers,
            "iterations": ITERATIONS,
        }

    def _play(self, point: Point, iterations: int) -> Emulated:
        return emulate(
            point.model,
            self._platforms[point.platform],
            batch=point.batch,
            sequence=point.sequence,
            attention=point.attention,
            mode=point.mode,
            phase=point.phase,
            iterations=iterations,
            transformers=self._transformers,
        )


def platform_digest(platform: Platform) -> str:
    """Return what tells a platform's figures from any others."""
    document: dict[str, Any] = to_document(platform)
    return hashlib.sha256(json.dumps(document, sort_keys=True).encode()).hexdigest()[:16]
