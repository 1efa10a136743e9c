"""Scenarios of programs written by hand; rules and defaults are those of tests/timeline."""

from __future__ import annotations

import numpy as np

from skipx.timeline import Parameters, Program
from skipx.whatif.scenario import GraphCosts, Scenario
from tests.timeline.written import Script, parameters

GRAPH = GraphCosts(base_ns=8, node_ns=1, floor_ns=12, source="test")


def scenario(script: Script | Program, of: Parameters | None = None) -> Scenario:
    """The unedited scenario; every item is a call, and IL starts with the program."""
    program = script.program() if isinstance(script, Script) else script
    return Scenario(
        program=program,
        parameters=of or parameters(),
        start=-1,
        activity=np.arange(len(program.work)),
        seen=np.ones(len(program.items), dtype=np.bool_),
        graph=GRAPH,
    )


def activities(played: Scenario) -> list[tuple[int, int]]:
    playback = played.play()
    return list(zip(playback.activity_begin.tolist(), playback.activity_end.tolist(), strict=True))


def items(played: Scenario) -> list[tuple[int, int]]:
    playback = played.play()
    return list(zip(playback.begin.tolist(), playback.end.tolist(), strict=True))
