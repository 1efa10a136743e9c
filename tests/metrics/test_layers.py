"""Overhead by layer and HDBI, by hand."""

from __future__ import annotations

import pytest

from skipx.metrics import Metrics, analyze
from skipx.metrics.libraries import is_library_mediated
from skipx.metrics.result import LaunchTax
from tests.builders import TraceBuilder
from tests.platforms.builders import measured_platform

LAB = measured_platform(10)


def total(builder: TraceBuilder) -> Metrics:
    return analyze(builder.build(), platform=LAB).total


def tax(builder: TraceBuilder) -> LaunchTax:
    found = total(builder).tax
    assert found is not None
    return found


def test_layers_of_one_launch() -> None:
    builder = TraceBuilder().op("Linear", 100, 100).op("aten::linear", 107, 80)
    builder.op("aten::addmm", 110, 60).op("wrapper", 115, 40)
    metrics = total(builder.launch("k", at=130, latency=25, dur=38))
    assert metrics.tax == LaunchTax(
        framework_ns=10,
        dispatch_ns=20,
        library_ns=0,
        launch_path_ns=10,
        excess_ns=15,
        launches=1,
        repeated_ns=0,
    )
    assert metrics.hdbi == pytest.approx(38 / (38 + 10 + 20 + 10))


def test_the_launching_op_stands_in_for_an_aten_op() -> None:
    builder = TraceBuilder().op("Region", 100, 100).op("triton_kernel", 120, 60)
    found = tax(builder.launch("k", at=125, latency=10, dur=5))
    assert (found.framework_ns, found.dispatch_ns) == (20, 5)


def test_each_launch_has_the_aten_op_that_is_nearest_above_it() -> None:
    builder = TraceBuilder().op("aten::near", 0, 100).op("wrapper", 10, 50)
    builder.launch("a", at=15, latency=10, dur=5)
    builder.op("aten::far", 200, 100).op("outer", 210, 80).op("inner", 220, 60)
    builder.launch("b", at=230, latency=10, dur=5)
    builder.op("Region", 400, 100).op("triton_kernel", 420, 60)
    builder.launch("c", at=425, latency=10, dur=5)
    found = tax(builder)
    assert (found.framework_ns, found.dispatch_ns) == (20, 15 + 30 + 5)


def test_launches_without_an_operator_are_left_out() -> None:
    builder = TraceBuilder().op("aten::mm", 0, 50).launch("k", at=20, latency=14, dur=5)
    found = tax(builder.launch("bare", at=200, latency=70, dur=5))
    assert found == LaunchTax(
        framework_ns=0,
        dispatch_ns=20,
        library_ns=0,
        launch_path_ns=10,
        excess_ns=4,
        launches=1,
        repeated_ns=0,
    )


def test_library_time_is_what_a_library_takes_above_the_native_median() -> None:
    builder = TraceBuilder()
    for i, (kernel, dispatch) in enumerate(
        [("void at::native::add", 4), ("void at::native::mul", 6), ("relu", 8), ("sm80_gemm", 20)]
    ):
        at = 1000 * i
        builder.op("aten::op", at, 100).launch(kernel, at=at + dispatch, latency=10, dur=5)
    found = tax(builder)
    assert (found.dispatch_ns, found.library_ns) == (4 + 6 + 8 + 6, 14)


def test_a_library_faster_than_the_median_has_no_library_time() -> None:
    builder = TraceBuilder().op("aten::add", 0, 50).launch("add", at=9, latency=10, dur=5)
    builder.op("aten::mm", 100, 50).launch("cutlass::Kernel2", at=104, latency=10, dur=5)
    found = tax(builder)
    assert (found.dispatch_ns, found.library_ns) == (13, 0)


def test_without_native_kernels_there_is_no_base_and_no_library_time() -> None:
    builder = TraceBuilder().op("aten::mm", 0, 50).launch("gemm", at=30, latency=10, dur=5)
    found = tax(builder)
    assert (found.dispatch_ns, found.library_ns) == (30, 0)


