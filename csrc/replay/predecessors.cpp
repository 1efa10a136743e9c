#include "replay/predecessors.hpp"

#include <algorithm>
#include <set>

namespace skipx::replay {

namespace {

void add_direct(const Recording& recording, std::size_t launch, std::set<std::size_t>& found) {
  for (const std::size_t before : recording[launch].dependencies)
    if (recording[before].kind == LaunchKind::kMemset && found.insert(before).second)
      add_direct(recording, before, found);
}

void add_latest(const Recording& recording, std::size_t launch, CUdeviceptr address,
                std::set<std::size_t>& found) {
  for (std::size_t before = launch; before-- > 0;) {
    if (recording[before].kind != LaunchKind::kMemset) continue;
    if (!recording[before].memset.range().contains(address)) continue;
    found.insert(before);
    return;
  }
}

}  // namespace

std::vector<std::size_t> memset_predecessors(const Recording& recording,
                                             std::span<const std::size_t> body) {
  std::set<std::size_t> found;
  for (const std::size_t launch : body) {
    add_direct(recording, launch, found);
    for (const Pointer& pointer : recording[launch].kernel.pointers)
      add_latest(recording, launch, pointer.address, found);
  }
  for (const std::size_t launch : body) found.erase(launch);
  // One that lies after the body's first launch would undo what the body did by then.
  if (!body.empty()) found.erase(found.lower_bound(body.front()), found.end());
  return {found.begin(), found.end()};
}

}  // namespace skipx::replay
