"""``skipx compare`` on platforms: section V-D of the paper, and platforms without a sweep."""

from __future__ import annotations

from pathlib import Path

from skipx.platforms import preset
from skipx.platforms.files import write
from tests.cli.conftest import Skipx
from tests.report.rendering import plain

BERT = ("--model", "bert-base-uncased")


def test_section_v_d_in_one_command(skipx: Skipx) -> None:
    done = skipx("compare", "intel-h100", "gh200", *BERT, "--json")
    (pair,) = done.json()["pairs"]
    latency = {p["conditions"]["batch"]: p["metrics"][0] for p in pair["points"]}
    assert latency[1]["metric"] == "il_ns"
    assert (latency[1]["verdict"], latency[64]["verdict"]) == ("SLOWER", "FASTER")
    assert latency[1]["reason"].startswith("emulated: exact for the model")
    paper = {(row["kind"], row["batch"]): row for row in done.json()["paper"]}
    assert paper["latency ratio", 1]["paper"] == "2.80x"
    assert paper["latency ratio", 1]["reproduced"]
    assert paper["latency ratio", 1]["emulated"] == f"{latency[1]['ratio']:.2f}x"
    assert paper["crossover", None]["emulated"] == "16"
    shown = skipx("compare", "intel-h100", "gh200", *BERT)
    assert (
        "gh200 is SLOWER than intel-h100 up to batch 8 and FASTER from 16 on (bert-base-uncased)"
    ) in plain(shown.out)
    assert "EMULATED" in shown.out


def test_a_baseline_of_any_place_has_the_paper_s_figures(skipx: Skipx) -> None:
    """Ratios are of the target's two platforms, whichever comes first."""
    figures = []
    for order in (("intel-h100", "amd-a100", "gh200"), ("gh200", "intel-h100", "amd-a100")):
        found = skipx("compare", *order, *BERT, "--json").json()["paper"]
        figures.append({(r["kind"], r["platform"], r["other"], r["batch"]): r for r in found})
    assert figures[0] == figures[1]
    assert ("latency ratio", "gh200", "amd-a100", 8) in figures[0]
    few = skipx("compare", "intel-h100", "gh200", *BERT, "--batch", "1,64", "--json").json()
    assert {row["kind"] for row in few["paper"]} == {"latency ratio"}
    other = skipx("compare", "intel-h100", "gh200", *BERT, "--sequence", "128", "--json").json()
    assert other["paper"] == []


def test_a_platform_that_cannot_be_emulated_leaves_the_sweep_out(skipx: Skipx) -> None:
    done = skipx("compare", "intel-h100", "h100-taxbreak")
    assert done.code == 0
    assert "h100-taxbreak cannot be emulated" in done.err
    assert "What the platforms state" in done.out
    assert skipx("compare", "intel-h100", "h100-taxbreak", *BERT).code == 2


def test_two_files_of_one_platform_are_told_apart(skipx: Skipx, tmp_path: Path) -> None:
    for name in ("old.json", "new.json"):
        write(preset("gh200"), tmp_path / name)
    done = skipx(
        "compare", tmp_path / "old.json", tmp_path / "new.json", *BERT, "--batch", "1", "--json"
    )
    assert [one["label"] for one in done.json()["subjects"]] == ["old.json", "new.json"]
    (pair,) = done.json()["pairs"]
    assert {row["verdict"] for row in pair["quantities"]} == {"SAME"}
    assert done.json()["paper"] == []
