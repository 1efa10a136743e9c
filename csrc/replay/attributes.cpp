#include "replay/attributes.hpp"

namespace skipx::replay {

namespace {

// A node answers for every attribute; these values mean that nobody set it.
bool is_set(CUlaunchAttributeID id, const CUlaunchAttributeValue& value) {
  switch (id) {
    case CU_LAUNCH_ATTRIBUTE_ACCESS_POLICY_WINDOW:
      return value.accessPolicyWindow.num_bytes != 0;
    case CU_LAUNCH_ATTRIBUTE_COOPERATIVE:
      return value.cooperative != 0;
    case CU_LAUNCH_ATTRIBUTE_CLUSTER_DIMENSION:
    case CU_LAUNCH_ATTRIBUTE_PREFERRED_CLUSTER_DIMENSION:
      return value.clusterDim.x != 0;
    case CU_LAUNCH_ATTRIBUTE_CLUSTER_SCHEDULING_POLICY_PREFERENCE:
      return value.clusterSchedulingPolicyPreference != CU_CLUSTER_SCHEDULING_POLICY_DEFAULT;
    case CU_LAUNCH_ATTRIBUTE_MEM_SYNC_DOMAIN:
      return value.memSyncDomain != CU_LAUNCH_MEM_SYNC_DOMAIN_DEFAULT;
    default:
      return false;
  }
}

}  // namespace

bool is_replayed(CUlaunchAttributeID id) {
  switch (id) {
    case CU_LAUNCH_ATTRIBUTE_IGNORE:
    case CU_LAUNCH_ATTRIBUTE_PROGRAMMATIC_EVENT:
    case CU_LAUNCH_ATTRIBUTE_LAUNCH_COMPLETION_EVENT:
    case CU_LAUNCH_ATTRIBUTE_DEVICE_UPDATABLE_KERNEL_NODE:
      return false;
    default:
      return true;
  }
}

std::vector<CUlaunchAttribute> replayed_attributes(std::span<const CUlaunchAttribute> attributes) {
  std::vector<CUlaunchAttribute> kept;
  for (const CUlaunchAttribute& attribute : attributes)
    if (is_replayed(attribute.id)) kept.push_back(attribute);
  return kept;
}

std::vector<CUlaunchAttribute> node_attributes(const cuda::DriverApi& api, CUgraphNode node) {
  std::vector<CUlaunchAttribute> set;
  for (const CUlaunchAttributeID id :
       {CU_LAUNCH_ATTRIBUTE_ACCESS_POLICY_WINDOW, CU_LAUNCH_ATTRIBUTE_COOPERATIVE,
        CU_LAUNCH_ATTRIBUTE_CLUSTER_DIMENSION,
        CU_LAUNCH_ATTRIBUTE_CLUSTER_SCHEDULING_POLICY_PREFERENCE,
        CU_LAUNCH_ATTRIBUTE_MEM_SYNC_DOMAIN, CU_LAUNCH_ATTRIBUTE_PREFERRED_CLUSTER_DIMENSION}) {
    CUlaunchAttribute attribute{};
    attribute.id = id;
    // A driver that is older than the attribute refuses it: then no node has it.
    if (api.cuGraphKernelNodeGetAttribute(node, id, &attribute.value) == CUDA_SUCCESS &&
        is_set(id, attribute.value))
      set.push_back(attribute);
  }
  return set;
}

}  // namespace skipx::replay
