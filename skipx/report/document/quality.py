"""What the trace is good for: findings, what the reader met, and the machine it tells of."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from skipx.metrics.result import Analysis
from skipx.records import Trace
from skipx.report.document.blocks import Cell, Column, DataTable, Fact, Facts
from skipx.report.document.cells import count_cell, name_cell
from skipx.report.findings_table import gravest_first, rank_of
from skipx.report.text import printable
from skipx.units import format_bytes, format_count, shorten_middle

LONGEST_VALUE = 200


def findings_table(analysis: Analysis) -> DataTable:
    """Return the quality findings, gravest first; an empty table says that nothing was found."""
    return DataTable(
        id="findings",
        title="Findings",
        columns=[
            Column("severity", number=False, prose=True),
            Column("finding", number=False, prose=True),
            Column("count"),
            Column("consequence", number=False, prose=True),
            Column("example", number=False),
        ],
        rows=[
            [
                Cell(found.severity, rank_of(found.severity)),
                name_cell(found.check),
                count_cell(found.count),
                name_cell(found.consequence),
                name_cell(found.example),
            ]
            for found in gravest_first(analysis.quality)
        ],
        note="" if analysis.quality else "Nothing was found that misleads a metric.",
    )


def reading_facts(trace: Trace) -> Facts:
    """Return what the reader met, and each kind of thing that it dropped or repaired."""
    counts = trace.counts
    lost = {
        "unreadable events": counts.unreadable_events,
        "missing durations": counts.missing_durations,
        "negative durations": counts.negative_durations,
        "bad timestamps": counts.bad_timestamps,
        "zero timestamps": counts.zero_timestamps,
        "bad ids": counts.bad_ids,
        "repaired names": counts.repaired_names,
        "undecodable names": counts.undecodable_names,
        "rounded timestamps": counts.rounded_timestamps,
        "duplicate correlations": counts.duplicate_correlations,
        "filtered events": counts.filtered_events,
    }
    source = trace.source
    size = format_bytes(source.text_bytes) if source.text_bytes else ""
    facts = [
        Fact("file", printable(source.path)),
        Fact("source", printable(source.kind), f"{size} of text" if size else ""),
        Fact("operators", format_count(len(trace.ops))),
        Fact("calls", format_count(len(trace.calls))),
        Fact("activities", format_count(len(trace.activities))),
        Fact("regions", format_count(len(trace.regions))),
        *(Fact(label, format_count(count)) for label, count in lost.items() if count),
    ]
    if counts.truncated_at is not None:
        facts.append(Fact("ends early", f"at byte {counts.truncated_at:,}"))
    return Facts("What was read", facts)


def machine_facts(trace: Trace) -> Facts:
    """Return what the trace tells of its machine and software, as it tells it."""
    environment = trace.environment
    facts = [
        Fact(f"device {number}", printable(name) or "not named")
        for number, name in environment.devices.items()
    ]
    used = {int(device) for device in trace.activities.device[:1]}
    for properties in environment.device_properties:
        if properties.get("id") in used or len(environment.device_properties) == 1:
            facts += _told(properties, skip=("id", "name"))
    return Facts("Machine and profiler, as the trace tells it", facts + _told(environment.metadata))


def software_facts(stamp: Mapping[str, Any], title: str = "This report") -> Facts:
    """Return the versions and the command that made something, by default the report."""
    command = " ".join(str(part) for part in stamp.get("command", ()))
    environment = stamp.get("environment", {})
    facts = [Fact(name, printable(str(version))) for name, version in environment.items()]
    return Facts(title, [*facts, Fact("command", printable(command))])


def _told(values: Mapping[str, Any], skip: Sequence[str] = ()) -> list[Fact]:
    return [
        Fact(printable(str(key)), _text(value)) for key, value in values.items() if key not in skip
    ]


def _text(value: Any) -> str:
    text = value if isinstance(value, str) else json.dumps(value, default=str)
    return shorten_middle(printable(text), LONGEST_VALUE)
