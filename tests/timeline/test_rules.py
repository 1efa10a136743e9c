"""Every rule of the model (definitions, section 6) on timelines computed by hand.

A launch takes 3 ns after a gap of 2, with a floor of 5, unless a test says otherwise.
"""

from __future__ import annotations

import pytest

from skipx.timeline import ALL_STREAMS, Kind, Playback, play
from tests.timeline.written import COPY, KERNEL, SET, Script, parameters


def activities(playback: Playback) -> list[tuple[int, int]]:
    return list(zip(playback.activity_begin.tolist(), playback.activity_end.tolist(), strict=True))


def items(playback: Playback) -> list[tuple[int, int]]:
    return list(zip(playback.begin.tolist(), playback.end.tolist(), strict=True))


def test_nothing_takes_no_time() -> None:
    assert play(Script().program(), parameters()).duration_ns == 0


def test_an_idle_stream_starts_a_floor_after_the_begin_of_the_call() -> None:
    script = Script()
    script.launch(4)
    script.launch(4, gap_ns=20)
    played = play(script.program(), parameters())
    assert items(played) == [(2, 5), (25, 28)]
    assert activities(played) == [(7, 11), (30, 34)]
    assert played.duration_ns == 34


def test_a_busy_stream_starts_a_gap_after_the_end_before_by_category() -> None:
    script = Script()
    script.launch(50)
    script.launch((0, SET, 10))
    script.launch((0, KERNEL, 10))
    script.launch((0, COPY, 10))
    script.launch((0, COPY, 10))
    played = play(script.program(), parameters())
    # kernel 3 set, set 7 kernel, kernel 2 copy, copy 5 copy.
    assert activities(played) == [(7, 57), (60, 70), (77, 87), (89, 99), (104, 114)]
    assert played.pending.tolist() == [0, 0, 1, 2, 3]


def test_host_time_passes_between_launches() -> None:
    script = Script()
    script.item(Kind.WORK, gap_ns=1, duration_ns=10)
    script.launch(4)
    script.item(Kind.WORK, duration_ns=100)
    played = play(script.program(), parameters())
    assert items(played) == [(1, 11), (13, 16), (16, 116)]
    assert played.duration_ns == 116


def test_a_full_queue_holds_the_launch_until_a_place_is_free() -> None:
    script = Script()
    for _ in range(4):
        script.launch(100)
    played = play(script.program(), parameters(queue_depth=2))
    # Kernels start at 7, 108, 209. The fourth call begins at 17 behind two pending ones, takes
    # effect when the first of them starts, and holds the host until then.
    assert activities(played) == [(7, 107), (108, 208), (209, 309), (310, 410)]
    assert items(played) == [(2, 5), (7, 10), (12, 15), (17, 111)]
    assert played.pending.tolist() == [0, 0, 1, 2]
    assert played.blocked_ns.tolist() == [0, 0, 0, 91]


def test_a_kernel_that_starts_at_the_begin_of_a_call_is_not_pending() -> None:
    script = Script()
    script.launch(100)
    script.launch(100, gap_ns=2)
    assert play(script.program(), parameters()).pending.tolist() == [0, 0]


def test_each_stream_has_a_queue_of_its_own() -> None:
    script = Script()
    script.launch((0, KERNEL, 100))
    script.launch((0, KERNEL, 100))
    script.launch((1, KERNEL, 10))
    played = play(script.program(), parameters(queue_depth=1))
    assert activities(played) == [(7, 107), (108, 208), (17, 27)]
    assert played.blocked_ns.tolist() == [0, 0, 0]


def test_a_sync_returns_delta_after_the_end_of_its_stream() -> None:
    script = Script()
    script.launch((0, KERNEL, 100))
    script.launch((1, KERNEL, 300))
    script.item(Kind.SYNC, stream=0, gap_ns=1, duration_ns=2)
    script.item(Kind.SYNC, stream=ALL_STREAMS, gap_ns=1, duration_ns=2)
    played = play(script.program(), parameters(sync_return_ns=6))
    assert activities(played) == [(7, 107), (12, 312)]
    assert items(played)[2:] == [(11, 113), (114, 318)]
    assert played.blocked_ns.tolist() == [0, 0, 100, 202]


