"""Rows divided into groups."""

from __future__ import annotations

import numpy as np

from skipx.metrics.groups import Groups


def test_more_groups_than_16_bits_can_count() -> None:
    n = (1 << 16) + 2
    groups = Groups.by_code(np.arange(n), np.arange(n)[::-1].copy(), n)
    assert groups.rows.tolist() == list(range(n))[::-1]
    assert set(groups.sizes().tolist()) == {1}
