"""The fusion plan: chains by what they save end to end, not by the launches they remove."""

from __future__ import annotations

from itertools import pairwise

import pytest

import skipx
from skipx.errors import UsageError
from skipx.fusion.result import Candidate
from skipx.whatif.kernel_role import Role, role_of
from skipx.whatif.places import ChainPlaces
from skipx.whatif.plan import pieces_of
from skipx.whatif.realisable import Way, way_of
from tests.whatif.traces import machine, model_trace

# Behind a long kernel launches cost nothing; those of p and q are waited for.
ADD = "void at::native::vectorized_elementwise_kernel<4, at::native::AddFunctor<float> >(int)"
MUL = "void at::native::elementwise_kernel<128, 4, at::native::MulFunctor<float> >(int)"
SUM = "void at::native::reduce_kernel<512, 1, at::native::ReduceOp<float> >(at::native::ReduceOp)"
GEMM = "sm90_xmma_gemm_bf16bf16_bf16f32_f32_tn_n_tilesize128x128x64_execute_kernel__5x_cublas"
HIDDEN = [("gemm", 20_000), ("x", 10), ("y", 10), ("z", 10)]
SEEN = [("p", 10), ("q", 10)]


def test_chains_are_chosen_by_what_they_save() -> None:
    trace = model_trace([*SEEN, ("one", 5), *SEEN, ("two", 5), *HIDDEN, *HIDDEN])
    found = skipx.predict(trace, platform=machine(), fuse_best=2)
    recurring = [one for one in skipx.chains(trace).candidates if one.label == "fusion"]
    assert list(recurring[0].kernels) == ["gemm", "x", "y", "z"]
    first = found.plan[0]
    assert list(first.kernels) == ["p", "q"]
    assert first.occurrences_per_iteration == 2
    assert first.way == "unknown", "p and q are nobody's names"
    assert first.operators == ["aten::p", "aten::q"]
    assert first.saving_ns == pytest.approx(found.replayed_il_ns - first.il_ns)


def test_of_several_that_save_the_best_comes_first() -> None:
    seen = [("u", 10), ("v", 10)]
    head = [*SEEN, ("one", 5), *SEEN, ("two", 5), *seen, ("three", 5)]
    trace = model_trace([*head, ("long", 20_000), *seen])
    plan = skipx.predict(trace, platform=machine(), fuse_best=2).plan
    # Behind the long kernel only the gap of 1 ns between u and v is won.
    assert [(list(step.kernels), step.saving_ns) for step in plan] == [
        (["p", "q"], 400),
        (["u", "v"], 201),
    ]


def test_the_curve_falls_from_eager_and_its_savings_add_up() -> None:
    more = [("r", 5), ("s", 5), ("t", 5)]
    apart = [("one", 5), *SEEN, ("two", 5), *more, ("three", 5), *SEEN, ("four", 5), *more]
    trace = model_trace(apart)
    found = skipx.predict(trace, "graph", platform=machine(), fuse_best=8)
    curve = [found.replayed_il_ns, *(step.il_ns for step in found.plan)]
    assert all(later < earlier for earlier, later in pairwise(curve))
    assert curve[0] - sum(step.saving_ns for step in found.plan) == pytest.approx(curve[-1])
    rows = {row.what: row.il_ns for row in found.predictions[1:]}
    assert rows["the plan's first"] == found.plan[0].il_ns
    assert rows["the plan's first 2"] == found.plan[1].il_ns
    assert rows["the plan, traffic saved"] <= curve[-1]
    assert found.warnings == []
    assert [step.fused_kernels for step in found.plan] == list(range(1, len(found.plan) + 1))


def test_where_no_chain_recurs_there_is_no_plan_and_it_is_said() -> None:
    found = skipx.predict(model_trace([("a", 5), ("b", 5)]), platform=machine(), fuse_best=2)
    assert found.plan == []
    assert found.warnings[-1].startswith("no fusion plan: no chain that recurs")


def test_a_chain_that_saves_less_than_a_hundredth_of_a_percent_is_in_no_plan() -> None:
    def planned(kernel_ns: int) -> list[list[str]]:
        trace = model_trace([*SEEN, ("one", 5), *SEEN, ("two", 5), ("long", kernel_ns)])
        found = skipx.predict(trace, platform=machine(), fuse_best=1)
        return [list(step.kernels) for step in found.plan]

    # p and q twice in one launch each save 400 ns.
    assert planned(3_900_000) == [["p", "q"]]
    assert planned(4_100_000) == []


def test_a_plan_of_none_is_refused() -> None:
    with pytest.raises(UsageError, match="a plan of -1"):
        skipx.predict(model_trace(SEEN), platform=machine(), fuse_best=-1)


