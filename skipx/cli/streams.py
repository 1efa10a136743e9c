"""``skipx streams``: the operator streams that emulation plays, and how a new one is recorded."""

from __future__ import annotations

import sys
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from skipx.cli import options
from skipx.cli.command import add_command, new_app
from skipx.cli.output import Output, Result

if TYPE_CHECKING:
    from skipx.report.streams_page import StreamRow

Model = Annotated[
    str,
    typer.Argument(
        metavar="MODEL",
        help="A model that skipx builds, a Hugging Face name or folder, or MODULE:FUNCTION.",
    ),
]
Folder = Annotated[
    Path, typer.Option("--output", "-o", metavar="FOLDER", help="Where the file is put.")
]
Attention = Annotated[str, typer.Option(metavar="NAME", help="eager, sdpa or sdpa:BACKEND.")]
Dtype = Annotated[str, typer.Option(metavar="NAME", help="float16, bfloat16 or float32.")]
Head = Annotated[str, typer.Option(metavar="NAME", help="none or lm; by default the usual one.")]
Phase = Annotated[str, typer.Option(metavar="NAME", help="prefill, or decode: one more token.")]
SequenceTo = Annotated[
    int | None,
    typer.Option(metavar="N", min=80, help="Longest sequence, where the model does not tell."),
]


def list_streams(
    context: typer.Context,
    json: options.Json = False,
    output: options.OutputFile = None,
    force: options.Force = False,
    debug: options.Debug = False,
) -> None:
    """List the operator streams that come with skipx.

    Examples:
      skipx streams list
      skipx streams list -o streams.csv
    """
    from skipx.report.sheets import make_sheet
    from skipx.report.streams_page import StreamRow, StreamsPage

    out = Output(json, output, force)
    out.check()
    rows = _rows()
    result = Result(
        kind="streams",
        document=lambda: {"streams": [asdict(row) for row in rows]},
        sheets=lambda: {"streams": make_sheet(StreamRow, [({}, row) for row in rows])},
        pages=lambda: [StreamsPage(rows)],
    )
    out.emit(result, context.obj)


def record_stream(
    context: typer.Context,
    model: Model,
    attention: Attention = "eager",
    dtype: Dtype = "bfloat16",
    head: Head = "",
    phase: Phase = "prefill",
    sequence_to: SequenceTo = None,
    output: Folder = Path(),
    force: options.Force = False,
    debug: options.Debug = False,
) -> None:
    """Record a model's operator stream, without its weights and without a GPU.

    The model runs on PyTorch's meta device, which knows shapes alone. The stream is checked at
    batch sizes and sequence lengths where it was not recorded. Emulation takes the file's path in
    place of a model's name.

    Examples:
      skipx streams record bert-base-uncased
      skipx streams record Llama-3.2-1B --attention sdpa --phase decode -o streams
      skipx streams record my_models.py:tiny --sequence-to 1024
    """
    from skipx.cli.progress import ProgressBar
    from skipx.emulate.streams import write_stream
    from skipx.emulate.streams.catalog import key_of
    from skipx.emulate.streams.recording.record import record
    from skipx.errors import UsageError
    from skipx.prefill.models import load_workload
    from skipx.report.text import printable

    if phase not in ("prefill", "decode"):
        raise UsageError(f"there is no phase {phase!r}", hint="prefill or decode")
    if not output.is_dir():
        raise UsageError("is no folder", where=str(output))
    with ProgressBar("points") as bar:
        bar.phase("building")
        workload = load_workload(model, head=head, attention=attention, dtype=dtype, device="meta")
        limit = sequence_to or workload.sequence_to
        command = " ".join(context.obj)
        stream = record(
            workload, sequence_to=limit, phase=phase, command=command, progress=bar.phase
        )
    path = output / key_of(stream).file_name
    write_stream(stream, path, force=force)
    sys.stderr.write(f"skipx: wrote {printable(str(path))}\n")


def _rows() -> list[StreamRow]:
    from skipx.emulate.streams.catalog import STREAMS, load_key
    from skipx.report.streams_page import StreamRow

    streams = [load_key(key) for key in STREAMS]
    return [
        StreamRow(
            model=stream.origin.model,
            transformers=stream.origin.transformers,
            torch=stream.origin.torch,
            phase=stream.origin.phase,
            attention=stream.origin.attention,
            dtype=stream.origin.dtype,
            head=stream.origin.head,
            parameters=stream.origin.parameters,
            operators=len(stream.sequence_for(1).operator),
            kernels=stream.kernel_count(1),
            sequence_to=stream.domain.sequence_to,
        )
        for stream in streams
    ]


app = new_app("streams", "Operator streams of models: what emulation plays.")
add_command(app, list_streams, "list")
add_command(app, record_stream, "record")
