"""The launch-queue model: plays what a host issues on the queues of its devices."""

from skipx.timeline.play import play
from skipx.timeline.program import (
    ALL_STREAMS,
    QUEUE_DEPTH,
    Items,
    Kind,
    Parameters,
    Playback,
    Program,
    Work,
)

__all__ = [
    "ALL_STREAMS",
    "QUEUE_DEPTH",
    "Items",
    "Kind",
    "Parameters",
    "Playback",
    "Program",
    "Work",
    "play",
]
