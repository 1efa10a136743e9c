"""Which sheets each kind of result has, by the name that ``--table`` takes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from skipx.fusion.result import Candidate, ChainAnalysis, LengthRow
from skipx.metrics.result import Analysis, KernelRow, Metrics
from skipx.report.sheets import Sheet, make_sheet
from skipx.sources.checks import Finding


def analysis_sheets(results: Sequence[Analysis]) -> dict[str, Sheet]:
    """Return ``metrics`` (a row a trace), ``top_kernels`` and ``breakdowns``."""
    return {
        "metrics": make_sheet(
            Metrics,
            ((_analysis_keys(result), result.total) for result in results),
            file=str,
            synthetic=bool,
            devices=str,
            floor_source=str,
            floor_ns=int,
            quality_errors=int,
            quality_warnings=int,
            quality_notes=int,
        ),
        "top_kernels": make_sheet(
            KernelRow,
            (
                (_keys(result, order=order, rank=rank), row)
                for result in results
                for order, rows in _orders(result)
                for rank, row in enumerate(rows, 1)
            ),
            file=str,
            synthetic=bool,
            order=str,
            rank=int,
        ),
        "breakdowns": make_sheet(
            Metrics,
            (
                (_keys(result, by=axis, label=part.label), part.metrics)
                for result in results
                for axis in ("region", "device", "stream", "thread")
                for part in getattr(result, f"by_{axis}")
            ),
            file=str,
            synthetic=bool,
            by=str,
            label=str,
        ),
    }


def chains_sheets(results: Sequence[ChainAnalysis]) -> dict[str, Sheet]:
    """Return ``lengths`` (a row a length) and ``candidates``."""
    return {
        "lengths": make_sheet(
            LengthRow,
            (
                (_keys(result, threshold=result.threshold, k_eager=result.k_eager), row)
                for result in results
                for row in result.lengths
            ),
            file=str,
            synthetic=bool,
            threshold=float,
            k_eager=float,
        ),
        "candidates": make_sheet(
            Candidate,
            (
                (_keys(result, rank=rank), candidate)
                for result in results
                for rank, candidate in enumerate(result.candidates, 1)
            ),
            file=str,
            synthetic=bool,
            rank=int,
        ),
    }


def findings_sheets(
    findings_by_file: Iterable[tuple[str, bool, Sequence[Finding]]],
) -> dict[str, Sheet]:
    """Return ``findings``: a row a finding of each (file, synthetic, findings)."""
    return {
        "findings": make_sheet(
            Finding,
            (
                ({"file": file, "synthetic": synthetic}, finding)
                for file, synthetic, findings in findings_by_file
                for finding in findings
            ),
            file=str,
            synthetic=bool,
        )
    }


def _keys(result: Analysis | ChainAnalysis, **more: object) -> Mapping[str, object]:
    return {"file": result.file, "synthetic": result.synthetic, **more}


def _analysis_keys(result: Analysis) -> Mapping[str, object]:
    severities = Counter(finding.severity for finding in result.quality)
    return _keys(
        result,
        devices=", ".join(result.devices),
        floor_source=result.floor.source,
        floor_ns=result.floor.default_ns,
        quality_errors=severities["error"],
        quality_warnings=severities["warning"],
        quality_notes=severities["note"],
    )


def _orders(result: Analysis) -> list[tuple[str, Sequence[KernelRow]]]:
    top = result.top_kernels
    return [("count", top.by_count), ("duration", top.by_duration), ("tklqt", top.by_tklqt)]
