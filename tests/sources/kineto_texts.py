"""Random traces, and random spellings of the same trace, for tests of the reader."""

from __future__ import annotations

from random import Random
from typing import Any

from hypothesis import strategies as st

from tests.sources.kineto_oracle import NumberText

CATEGORIES = (
    "cpu_op",
    "Operator",
    "user_annotation",
    "python_function",
    "cuda_runtime",
    "Runtime",
    "cuda_driver",
    "kernel",
    "Kernel",
    "gpu_memcpy",
    "Memset",
    "gpu_user_annotation",
    "ac2g",
)
GOOD_EVENT = {
    "ph": "X",
    "cat": "cpu_op",
    "name": "aten::add",
    "pid": NumberText("1"),
    "tid": NumberText("1"),
    "ts": NumberText("1"),
    "dur": NumberText("1"),
}

_SHORT_ESCAPES = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\t": "\\t", "/": "\\/", "\b": "\\b"}


def numbers(low: int, high: int) -> st.SearchStrategy[NumberText]:
    """Numbers in every spelling that JSON has."""
    whole = st.integers(low, high)
    digits = st.integers(0, 999_999_999)
    spellings = st.one_of(
        whole.map(str),
        st.tuples(whole, digits, st.integers(1, 9)).map(lambda t: f"{t[0]}.{t[1]:09d}"[: -t[2]]),
        st.tuples(st.integers(-99, 99), st.integers(0, 6)).map(lambda t: f"{t[0]}e{t[1]}"),
        st.tuples(st.integers(-99_999, 99_999), st.integers(1, 6)).map(lambda t: f"{t[0]}E-{t[1]}"),
        st.tuples(digits, st.integers(0, 3)).map(lambda t: f"0.{t[0]:09d}E+{t[1]}"),
        st.just("-0"),
    )
    return spellings.map(lambda text: NumberText(text.removesuffix(".")))


IDS = st.one_of(
    st.integers(-1, 40).map(str),
    st.integers(-(1 << 62), 1 << 62).map(str),
    st.sampled_from(["12.0", "1e3", str(1 << 63), str((1 << 64) - 1), "4294967295", "1.5"]),
).map(NumberText)
TIDS = st.one_of(st.integers(0, 3).map(lambda n: NumberText(str(n))), st.just("stream 7"))
NAMES = st.one_of(
    st.sampled_from(["aten::mm", "ProfilerStep#3", "nn.Module: Linear_0", "cudaLaunchKernel"]),
    st.text(max_size=30),
)
SHAPES = st.lists(st.integers(0, 9).map(lambda n: NumberText(str(n))), max_size=3)
ANYTHING = st.recursive(
    st.one_of(st.none(), st.booleans(), numbers(-9, 9), st.text(max_size=8)),
    lambda inner: st.one_of(
        st.lists(inner, max_size=2),
        st.dictionaries(st.sampled_from(["ts", "correlation", "args", "}"]), inner, max_size=2),
    ),
    max_leaves=4,
)


@st.composite
def events(draw: st.DrawFn) -> dict[str, Any]:
    """One event, mostly as Kineto writes it."""
    optional = {
        "name": NAMES,
        "pid": TIDS,
        "tid": TIDS,
        "ts": numbers(-(10**6), 2 * 10**15),
        "dur": numbers(-2, 10**9),
        "cat": st.sampled_from(CATEGORIES),
        "id": IDS,
        "extra": ANYTHING,
        "args": st.one_of(_arguments(), ANYTHING),
    }
    event: dict[str, Any] = {"ph": draw(st.sampled_from("XXXXXXMifsC"))}
    for key, values in optional.items():
        if draw(st.integers(0, 15)):
            event[key] = draw(values)
    if event["ph"] == "M":
        event["name"] = draw(st.sampled_from(["thread_name", "process_name"]))
        event.pop("cat", None)
    return event


def _arguments() -> st.SearchStrategy[dict[str, Any]]:
    keys: dict[str, st.SearchStrategy[Any]] = {
        "External id": IDS,
        "correlation": IDS,
        "device": IDS,
        "stream": IDS,
        "graph node id": IDS,
        "bytes": IDS,
        "grid": SHAPES,
        "block": SHAPES,
        "name": st.text(max_size=9),
        "Input Dims": ANYTHING,
        "Call stack": ANYTHING,
    }
    return st.fixed_dictionaries({}, optional=keys)


DOCUMENTS = st.builds(
    lambda found, head, as_list: (
        [GOOD_EVENT, *found] if as_list else {**head, "traceEvents": [GOOD_EVENT, *found]}
    ),
    st.lists(events(), max_size=6),
    st.dictionaries(st.sampled_from(["schemaVersion", "x", "]"]), ANYTHING, max_size=2),
    st.booleans(),
)


def spell(value: Any, random: Random) -> bytes:
    """Write ``value`` as JSON in one of its many spellings; members of objects in any order.

    Plain ASCII letters are never written as escapes: no writer does that, and the reader compares
    keys and categories as they stand in the file.
    """
    return _spell(value, random, random.choice(["", " ", "\n", "\r\n\t", "  \n    "])).encode()


def _spell(value: Any, random: Random, space: str) -> str:
    def gap() -> str:
        return space if random.random() < 0.5 else ""

    if isinstance(value, NumberText):
        return str(value)
    if isinstance(value, str):
        return '"' + "".join(_spell_character(c, random) for c in value) + '"'
    if isinstance(value, dict):
        members = [
            f"{_spell(k, random, space)}{gap()}:{gap()}{_spell(v, random, space)}"
            for k, v in random.sample(list(value.items()), len(value))
        ]
        return "{" + gap() + f"{gap()},{gap()}".join(members) + gap() + "}"
    if isinstance(value, list):
        items = [_spell(item, random, space) for item in value]
        return "[" + gap() + f"{gap()},{gap()}".join(items) + gap() + "]"
    return {None: "null", True: "true", False: "false"}[value]


def _spell_character(character: str, random: Random) -> str:
    if character in _SHORT_ESCAPES and random.random() < 0.5:
        return _SHORT_ESCAPES[character]
    must = character in '"\\' or character < " "
    may = character > "~" or character in "/<>&'"
    if must or (may and random.random() < 0.5):
        units = character.encode("utf-16-be")
        return "".join(f"\\u{units[i]:02x}{units[i + 1]:02X}" for i in range(0, len(units), 2))
    return character