def test_a_sync_with_nothing_left_takes_its_own_duration() -> None:
    script = Script()
    script.item(Kind.SYNC, stream=0, duration_ns=2)
    script.launch(4)
    script.item(Kind.SYNC, stream=0, gap_ns=50, duration_ns=2)
    script.item(Kind.SYNC, stream=7, gap_ns=1, duration_ns=2)
    played = play(script.program(), parameters(sync_return_ns=6))
    assert items(played) == [(0, 2), (4, 7), (57, 59), (60, 62)]


def test_a_blocking_copy_returns_delta_after_its_end() -> None:
    script = Script()
    script.launch(100)
    script.launch((0, COPY, 10), blocking=1)
    script.launch(4)
    played = play(script.program(), parameters(sync_return_ns=6))
    assert activities(played) == [(7, 107), (109, 119), (132, 136)]
    assert items(played) == [(2, 5), (7, 125), (127, 130)]


def test_an_event_makes_another_stream_wait() -> None:
    script = Script()
    script.launch((0, KERNEL, 100))
    script.item(Kind.RECORD, stream=0, event=0, duration_ns=1)
    script.item(Kind.STREAM_WAIT, stream=1, event=0, duration_ns=1)
    script.launch((1, KERNEL, 10))
    script.launch((0, KERNEL, 10))
    script.item(Kind.EVENT_SYNC, event=0, duration_ns=1)
    played = play(script.program(), parameters(sync_return_ns=6))
    assert activities(played) == [(7, 107), (107, 117), (108, 118)]
    assert items(played)[-1] == (17, 113)


def test_an_event_of_an_idle_stream_is_recorded_at_once() -> None:
    script = Script()
    script.item(Kind.RECORD, stream=0, event=0, gap_ns=40)
    script.item(Kind.STREAM_WAIT, stream=1, event=0)
    script.launch((1, KERNEL, 10), floor_ns=0)
    played = play(script.program(), parameters())
    assert activities(played) == [(42, 52)]


def test_nothing_waits_for_an_event_that_is_recorded_later() -> None:
    script = Script()
    script.item(Kind.STREAM_WAIT, stream=1, event=0)
    script.item(Kind.EVENT_SYNC, event=0)
    script.launch((0, KERNEL, 100))
    script.launch((1, KERNEL, 10))
    script.item(Kind.RECORD, stream=0, event=0)
    played = play(script.program(), parameters())
    assert activities(played) == [(7, 107), (12, 22)]


def test_the_latest_record_of_an_event_counts() -> None:
    script = Script()
    script.launch(100)
    script.item(Kind.RECORD, stream=0, event=0)
    script.launch(100)
    script.item(Kind.RECORD, stream=0, event=0)
    script.item(Kind.EVENT_SYNC, event=0)
    assert items(play(script.program(), parameters()))[-1] == (10, 208)


def test_a_stream_that_waits_delays_its_own_events_and_syncs() -> None:
    script = Script()
    script.launch((0, KERNEL, 100))
    script.item(Kind.RECORD, stream=0, event=0)
    script.item(Kind.STREAM_WAIT, stream=1, event=0)
    script.item(Kind.SYNC, stream=1)
    assert items(play(script.program(), parameters()))[-1] == (5, 107)


def test_a_graph_starts_once_and_runs_through_at_its_own_gap() -> None:
    script = Script()
    script.launch(20)
    script.launch(10, (0, SET, 10), 10, graph=1, duration_ns=9)
    script.launch(10)
    played = play(script.program(), parameters(graph_gap_ns=2))
    # One floor and one gap for the graph, 2 between its nodes, then the gap of the stream.
    assert activities(played) == [(7, 27), (28, 38), (40, 50), (52, 62), (63, 73)]
    assert played.pending.tolist() == [0, 0, 1]


def test_a_graph_is_one_place_in_the_queue() -> None:
    script = Script()
    script.launch(100)
    script.launch(10, 10, 10, graph=1)
    script.launch(10)
    played = play(script.program(), parameters(queue_depth=2))
    assert played.pending.tolist() == [0, 0, 1]
    assert played.blocked_ns.tolist() == [0, 0, 0]


