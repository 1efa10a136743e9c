"""Platforms and samples for tests: small, and with all that a file can hold."""

from __future__ import annotations

import dataclasses

from skipx.platforms import (
    Bandwidth,
    Definition,
    Emulation,
    Gaps,
    Graph,
    Hardware,
    LaunchPath,
    Machine,
    Memset,
    PerCall,
    Platform,
    Profiler,
    Provenance,
    Quantity,
    Regime,
    Statistics,
)


def platform_with_floor(provenance: Provenance, default: int, **by_call: int) -> Platform:
    """Return a platform of which only the launch floors are known, ns."""
    return Platform(
        "lab",
        provenance,
        launch_floor_ns=PerCall(
            Quantity(default, Definition.T_L),
            {call: Quantity(ns, Definition.T_L) for call, ns in by_call.items()},
        ),
    )


def measured_platform(default: int) -> Platform:
    return platform_with_floor(Provenance.MEASURED, default)


def sample(median: float) -> Statistics:
    """Return the statistics of a narrow sample of 1000 around its median."""
    return Statistics(
        n=1000,
        mean=median * 1.01,
        median=median,
        p5=median * 0.98,
        p95=median * 1.1,
        p99=median * 1.5,
        min=median * 0.9,
        mad=median * 0.01,
        median_low=median * 0.999,
        median_high=median * 1.001,
        stopped="interval",
        quantum=32.0,
        flagged={"overhead": 3},
    )


def measured(definition: Definition, median: float) -> Quantity:
    return Quantity.measured(definition, sample(median))


def fitted(definition: Definition, median: float) -> Quantity:
    return dataclasses.replace(measured(definition, median), source="fitted to a test")


MACHINE = Machine(
    gpu="NVIDIA H200",
    gpu_id="0123456789abcdef",
    driver="580.65.06",
    cuda_driver="13.0",
    cuda_runtime="13.0",
    cupti="130001",
    cpu="Imaginary CPU 9000",
    cores=16,
    architecture="x86_64",
    kernel="6.8.0",
    python="3.12.3",
    skipx="0.1.0",
    date="2026-01-31T12:00:00+00:00",
)


def full_platform(name: str = "h200-lab", machine: Machine = MACHINE) -> Platform:
    """Return a platform with every quantity that a file can hold; the figures are made up."""
    d = Definition
    return Platform(
        name=name,
        provenance=Provenance.MEASURED,
        citation="skipx launch",
        note="made up for a test",
        hardware=Hardware("NVIDIA H200", "Imaginary CPU", "loose", 989e12, 4.8e12, 132),
        environment=machine,
        launch_floor_ns=PerCall(
            measured(d.T_L, 4452), {"cudaLaunchKernel": measured(d.T_L, 4480.5)}
        ),
        call_ns=PerCall(measured(d.CALL, 2300), {"cuLaunchKernel": measured(d.CALL, 1900)}),
        null_kernel_ns=measured(d.DURATION, 1216),
        gap_ns=Gaps(measured(d.GAP, 900), measured(d.GAP, 1100), measured(d.GAP, 1000)),
        queue_depth=measured(d.QUEUE_DEPTH, 1024),
        sync_return_ns=measured(d.SYNC_RETURN, 3000),
        graph=Graph(
            measured(d.GRAPH_CALL_BASE, 5000),
            measured(d.GRAPH_CALL_PER_NODE, 60.5),
            measured(d.GRAPH_FLOOR, 6500),
            measured(d.GRAPH_GAP, 700),
        ),
        memset=Memset(measured(d.CALL, 2500), measured(d.T_L, 4000), measured(d.DURATION, 800)),
        bandwidth_bytes_per_s=Bandwidth(
            measured(d.BANDWIDTH, 55e9),
            measured(d.BANDWIDTH, 12e9),
            measured(d.BANDWIDTH, 54e9),
            measured(d.BANDWIDTH, 11e9),
        ),
        profiler=Profiler(measured(d.PROFILER_OP, 250), measured(d.PROFILER_CALL, 800)),
        timer_quantum_ns=measured(d.TIMER_QUANTUM, 32),
        emulation=Emulation(
            fitted(d.HOST_OP, 1200),
            fitted(d.HOST_LAUNCH, 7000),
            fitted(d.GEMM_EFFICIENCY, 0.6),
            fitted(d.BANDWIDTH_EFFICIENCY, 0.8),
            {"gpt2": fitted(d.HOST_SCALE, 1.1)},
            fitted(d.PROGRAM_T_L, 6200),
            memsets_per_gemm=1,
        ),
        launch_paths=(
            LaunchPath(
                path="cudaLaunchKernel",
                call="cudaLaunchKernel",
                regime=Regime.IDLE,
                traced=True,
                argument_bytes=64,
                grid=132,
                stream="non-blocking",
                call_ns=measured(d.CALL, 2300),
                t_l_ns=measured(d.T_L, 4480.5),
                duration_ns=measured(d.DURATION, 1216),
            ),
            LaunchPath(
                path="graph",
                call="cudaGraphLaunch",
                regime=Regime.BURST,
                traced=False,
                nodes=100,
                call_ns=measured(d.CALL, 11_000),
                period_ns=measured(d.PERIOD, 12_000),
            ),
        ),
    )
