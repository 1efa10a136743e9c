"""Each quality check: when it speaks, how gravely, and of which event."""

from __future__ import annotations

import dataclasses
from typing import Any

import pytest

from skipx.records import Api, CallKind, ReadCounts
from skipx.sources.checks import Finding, check, misleads
from tests.builders import TraceBuilder


def findings(builder: TraceBuilder, counts: ReadCounts | None = None) -> dict[str, Finding]:
    return {finding.check: finding for finding in check(builder.build(counts=counts))}


def launches(n: int, *, begin: int = 1000) -> TraceBuilder:
    builder = TraceBuilder().op("aten::mm", begin, 1000 * n)
    for i in range(n):
        builder.launch("k", at=begin + 1000 * i, latency=10, dur=20)
    return builder


def test_a_sound_trace_has_no_findings() -> None:
    assert check(launches(20).build()) == ()
    assert not misleads(())


def test_gravest_come_first() -> None:
    counts = ReadCounts(events=1000, truncated_at=77, repaired_names=1, bad_ids=1)
    severities = [finding.severity for finding in check(launches(20).build(counts=counts))]
    assert severities == ["error", "warning", "note"]


class TestOrphans:
    @pytest.mark.parametrize(("launched", "severity"), [(19, "error"), (20, "warning")])
    def test_severity_turns_at_five_per_cent(self, launched: int, severity: str) -> None:
        builder = launches(launched).kernel("lost", 2500, 5)
        found = findings(builder)["orphan-kernels"]
        assert (found.severity, found.count, found.example) == (severity, 1, "lost at 1.500 us")
        assert misleads([found]) is (severity == "error")

    def test_carried_over_kernels_start_before_all_that_was_launched_on_their_stream(self) -> None:
        builder = launches(20).kernel("carried over", 900, 5).kernel("lost", 2500, 5)
        builder.kernel("another stream's", 1900, 5, stream=9)
        builder.launch("k", at=5000, latency=600, dur=5, stream=9)
        found = findings(builder)
        assert found["orphan-kernels"].count == 3
        assert found["dropped-start"].count == 2
        assert found["dropped-start"].example == "carried over at 0 ns"
        assert "GPU idle" in found["dropped-start"].consequence

    def test_a_stream_of_orphans_only_is_not_the_start_of_anything(self) -> None:
        found = findings(launches(40).kernel("lost", 900, 5, stream=9))
        assert "orphan-kernels" in found
        assert "dropped-start" not in found


class TestLatencies:
    @pytest.mark.parametrize(("sound", "severity"), [(98, "error"), (99, "warning")])
    def test_negative_latency(self, sound: int, severity: str) -> None:
        builder = launches(sound).launch("early", at=500_000, latency=-7, dur=2)
        found = findings(builder)["negative-latency"]
        assert (found.severity, found.count) == (severity, 1)
        assert found.example.startswith("early at ")
        assert "by up to 7 ns" in found.consequence

    def test_zero_timestamps_far_from_the_rest(self) -> None:
        found = findings(launches(5, begin=10**12).op("aten::lost", 0, 5))["zero-timestamps"]
        assert (found.severity, found.count) == ("error", 1)
        assert found.example == "aten::lost at 0 ns"

    def test_a_trace_may_begin_at_zero(self) -> None:
        assert "zero-timestamps" not in findings(launches(5, begin=0))

    def test_nothing_but_zeros_is_no_finding_of_its_own(self) -> None:
        assert "zero-timestamps" not in findings(TraceBuilder().op("a", 0, 1).kernel("k", 0, 1))