def test_a_launch_of_several_activities_that_is_no_graph_queues_them() -> None:
    script = Script()
    script.launch(10, (0, SET, 10))
    assert activities(play(script.program(), parameters())) == [(7, 17), (20, 30)]


def test_two_threads_share_a_stream_in_order_of_their_calls() -> None:
    script = Script()
    script.launch(10, thread=0, gap_ns=4)
    script.launch(20, thread=1, gap_ns=2)
    script.launch(30, thread=0, gap_ns=2)
    played = play(script.program(), parameters())
    assert items(played) == [(4, 7), (2, 5), (9, 12)]
    assert activities(played) == [(28, 38), (7, 27), (39, 69)]


def test_an_item_counts_its_gap_from_its_anchor() -> None:
    script = Script()
    script.item(Kind.WORK, thread=0, duration_ns=100)
    script.launch(10, thread=1, gap_ns=5, anchor=0)
    script.launch(10, thread=1, gap_ns=1, anchor=0)
    # The second could begin at 101, but its thread is free at 108 only.
    assert items(play(script.program(), parameters()))[1:] == [(105, 108), (108, 111)]


def test_threads_that_wait_for_each_other_for_ever_are_refused() -> None:
    script = Script()
    script.item(Kind.WORK, thread=0, anchor=1)
    script.item(Kind.WORK, thread=1, anchor=0)
    with pytest.raises(ValueError, match="deadlock: item 0 waits for ever for item 1"):
        play(script.program(), parameters())


def test_an_anchor_behind_its_own_thread_is_refused() -> None:
    script = Script()
    script.item(Kind.WORK)
    script.item(Kind.WORK, anchor=2)
    script.item(Kind.WORK)
    with pytest.raises(ValueError, match="deadlock: item 1 waits for ever for item 2"):
        play(script.program(), parameters())


def test_the_scales_and_the_profilers_cost() -> None:
    script = Script()
    script.item(Kind.WORK, gap_ns=10, duration_ns=40, operators=20)
    script.launch(100, gap_ns=30, duration_ns=8, operators=10)
    played = play(
        script.program(),
        parameters(host_scale=0.5, device_scale=2, alpha_ns=1.0, beta_ns=3.0),
    )
    # 20 ns of operators: 10 from the gap, 10 from the work. A call loses 3, and then half.
    # The launch: 0.5 (30 - 10) = 10, and 0.5 (8 - 3) = 2.5, rounded up.
    assert items(played) == [(0, 15), (25, 28)]
    assert activities(played) == [(30, 230)]


def test_the_setup_of_a_launch_is_host_time_before_it_takes_effect() -> None:
    script = Script()
    script.launch(10, duration_ns=40, setup_ns=30)
    assert activities(play(script.program(), parameters())) == [(2 + 30 + 5, 47)]
    # 0.5 · 2 to the begin, 0.5 · 30 to the effect, and the floor as it is.
    slower = play(script.program(), parameters(host_scale=0.5))
    assert activities(slower) == [(1 + 15 + 5, 31)]


def test_the_host_scale_does_not_reach_what_precedes_the_latency() -> None:
    script = Script()
    script.launch(10, prior=1)
    script.launch(10, gap_ns=20)
    assert items(play(script.program(), parameters(host_scale=0.5))) == [(2, 5), (15, 17)]


def test_a_stream_busy_with_other_work_holds_what_it_is_given() -> None:
    script = Script()
    script.launch((0, KERNEL, 10))
    script.launch((1, KERNEL, 10))
    script.item(Kind.SYNC, stream=0, duration_ns=2)
    played = play(script.program(), parameters(busy_ns=[100]))
    assert activities(played) == [(100, 110), (12, 22)]
    assert items(played)[-1] == (10, 110)


def test_a_floor_is_no_host_time() -> None:
    script = Script()
    script.launch(10, gap_ns=0, duration_ns=0, floor_ns=7)
    assert activities(play(script.program(), parameters(host_scale=0.0))) == [(7, 17)]
