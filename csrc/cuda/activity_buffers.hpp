// The buffers that CUPTI fills. It asks for them and gives them back on threads of its own, so
// they outlive every session.
#pragma once

#include <cupti.h>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <span>
#include <vector>

namespace skipx::cuda {

class ActivityBuffers {
 public:
  // The one that the functions below serve.
  static ActivityBuffers& instance();

  // Forgets what is there; buffers from now on have this size, and no more in all than `most`.
  // Some are made at once, so that the first calls of a session do not wait for memory.
  void reset(std::size_t bytes, std::size_t most);

  // What was given back, in that order; valid until it is reused, or the next reset.
  std::vector<std::span<std::uint8_t>> filled();

  // Makes the first `count` of them ready to be filled again.
  void reuse(std::size_t count);

  // How often CUPTI asked for a buffer when there was no more room, since the last time.
  std::size_t declined();

  // For cuptiActivityRegisterCallbacks.
  static void CUPTIAPI request(std::uint8_t** buffer, std::size_t* bytes,
                               std::size_t* most_records);
  static void CUPTIAPI complete(CUcontext context, std::uint32_t stream, std::uint8_t* buffer,
                                std::size_t bytes, std::size_t valid);

 private:
  struct Free {
    void operator()(std::uint8_t* block) const;
  };
  using Block = std::unique_ptr<std::uint8_t, Free>;

  Block make_block();

  std::mutex mutex_;
  std::size_t bytes_ = 0, left_ = 0, declined_ = 0;
  std::vector<Block> ready_;
  std::vector<std::pair<Block, std::size_t>> filled_;
};

}  // namespace skipx::cuda