@pytest.mark.parametrize(
    ("kernels", "way"),
    [
        ([ADD, MUL], Way.POINTWISE),
        ([ADD, SUM], Way.REDUCTION),
        ([GEMM, ADD], Way.EPILOGUE),
        ([GEMM, "void splitKreduce_kernel<32, 16>(float)", ADD], Way.EPILOGUE),
        (["void cudnn::ops::nchwToNhwcKernel<float>(Params)", GEMM, ADD], Way.GRAPH),
        (["void pytorch_flash::flash_fwd_kernel<Traits>(Params)", ADD], Way.EPILOGUE),
        ([GEMM, ADD, SUM], Way.ROW_EPILOGUE),
        ([ADD, GEMM], Way.GRAPH),
        ([GEMM, ADD, "Cijk_Alik_Bljk_BBS_BH_Bias_HA_S_SAV"], Way.GRAPH),
        ([ADD, "ncclDevKernel_AllReduce_Sum_f16_RING_LL(Args)"], Way.GRAPH),
        ([ADD, "void cub::DeviceRadixSortOnesweepKernel<Policy>(int)"], Way.GRAPH),
        ([ADD, "my_kernel"], Way.UNKNOWN),
        ([GEMM, "my_kernel"], Way.UNKNOWN),
    ],
)
def test_how_a_chain_could_be_realised(kernels: list[str], way: Way) -> None:
    assert way_of(kernels) is way


@pytest.mark.parametrize(
    ("kernel", "role"),
    [
        (ADD, Role.POINTWISE),
        ("triton_poi_fused_addmm_gelu_native_layer_norm_15", Role.POINTWISE),
        ("triton_poi_fused__scaled_dot_product_flash_attention_clone_10", Role.POINTWISE),
        ("triton_per_fused__to_copy_add_addmm_mean_mul_pow_rsqrt_8", Role.REDUCTION),
        ("triton_tem_fused_addmm_3", Role.FIXED),
        (
            "void at::native::(anonymous namespace)::distribution_elementwise_grid_stride_kernel"
            "<float, 4, at::native::templates::cuda::normal_and_transform<float> >(int)",
            Role.POINTWISE,
        ),
        ("void vllm::rms_norm_kernel<c10::BFloat16, 8, 2>(c10::BFloat16*)", Role.REDUCTION),
        ("void (anonymous namespace)::softmax_warp_forward<float, 10>(float*)", Role.REDUCTION),
        ("void cudnn::bn_fw_tr_1C11_singleread<float, 512>(float)", Role.REDUCTION),
        ("nvjet_tst_64x16_64x16_2x4_2cta_h_bz_bias_TNT", Role.FIXED),
        ("bmm_Bfloat16_MxE2m1MxE4m3_Fp32_t128x16x256u2", Role.FIXED),
        ("_matmul_ogs_NNT_bf16xbf16xmxfp4_128x128x128x1_swiglu", Role.FIXED),
        ("void cutlass::Kernel2<cutlass_80_tensorop_bf16_s16816gemm_relu>(Params)", Role.FIXED),
        (
            "void cutlass_cudnn_train::Kernel<cutlass_cudnn_train::reduction::kernel::ReduceSplitK"
            "<cutlass_cudnn_train::MatrixShape<4, 128> > >(Params)",
            Role.AUXILIARY,
        ),
        (
            "std::enable_if<(((8)>(0)))&&vllm::_typeConvert<c10::BFloat16>::exists, void>::type"
            " vllm::fused_add_rms_norm_kernel<c10::BFloat16, 8>(c10::BFloat16*, long)",
            Role.REDUCTION,
        ),
        ("Cijk_Alik_Bljk_BBS_BH_Bias_HA_S_SAV_UserArgs_MT16x16x256", Role.FIXED),
        ("fmhaSm100aKernel_QkvE4m3OBfloat16H64PagedKvCausalP16VarSeqQ128Kv128", Role.FIXED),
        ("attn_fwd", Role.FIXED),
        ("kernel_unified_attention_2d", Role.FIXED),
        ("void cudnn::ops::nhwcToNchwKernel<float, float>(Params)", Role.AUXILIARY),
        ("void (anonymous namespace)::multimem_all_reduce_kernel<c10::BFloat16, 16>()", Role.ALONE),
        ("_topk_forward", Role.ALONE),
        ("create_flashinfer_kv_indices_triton", Role.OTHER),
        ("void vllm::reshape_and_cache_flash_kernel<__nv_bfloat16>(float*)", Role.OTHER),
        ("void fbgemm_gpu::permute_2D_data_kernel<false, int>(int)", Role.OTHER),
        ("emulated::cublaslt::gemm<bfloat16, n=768, k=768>", Role.FIXED),
        ("emulated::elementwise<aten::mul, bfloat16>", Role.POINTWISE),
        ("emulated::norm<aten::native_layer_norm, bfloat16>", Role.REDUCTION),
        ("emulated::reduce<aten::mean, float32>", Role.REDUCTION),
    ],
)
def test_roles_of_kernels_of_real_traces(kernel: str, role: Role) -> None:
    assert role_of(kernel) is role


