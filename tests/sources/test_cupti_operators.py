"""Operators of a live trace, from a stand-in for PyTorch's profiler."""

from __future__ import annotations

from tests.sources.test_cupti import live

# As PyTorch's: it stamps with the host's clock, and its file tells times since a base.
TORCH = """
class FakeProfile:
    def __init__(self, activities):
        assert activities == ["cpu"]
        self.ops, self.running = [], False
        FakeProfile.last = self
    def __enter__(self):
        self.running = True
        return self
    def __exit__(self, *args):
        self.running = False
    def export_chrome_trace(self, path):
        base = 1_700_000_000_000_000_000
        def event(cat, name, begin, end):
            dur = end - begin
            ts = f"{(begin - base) // 1000}.{(begin - base) % 1000:03d}"
            return ('{"ph":"X","cat":"%s","name":"%s","pid":%d,"tid":%d,"ts":%s,"dur":%d.%03d}'
                    % (cat, name, os.getpid(), threading.get_native_id(), ts,
                       dur // 1000, dur % 1000))
        events = ",".join(event(*op) for op in self.ops)
        with open(path, "w") as file:
            file.write('{"baseTimeNanoseconds":%d,"traceEvents":[%s]}' % (base, events))

class op:
    def __init__(self, name, cat="cpu_op"):
        self.name, self.cat = name, cat
    def __enter__(self):
        self.begin = time.time_ns()
    def __exit__(self, *args):
        profile = FakeProfile.last
        if profile.running:
            profile.ops.append((self.cat, self.name, self.begin, time.time_ns()))

torch = types.ModuleType("torch")
torch.profiler = types.SimpleNamespace(
    profile=FakeProfile, ProfilerActivity=types.SimpleNamespace(CPU="cpu"))
"""


def with_torch(code: str, *, imported: bool = True) -> object:
    install = 'sys.modules["torch"] = torch\n' if imported else ""
    return live(TORCH + install + code)


RUN = """
with skipx.profile(**options) as p:
    with op("step of mine", "user_annotation"), p.region("mine"):
        with op("aten::linear"):
            with op("aten::addmm"):
                launcher.idle(1)
        launcher.idle(1)
t = p.trace
call_of = t.activities.call
tell({
    "ops": names(t, t.ops),
    "roots": [t.name_of(t.ops, row) for row in t.ops.root],
    "op_of_kernel": [t.name_of(t.ops, op) if op >= 0 else "" for op in t.calls.op[call_of]],
    "regions": sorted(names(t, t.regions)),
    "threads": len(t.threads),
    "il_start": skipx.analyze(t).total.il_start,
})
"""


def test_kernels_belong_to_the_operators_around_their_calls() -> None:
    told = with_torch("options = {}\n" + RUN)
    assert isinstance(told, dict)
    assert told["ops"] == ["aten::linear", "aten::addmm"]
    assert told["roots"] == ["aten::linear", "aten::linear"]
    assert told["op_of_kernel"] == ["aten::addmm", ""]
    assert told["regions"] == ["mine", "step of mine"]
    assert told["threads"] == 1  # PyTorch's thread is CUPTI's
    assert "aten" in told["il_start"]


def test_operators_may_be_left_out() -> None:
    told = with_torch("options = {'operators': False}\nFakeProfile(['cpu'])\n" + RUN)
    assert isinstance(told, dict)
    assert told["ops"] == []
    assert told["regions"] == ["mine"]


def test_torch_that_is_not_imported_is_not_imported() -> None:
    told = with_torch(
        """
with skipx.profile() as p:
    launcher.idle(1)
tell([len(p.trace.ops), "torch" in sys.modules,
      refusal(lambda: skipx.profile(operators=True))])
""",
        imported=False,
    )
    assert isinstance(told, list)
    assert told[:2] == [0, False]
    assert told[2][:2] == ["UsageError", 2]


def test_the_profiler_is_stopped_when_the_session_cannot_begin() -> None:
    told = with_torch(
        """
run_script("fail=cuptiActivityEnable:999")
found = refusal(lambda: skipx.profile().__enter__())
tell([found[0], FakeProfile.last.running])
"""
    )
    assert told == ["MeasurementRefusedError", False]
