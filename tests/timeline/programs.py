"""Random programs: small numbers, so that ties, full queues and waits are frequent."""

from __future__ import annotations

import numpy as np

from skipx.records import Int32
from skipx.timeline import Items, Kind, Parameters, Program, Work


def random_program(seed: int, *, most_items: int = 40) -> Program:
    """Any kind of item, on up to three threads and three streams, anchored to earlier rows."""
    rng = np.random.default_rng(seed)
    n = int(rng.integers(0, most_items))
    kind = rng.choice(list(Kind), n, p=[0.1, 0.6, 0.1, 0.08, 0.06, 0.06])
    count = np.where(kind == Kind.LAUNCH, rng.integers(1, 4, n), 0)
    anchored = rng.random(n) < 0.2
    stream = rng.integers(0, 3, n)
    everything = (kind == Kind.SYNC) & (rng.random(n) < 0.5)
    items = Items.of(
        thread=rng.integers(0, 3, n),
        kind=kind,
        gap_ns=rng.integers(0, 12, n),
        anchor=np.where(anchored, rng.integers(-1, np.arange(n)), -1),
        duration_ns=rng.integers(0, 8, n),
        operators=rng.integers(0, 4, n),
        prior=np.arange(n) < rng.integers(-20, 10),
        floor_ns=rng.integers(0, 9, n),
        setup_ns=np.where(rng.random(n) < 0.2, rng.integers(0, 20, n), 0),
        first=np.cumsum(count) - count,
        count=count,
        blocking=rng.random(n) < 0.1,
        graph=rng.random(n) < 0.3,
        stream=np.where(everything, -1, stream),
        event=rng.integers(0, 2, n),
    )
    return Program(items, _work(rng, items.count, one_stream=bool(rng.random() < 0.5)))


def _work(rng: np.random.Generator, count: Int32, *, one_stream: bool) -> Work:
    n = int(count.sum())
    return Work.of(
        stream=np.zeros(n) if one_stream else rng.integers(0, 3, n),
        category=rng.integers(0, 3, n),
        duration_ns=rng.integers(0, 40, n),
    )


def random_parameters(seed: int) -> Parameters:
    """Gaps of a few ns, queues of a few launches, and every scale and cost."""
    rng = np.random.default_rng(seed)
    return Parameters(
        gap_ns=rng.integers(0, 4, (3, 3)),
        graph_gap_ns=int(rng.integers(0, 3)),
        queue_depth=int(rng.integers(1, 6)),
        sync_return_ns=int(rng.integers(0, 5)),
        busy_ns=rng.integers(0, 60, rng.integers(0, 4)).tolist(),
        alpha_ns=float(rng.choice([0, 0.3, 2])),
        beta_ns=float(rng.choice([0, 0.7])),
        host_scale=float(rng.choice([1, 0.5, 1.7])),
        device_scale=float(rng.choice([1, 0.3, 2])),
    )