class TestLaunches:
    def test_unknown_launch_api(self) -> None:
        builder = launches(20).call("newLaunch", 90_000, 5, correlation=99, kind=CallKind.UNKNOWN)
        found = findings(builder.kernel("k", 90_010, 5, correlation=99))["unknown-launch-api"]
        assert (found.severity, found.count, found.example) == ("warning", 1, "newLaunch")

    def test_launches_without_a_kernel(self) -> None:
        builder = launches(20).call("cudaLaunchKernel", 1500, 5, correlation=99)
        found = findings(builder)["launches-of-nothing"]
        assert (found.severity, found.count) == ("warning", 1)
        assert found.example == "cudaLaunchKernel at 500 ns"

    def test_a_driver_call_nested_in_a_launch_launched_what_the_launch_did(self) -> None:
        builder = launches(20).call("cudaLaunchKernel", 90_000, 9, correlation=99)
        builder.call("cuLaunchKernel", 90_002, 5, correlation=99, api=Api.DRIVER)
        assert findings(builder.kernel("k", 90_020, 5, correlation=99)) == {}

    def test_no_kernels_though_there_were_launches(self) -> None:
        builder = TraceBuilder().op("aten::mm", 0, 50).call("cudaLaunchKernel", 10, 5)
        found = findings(builder)["no-kernels"]
        assert (found.severity, found.count) == ("error", 1)
        assert found.example == "cudaLaunchKernel at 10 ns"

    def test_a_trace_of_the_cpu_alone(self) -> None:
        found = check(TraceBuilder().op("aten::mm", 0, 50).build())
        assert [(f.check, f.severity) for f in found] == [("no-kernels", "warning")]
        assert not misleads(found)

    def test_an_empty_trace(self) -> None:
        assert [finding.check for finding in check(TraceBuilder().build())] == ["no-kernels"]


class TestOverlaps:
    @pytest.mark.parametrize(("apart", "severity"), [(18, "warning"), (30, "note")])
    def test_kernels_of_one_stream(self, apart: int, severity: str) -> None:
        builder = launches(apart).launch("long", at=90_000, latency=10, dur=500)
        builder.launch("inside", at=90_001, latency=100, dur=5)
        found = findings(builder)["overlapping-kernels"]
        assert (found.severity, found.count) == (severity, 1)
        assert found.example.startswith("inside at ")

    def test_two_streams_may_overlap_and_so_may_copies(self) -> None:
        builder = launches(20).launch("k", at=1001, latency=10, dur=20, stream=8)
        assert "overlapping-kernels" not in findings(builder.memcpy("copy", 1012, 100))

    def test_an_overlap_with_a_kernel_before_the_last(self) -> None:
        builder = launches(40).launch("long", at=90_000, latency=10, dur=500)
        builder.launch("short", at=90_001, latency=100, dur=5)
        builder.launch("still inside", at=90_002, latency=200, dur=5)
        assert findings(builder)["overlapping-kernels"].count == 2


class TestReading:
    def test_an_unfinished_file(self) -> None:
        found = findings(launches(5), ReadCounts(events=9, truncated_at=1234))["truncated"]
        assert (found.severity, found.example) == ("error", "byte 1,234")

    @pytest.mark.parametrize(
        ("counter", "few", "many"),
        [
            ("unreadable_events", "warning", "error"),
            ("bad_timestamps", "warning", "error"),
            ("missing_durations", "warning", "error"),
            ("negative_durations", "warning", "error"),
            ("bad_ids", "warning", "error"),
            ("duplicate_correlations", "warning", "error"),
            ("repaired_names", "note", "note"),
            ("undecodable_names", "note", "note"),
            ("rounded_timestamps", "note", "note"),
            ("filtered_events", "note", "note"),
        ],
    )
    def test_oddities(self, counter: str, few: str, many: str) -> None:
        for count, severity in ((9, few), (10, many)):
            counted: dict[str, Any] = {counter: count}
            counts = ReadCounts(events=1000, examples={counter: 4096}, **counted)
            found = findings(launches(5), counts)[counter.replace("_", "-")]
            assert (found.severity, found.count) == (severity, count)
            assert found.example == "byte 4,096"
            assert found.consequence

    def test_nothing_that_the_reader_counts_is_passed_over(self) -> None:
        # Zero timestamps are judged by the events themselves.
        spoken_of_elsewhere = {"events", "complete_events", "zero_timestamps"}
        counters = [
            field.name
            for field in dataclasses.fields(ReadCounts)
            if field.type == "int" and field.name not in spoken_of_elsewhere
        ]
        assert "bad_ids" in counters
        for counter in counters:
            counted: dict[str, Any] = {counter: 1}
            counts = ReadCounts(events=1000, **counted)
            assert counter.replace("_", "-") in findings(launches(5), counts)