def test_types_among_a_kernels_arguments_do_not_name_it() -> None:
    kernel = "void scale_cast_kernel<cutlass::gemm::GemmShape<1, 2, 3> >(float*)"
    assert role_of(kernel) is Role.POINTWISE


def candidate(kernels: list[str], label: str = "fusion") -> Candidate:
    return Candidate(
        kernels=kernels,
        length=len(kernels),
        occurrences=6,
        occurrences_per_iteration=2.0,
        ps_strict=1.0,
        ps_eligible=1.0,
        launches_removed=2.0,
        label=label,
        operators=[f"op {name}" for name in kernels],
        module="layer",
    )


def test_parts_of_a_chain_between_library_kernels() -> None:
    pieces = pieces_of([candidate(["a", "b", "gemm", "c", "d", "gemm", "e"])])
    assert [piece.kernels for piece in pieces] == [
        ("a", "b"),
        ("gemm", "c", "d"),
        ("c", "d"),
        ("gemm", "e"),
    ]
    assert pieces[1].operators == ("op gemm", "op c", "op d")
    rows = pieces_of([candidate([GEMM, ADD, SUM, MUL])])
    assert [piece.kernels for piece in rows] == [(GEMM, ADD), (ADD, SUM, MUL)]
    assert [piece.way for piece in rows] == [Way.EPILOGUE, Way.REDUCTION]
    twice = pieces_of([candidate([GEMM, ADD, SUM, MUL, SUM])])
    assert [piece.kernels for piece in twice] == [(GEMM, ADD), (ADD, SUM, MUL, SUM)]
    whole = pieces_of([candidate(["a", "gemm", "b"])], realisable=False)
    assert whole[0].kernels == ("a", "gemm", "b")
    assert pieces_of([candidate(["a", "b"], label="whole-graph")]) == []


def test_occurrences_do_not_overlap_and_stay_in_their_segment() -> None:
    trace = model_trace([("a", 5)] * 5, work=(200, 200))
    places = ChainPlaces(trace)
    assert [rows.tolist() for rows in places.of(["a", "a"])] == [[0, 1], [2, 3], [5, 6], [7, 8]]
    taken = places.nothing_taken()
    assert len(places.of(["a", "a", "a"], taken=taken)) == 2
    assert [rows.tolist() for rows in places.of(["a", "a"], taken=taken)] == [[3, 4], [8, 9]]
    assert places.of(["nosuch"]) == []


def test_a_chain_by_parts_of_its_kernels_names() -> None:
    trace = model_trace(
        [("one::Add", 5), ("Mul<x>", 5), ("two::add", 5), ("mul<y>", 5)], work=(20,)
    )
    places = ChainPlaces(trace)
    assert [rows.tolist() for rows in places.of_parts(["ADD", "mul"])] == [[0, 1], [2, 3]]
    assert [rows.tolist() for rows in places.of_parts(["two", "mul"])] == [[2, 3]]
    assert places.of_parts(["mul", "mul"]) == []
    assert places.of(["nosuch"]) == places.of(["one::Add"] * 9) == []


def test_the_plan_is_told_of_all_iterations() -> None:
    work = (200, 200, 200, 900, 900)
    apart = [("one", 5), *SEEN, ("two", 5), *SEEN]
    found = skipx.predict(model_trace(apart, work=work), platform=machine(), fuse_best=2)
    rows = {row.what: row for row in found.predictions}
    assert found.plan[0].speedup == pytest.approx(rows["the plan's first"].speedup)
    assert found.plan[0].il_ns == rows["the plan's first"].il_ns


def test_traffic_saved_leaves_the_longest_kernel_or_the_product() -> None:
    kernels = [(GEMM, 300), (ADD, 200), (MUL, 250), ("apart", 5), (GEMM, 300), (ADD, 200)]
    trace = model_trace([*kernels, (MUL, 250), ("end", 5)], work=(20,))
    graph = "gemm + add + mul"
    found = skipx.predict(
        trace,
        f"fuse={graph}",
        f"traffic-saved={graph}",
        "traffic-saved=Add + Mul",
        together=False,
        platform=machine(),
    )
    elided, saved, pointwise = found.predictions
    assert elided.what == "gemm + add + mul (dispatch-elided)"
    # The device is never idle: of 750 ns a chain 450 go, or 200 of a pointwise pair's 450.
    assert elided.il_ns - saved.il_ns == 2 * 450
    assert saved.launches == elided.launches == 4
    assert pointwise.launches == 6
