"""One measuring process at work: opens the device, warms it up, and takes the blocks in turns."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import TYPE_CHECKING

from skipx.errors import MissingDependencyError, SkipxError
from skipx.measure import figures
from skipx.measure.affinity import pin_near
from skipx.measure.launchers import Launcher, make_launcher
from skipx.measure.observation import Observer
from skipx.measure.plan import WARM_UPS, Message, Plan
from skipx.measure.row import Row
from skipx.measure.sampler import Sampler
from skipx.measure.sm_clock import UNWATCHED, ClockWatch
from skipx.measure.variants import PATHS, Variant
from skipx.platforms import Regime, Statistics
from skipx.sources.cuda_libraries import cuda_libraries, named_libraries, standin_libraries

if TYPE_CHECKING:
    from skipx._native import LaunchDevice


def run(plan: Plan) -> Iterator[Message]:
    """Do the work of a plan; yield each result as soon as it is known.

    Raises ``MissingDependencyError`` without a driver, a device or, for a traced plan, CUPTI.
    """
    with ExitStack() as stack:
        with cuda_libraries():
            from skipx._native import LaunchDevice, cupti_version

            device = LaunchDevice(plan.device)
            yield Message("hardware", _hardware(device))
            observer = None
            if plan.traced:
                # A missing CUPTI, or one that another tool holds, ends the process here.
                observer = stack.enter_context(Observer())
                yield Message("hardware", {"cupti": cupti_version()})
            device.launcher("cuLaunchKernel").preheat(plan.preheat_s)
        yield from _measured(plan, device, observer)
    # Again: by now every library is open.
    yield Message("hardware", _provenance())
    yield Message("done", {})


def _measured(plan: Plan, device: LaunchDevice, observer: Observer | None) -> Iterator[Message]:
    clock, unwatched = _clock_watch(device)
    if unwatched:
        yield _absent("sm_clock", unwatched)
    ready: list[tuple[Variant, Launcher]] = []
    for variant in plan.variants:
        try:
            with cuda_libraries():
                launcher = make_launcher(device, variant)
                launcher.idle(WARM_UPS)
            ready.append((variant, launcher))
            yield Message("progress", {"ready": variant.label})
        except SkipxError as error:
            for regime in Regime:
                call = PATHS[variant.path].call
                row = Row(variant, regime, plan.traced, call, reason=str(error))
                yield Message("row", row.to_dict())
    # Last: the threads that CUPTI and the libraries have made by now stay off the core.
    yield Message("hardware", {"core": pin_near(device.pci_bus_id, plan.core)})
    for regime in Regime:
        yield from _take_turns(plan, regime, ready, clock, observer)
    if plan.figures:
        yield from _figures(plan, device, clock, observer)


def _clock_watch(device: LaunchDevice) -> tuple[ClockWatch, str]:
    """Return what reads the SM clock around blocks, and why it reads or flags nothing, if so."""
    from skipx._native import SmClock

    try:
        with cuda_libraries():
            clock = SmClock(device)
            clock.mhz()
    except SkipxError as error:
        return UNWATCHED, str(error)
    highest = device.highest_sm_mhz
    why = "" if highest else "the driver does not tell the highest SM clock: nothing is flagged"
    return ClockWatch(clock.mhz, highest), why


def _take_turns(
    plan: Plan,
    regime: Regime,
    ready: list[tuple[Variant, Launcher]],
    clock: ClockWatch,
    observer: Observer | None,
) -> Iterator[Message]:
    """Yield the rows of a regime. Each round takes a block of every row that needs more."""
    observe = observer.observe if observer is not None else None
    samplers = [
        Sampler(variant, regime, launcher, plan.rule, observe, clock) for variant, launcher in ready
    ]
    while samplers:
        going = []
        for sampler in samplers:
            try:
                with cuda_libraries():
                    enough = sampler.take_block()
            except SkipxError as error:
                # The other rows go on: what they have is not lost with this one.
                yield Message("row", sampler.failed(str(error)).to_dict())
                continue
            if enough:
                yield Message("row", sampler.row().to_dict())
            else:
                going.append(sampler)
        samplers = going
        yield Message("progress", {"regime": regime, "left": len(samplers)})


def _figures(
    plan: Plan, device: LaunchDevice, clock: ClockWatch, observer: Observer | None
) -> Iterator[Message]:
    """Yield the figures that this process can take; one that fails says why, the rest go on."""
    if observer is not None:
        gaps = figures.queued_gaps(observer.record, device, plan.rule, clock)
        yield from _attempt("gaps", lambda: dict(gaps))
        returns = figures.sync_returns(observer.record_waits, device, plan.rule, clock)
        yield from _attempt("sync_return", lambda: dict(returns))
        return
    yield from _attempt("queue_depth", lambda: _one("queue_depth", figures.queue_depth(device)))
    for kind in figures.COPY_KINDS:
        name = f"bandwidth.{kind}"
        yield from _attempt(name, lambda n=name, k=kind: {n: figures.bandwidth(device, k)})  # type: ignore[misc]
    yield from _attempt("profiler_op", lambda: _one("profiler_op", figures.profiler_op_cost()))


def _one(name: str, found: Statistics | None) -> dict[str, Statistics]:
    if found is None:
        raise MissingDependencyError("no launch blocked: the queue is deeper than was tried")
    return {name: found}


def _attempt(name: str, measure: Callable[[], dict[str, Statistics]]) -> Iterator[Message]:
    try:
        with cuda_libraries():
            found = measure()
    except SkipxError as error:
        yield _absent(name, str(error))
        return
    for key, statistics in found.items():
        full = key if key == name else f"{name}.{key}"
        block = dataclasses.asdict(statistics)
        yield Message("figure", {"name": full, "statistics": block, "reason": ""})


def _absent(name: str, reason: str) -> Message:
    return Message("figure", {"name": name, "statistics": None, "reason": reason})


def _provenance() -> dict[str, object]:
    """Return whether the device is one, and which libraries the environment named."""
    return {"synthetic": bool(standin_libraries()), "libraries_named_by": named_libraries()}


def _hardware(device: LaunchDevice) -> dict[str, object]:
    from skipx._native import cuda_runtime_version

    try:
        with cuda_libraries():
            runtime = cuda_runtime_version()
    except SkipxError:
        runtime = 0
    return {
        "gpu": device.name,
        "uuid": device.uuid,
        "multiprocessors": device.multiprocessors,
        "compute_capability": device.compute_capability,
        "cuda_driver": device.driver_version,
        "cuda_runtime": runtime,
        "highest_sm_mhz": device.highest_sm_mhz,
        **_provenance(),
    }