def test_launches_under_one_root_op_share_its_time() -> None:
    builder = TraceBuilder().op("Compiled Region", 0, 1000)
    builder.op("aten::a", 20, 30).launch("a", at=30, call=5, latency=10, dur=5)
    builder.op("aten::b", 60, 30).launch("b", at=70, call=5, latency=10, dur=5)
    found = tax(builder)
    # By the letter 20 + 60 and 10 + 10; the 35 ns up to the end of the first launch are shared.
    assert (found.framework_ns, found.dispatch_ns, found.repeated_ns) == (20 + 25, 20, 35)


def test_a_launch_call_within_another_has_no_time_of_its_own() -> None:
    builder = TraceBuilder().op("aten::conv", 0, 100)
    builder.launch("a", at=10, call=30, latency=10, dur=5)
    builder.launch("b", at=20, call=5, latency=10, dur=5)
    found = tax(builder)
    assert (found.framework_ns, found.dispatch_ns, found.repeated_ns) == (0, 10, 20)


def test_launches_of_one_op_share_its_dispatch() -> None:
    builder = TraceBuilder().op("aten::conv", 0, 100)
    builder.launch("a", at=10, call=5, latency=10, dur=5)
    builder.launch("b", at=40, call=5, latency=10, dur=5)
    found = tax(builder)
    assert (found.framework_ns, found.dispatch_ns, found.repeated_ns) == (0, 10 + 25, 15)


def test_launches_without_an_operator_are_left_out_and_counted() -> None:
    builder = TraceBuilder().op("aten::mm", 0, 50).launch("a", at=20, latency=10, dur=5)
    metrics = total(builder.launch("b", at=100, latency=30, dur=5))
    assert metrics.launch_calls == 2
    assert metrics.tax is not None
    assert (metrics.tax.launches, metrics.tax.excess_ns) == (1, 0)


def test_no_launch_with_an_operator_leaves_the_layers_unknown() -> None:
    metrics = total(TraceBuilder().launch("k", at=20, latency=10, dur=5))
    assert metrics.tax is None
    assert metrics.hdbi is None


@pytest.mark.parametrize(
    ("kernel", "mediated"),
    [
        ("ampere_sgemm_128x64_tn", True),
        ("nvjet_tst_192x192_64x4_1x2_h_bz_coopB_TNT", True),
        ("void cutlass::Kernel2<cutlass_80_tensorop_bf16_s16816gemm_relu>(Params)", True),
        ("sm90_xmma_gemm_bf16bf16_bf16f32_f32_tn_n_tilesize128x128x64_cublas", True),
        ("void cudnn::bn_fw_tr_1C11_kernel_NCHW<float>(cudnnTensorStruct)", True),
        ("Cijk_Alik_Bljk_BBS_BH_Bias_HA_S_SAV", True),
        ("MIOpenBatchNormFwdInferSpatialEst", True),
        ("ncclDevKernel_AllReduce_Sum_bf16_RING_LL(ncclDevComm*)", True),
        ("void at::native::vectorized_elementwise_kernel<4>(int)", False),
        ("void at::native::tinygemm_m16n8k16_chunk_kernel<2>(int)", False),
        ("void pytorch_flash::flash_fwd_kernel<Traits<64, cutlass::half_t> >(Params)", False),
        ("void pytorch_flash::flash_fwd_splitkv_kernel<Traits>(Params)", False),
        ("void splitKreduce_kernel<32, 16, int, float>(cublasSplitKParams<float>)", True),
        ("triton_tem_fused_mm_0", False),
        ("layer_norm_grad_input_kernel", False),
        ("void (anonymous namespace)::softmax_warp_forward<float>(float*)", False),
    ],
)
def test_library_kernels_are_told_by_name(kernel: str, mediated: bool) -> None:
    assert is_library_mediated(kernel) is mediated
