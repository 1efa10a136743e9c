"""The shipped platforms and the published rows: the same figures, each by its definition."""

from __future__ import annotations

from pathlib import Path

import pytest

from skipx.platforms import PRESETS, REFERENCES, Definition, Provenance, Reference, load, preset

ROOT = Path(__file__).resolve().parents[2]

PAPER = {"amd-a100": "AMD+A100", "intel-h100": "Intel+H100", "gh200": "GH200"}
TAXBREAK = {"h100-taxbreak": ("H100", 4578), "h200-taxbreak": ("H200", 4452)}


def published(machine: str, definition: Definition) -> list[Reference]:
    return [row for row in REFERENCES if (row.machine, row.definition) == (machine, definition)]


PUBLISHED = {*PAPER, *TAXBREAK}


def test_the_published_platforms_are_presets() -> None:
    assert set(PRESETS) >= PUBLISHED


@pytest.mark.parametrize("name", sorted(PUBLISHED))
def test_a_preset_of_published_figures_says_so(name: str) -> None:
    platform = preset(name)
    assert platform.name == name
    assert platform.provenance is Provenance.PUBLISHED
    assert not platform.measured
    assert "arXiv 2" in platform.citation


@pytest.mark.parametrize("name", [name for name in PRESETS if name not in PUBLISHED] or [None])
def test_any_other_preset_was_measured_on_a_device(name: str | None) -> None:
    if name is None:
        pytest.skip("no device has been measured yet")
    platform = preset(name)
    assert (platform.name, platform.measured) == (name, True)
    assert platform.environment is not None
    assert "Virtual" not in platform.environment.gpu
    results = ROOT / platform.citation.partition(", ")[2]
    assert load(results / "platform.json").launch_floor_ns == platform.launch_floor_ns


@pytest.mark.parametrize(("name", "machine"), PAPER.items())
def test_table_v_is_a_call_duration_and_no_floor(name: str, machine: str) -> None:
    platform = preset(name)
    (call,) = published(machine, Definition.CALL)
    (duration,) = published(machine, Definition.DURATION)
    assert platform.call_ns.default is not None
    assert platform.null_kernel_ns is not None
    assert platform.call_ns.default.value == call.ns
    assert platform.null_kernel_ns.value == duration.ns
    assert platform.launch_floor_ns.default is None
    assert not platform.launch_floor_ns.by_call
    assert "no launch floor" in platform.note
    assert published(machine, Definition.T_L) == []


@pytest.mark.parametrize(("name", "row"), TAXBREAK.items())
def test_taxbreak_is_a_floor(name: str, row: tuple[str, int]) -> None:
    machine, floor = row
    platform = preset(name)
    assert platform.launch_floor_ns.default is not None
    assert platform.launch_floor_ns.default.ns == floor
    medians = [r.ns for r in published(machine, Definition.T_L) if r.statistic == "p50"]
    assert medians == [floor]


@pytest.mark.parametrize(
    ("name", "fp16", "hbm", "sms", "coupling"),
    [
        ("amd-a100", 312e12, 2.039e12, 108, "loose"),
        ("intel-h100", 756e12, 2.0e12, 114, "loose"),
        ("gh200", 989e12, 4.0e12, 132, "close"),
    ],
)
def test_peaks(name: str, fp16: float, hbm: float, sms: int, coupling: str) -> None:
    hardware = preset(name).hardware
    assert hardware is not None
    assert (hardware.fp16_flops_per_s, hardware.hbm_bytes_per_s) == (fp16, hbm)
    assert (hardware.multiprocessors, hardware.coupling) == (sms, coupling)


@pytest.mark.parametrize(
    ("machine", "overhead", "duration"),
    [("AMD+A100", 2260.5, 1440.0), ("Intel+H100", 2374.6, 1235.2), ("GH200", 2771.6, 1171.2)],
)
def test_table_v_as_the_paper_has_it(machine: str, overhead: float, duration: float) -> None:
    """definitions.md, section 7: "Table V of the paper" (launch overhead / duration)."""
    assert [row.ns for row in published(machine, Definition.CALL)] == [overhead]
    assert [row.ns for row in published(machine, Definition.DURATION)] == [duration]


@pytest.mark.parametrize(("machine", "mean_us"), [("H100", 4.71), ("H200", 4.50)])
def test_taxbreaks_floors_as_it_has_them(machine: str, mean_us: float) -> None:
    """definitions.md, section 7: "TaxBreak's floor: H100 4.71 µs, H200 4.50 µs mean"."""
    rows = {row.statistic: row.ns for row in published(machine, Definition.T_L)}
    assert rows["mean"] == pytest.approx(1000 * mean_us, abs=5)
    assert rows["p50"] < rows["mean"] < rows["p95"]


def test_every_row_has_its_source() -> None:
    assert len(REFERENCES) == 12
    for row in REFERENCES:
        assert row.source.startswith(("SKIP, arXiv 2504.11750", "TaxBreak, arXiv 2603.12465"))
        assert row.definition.meaning
        assert row.definition.unit == "ns"


@pytest.mark.parametrize("definition", Definition)
def test_every_definition_has_a_meaning_and_a_unit(definition: Definition) -> None:
    assert definition.meaning
    assert definition.unit in {"ns", "bytes/s", "launches", "ratio"}
