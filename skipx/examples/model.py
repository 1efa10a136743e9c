"""The synthetic model: a pre-norm decoder with eager attention, as a stream of operators."""

from __future__ import annotations

from skipx.examples import kernels
from skipx.examples.host import HostThread
from skipx.examples.kernels import Kernel


def run_step(host: HostThread, number: int) -> None:
    """Run prefill step ``number``: inputs in, the model, and a wait for the device."""
    recipe = host.recipe
    mark = "ProfilerStep" if host.index == 0 else "worker"
    with host.annotation(f"{mark}#{number}"):
        with host.op("aten::to"), host.op("aten::_to_copy"), host.op("aten::copy_"):
            host.copy_in(8 * recipe.batch * recipe.sequence)
        if recipe.graph:
            with host.graph():
                _forward(host)
        else:
            _forward(host)
        host.synchronize()


def _forward(host: HostThread) -> None:
    recipe = host.recipe
    rows, width = recipe.batch * recipe.sequence, recipe.hidden
    with host.module("SyntheticForCausalLM_0"):
        with host.module("Decoder_0"):
            for index in range(2):
                with host.module(f"Embedding_{index}"):
                    _embed(host, rows)
            _pointwise(host, "aten::add", "add", rows * width, 3)
            for layer in range(recipe.layers):
                with host.module(f"DecoderLayer_{layer}"):
                    _layer(host, layer)
            _layer_norm(host, 2 * recipe.layers)
        _linear(host, 6 * recipe.layers, rows, recipe.vocabulary, width)


def _layer(host: HostThread, layer: int) -> None:
    recipe = host.recipe
    rows, width = recipe.batch * recipe.sequence, recipe.hidden
    _layer_norm(host, 2 * layer)
    with host.module(f"Attention_{layer}"):
        _attention(host, layer)
    _pointwise(host, "aten::add", "add", rows * width, 3)
    _layer_norm(host, 2 * layer + 1)
    with host.module(f"FeedForward_{layer}"):
        _linear(host, 6 * layer + 4, rows, 4 * width, width)
        with host.module(f"NewGELU_{layer}"):
            _gelu(host, 4 * rows * width)
        _linear(host, 6 * layer + 5, rows, width, 4 * width)
    _pointwise(host, "aten::add", "add", rows * width, 3)


def _attention(host: HostThread, layer: int) -> None:
    recipe = host.recipe
    tokens, width, heads = recipe.sequence, recipe.hidden, recipe.batch * recipe.heads
    rows, depth = recipe.batch * tokens, width // recipe.heads
    for lane in range(1, 3):
        host.follow(lane, 0)
    for lane in range(3):
        _linear(host, 6 * layer + lane, rows, width, width, lane)
        _views(host, "aten::view", "aten::transpose")
    for lane in range(1, 3):
        host.follow(0, lane)
    scores = heads * tokens * tokens
    _batched_product(host, heads, tokens, tokens, depth)
    _pointwise(host, "aten::div", "div_scalar", scores, 2)
    _pointwise(host, "aten::where", "where", scores, 4)
    with host.op("aten::softmax"), host.op("aten::_softmax", (heads, tokens, tokens)):
        host.launch(kernels.softmax(heads * tokens, tokens))
    _batched_product(host, heads, tokens, depth, tokens)
    _views(host, "aten::transpose")
    with host.op("aten::contiguous"), host.op("aten::clone"):
        with host.op("aten::empty_like"), host.op("aten::empty"):
            pass
        with host.op("aten::copy_", (rows, width)):
            host.launch(kernels.strided_copy(rows * width))
    _linear(host, 6 * layer + 3, rows, width, width)


def _gelu(host: HostThread, elements: int) -> None:
    for name, functor, operands in (
        ("aten::mul", "mul_scalar", 2),
        ("aten::pow", "pow", 2),
        ("aten::mul", "mul_scalar", 2),
        ("aten::add", "add", 3),
        ("aten::mul", "mul_scalar", 2),
        ("aten::tanh", "tanh", 2),
        ("aten::add", "add_scalar", 2),
        ("aten::mul", "mul", 3),
    ):
        _pointwise(host, name, functor, elements, operands)


def _embed(host: HostThread, rows: int) -> None:
    width = host.recipe.hidden
    with (
        host.op("aten::embedding", (host.recipe.vocabulary, width), (rows,)),
        host.op("aten::index_select"),
    ):
        host.launch(kernels.gather(rows, width))


def _layer_norm(host: HostThread, index: int) -> None:
    rows, width = host.recipe.batch * host.recipe.sequence, host.recipe.hidden
    with (
        host.module(f"LayerNorm_{index}"),
        host.op("aten::layer_norm", (rows, width)),
        host.op("aten::native_layer_norm", (rows, width), (width,), (width,)),
    ):
        host.launch(kernels.layer_norm(rows, width))


def _linear(host: HostThread, index: int, m: int, n: int, k: int, lane: int = 0) -> None:
    with host.module(f"Linear_{index}"), host.op("aten::linear", (m, k), (n, k), (n,)):
        with host.op("aten::t"):
            _views(host, "aten::transpose")
        with host.op("aten::addmm", (n,), (m, k), (k, n)):
            _product(host, kernels.gemm(host.recipe.vendor, m, n, k), lane)


def _batched_product(host: HostThread, batch: int, m: int, n: int, k: int) -> None:
    with host.op("aten::matmul"), host.op("aten::bmm", (batch, m, k), (batch, k, n)):
        host.launch(kernels.gemm(host.recipe.vendor, m, n, k, batch))


def _product(host: HostThread, kernel: Kernel, lane: int) -> None:
    """Launch a matrix product; NVIDIA's library clears its workspace before each."""
    if host.recipe.vendor == "nvidia":
        host.memset(4, lane)
    host.launch(kernel, lane)


def _pointwise(host: HostThread, op: str, functor: str, elements: int, operands: int) -> None:
    with host.op(op, (elements,)):
        host.launch(kernels.elementwise(functor, elements, operands))


def _views(host: HostThread, *names: str) -> None:
    for name in names:
        with host.op(name), host.op("aten::as_strided"):
            pass
