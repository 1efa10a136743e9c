// The virtual device behind the stand-ins: it takes launches in stream order, gives each kernel the
// duration that the script says, and keeps the host's own clock, so that a synchronisation takes
// as long as the work that it waits for.
#pragma once

#include <cuda.h>

#include <array>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

namespace standin {

// One kernel that the device knows. Others have no parameters and the script's duration.
struct Kernel {
  std::string name;
  std::int64_t duration = -1;  // ns; -1: the script's
  std::vector<std::size_t> parameters;
  // "increment" adds one to the 32-bit word that the first parameter points to; "spin" takes as
  // many ns as the first says, and writes cycles and ns to where the second points to.
  std::string effect;
};

// What SKIPX_STANDIN says: "floor=4000;gap=900;kernel=axpy:1500:8/8/4;fail=cuLaunchKernel:700".
struct Script {
  std::map<std::string, std::int64_t> numbers;
  std::map<std::string, Kernel> kernels;
  std::map<std::string, int> failures;
  std::map<std::string, std::string> texts;

  std::int64_t number(const std::string& key) const;
};

Script& script();
std::int64_t now();
void wait_until(std::int64_t time);
std::recursive_mutex& lock();

enum class ActivityKind { kKernel, kMemcpy, kMemset };

struct Activity {
  ActivityKind kind = ActivityKind::kKernel;
  std::string name;
  std::int64_t begin = 0, end = 0, queued = 0, submitted = 0;
  std::uint32_t device = 0, stream = 0, correlation = 0, graph = 0;
  std::uint64_t graph_node = 0, bytes = 0;
  std::array<unsigned, 3> grid{1, 1, 1}, block{1, 1, 1};
  unsigned shared = 0;
  std::uint8_t copy_kind = 0;
};

// A call as CUPTI sees it; `parameters` is the struct of generated_cuda_meta.h, or null.
struct Call {
  bool runtime;
  std::uint32_t cbid;
  const char* name;
  const void* parameters;
  const char* symbol;
  std::uint32_t correlation;
  std::int64_t begin, end;
};

// What the stand-in of CUPTI listens with.
struct Sink {
  std::function<void(const Call&)> enter, leave;
  std::function<void(const Activity&)> activity;
};

Sink& sink();

// Surrounds every call that CUPTI can see; a driver call within a runtime call shares its id.
class Traced {
 public:
  Traced(bool runtime, std::uint32_t cbid, const char* name, const void* parameters = nullptr,
         const char* symbol = nullptr);
  ~Traced();
  Traced(const Traced&) = delete;
  Traced& operator=(const Traced&) = delete;

  const Call& call() const { return call_; }

 private:
  Call call_;
  std::uint32_t outer_;
};

struct Graph;
struct Node;

struct Stream {
  std::uint32_t id = 0;
  unsigned flags = 0;
  std::int64_t free_at = 0;
  std::deque<std::int64_t> pending{};  // ends of what is not done yet
  Graph* capture = nullptr;
  std::vector<Node*> tips{};  // what the next captured node depends on
};

struct Event {
  std::int64_t time = -1;  // when what precedes it is done; -1: never recorded
  Graph* capture = nullptr;
  std::vector<Node*> tips;
};

// A function and a kernel handle are told apart, as the driver does.
struct Function {
  Kernel kernel;
  bool is_library_kernel = false;
  Function* function = nullptr;  // of a library kernel
};

struct Node {
  CUgraphNodeType type = CU_GRAPH_NODE_TYPE_EMPTY;
  std::vector<Node*> dependencies;
  CUDA_KERNEL_NODE_PARAMS kernel{};
  std::vector<std::vector<std::byte>> arguments;
  std::vector<void*> argument_pointers;
  CUDA_MEMSET_NODE_PARAMS memset{};
  CUDA_MEMCPY3D memcpy{};
  Graph* child = nullptr;
  std::map<int, CUlaunchAttributeValue> attributes;
};

struct Graph {
  std::uint32_t id;
  std::vector<std::unique_ptr<Node>> nodes;
};

// A launch of one item on a stream: waits while the queue is full, and tells the sink.
void submit(Stream& stream, const Call& call, std::int64_t duration, Activity activity);
void submit_graph(Stream& stream, const Call& call, const Graph& graph);
// Return `sync_return` after the end of the work, if they had to wait for it.
void synchronise(const Stream& stream);
void synchronise_all();
void synchronise_until(std::int64_t time);

Stream& stream_of(CUstream handle);
std::vector<std::unique_ptr<Stream>>& streams();
Function& function_of(const void* handle);
// How long a kernel takes with these arguments, which may be null.
std::int64_t duration_of(const Kernel& kernel, void* const* arguments);
void apply_effect(const Kernel& kernel, void* const* arguments);
void apply_memset(const CUDA_MEMSET_NODE_PARAMS& parameters);
void copy_arguments(Node& node, const CUDA_KERNEL_NODE_PARAMS& parameters);
Node& add_node(Graph& graph, CUgraphNodeType type, std::vector<Node*> dependencies);
CUgraphNode captured(Stream& stream, CUgraphNodeType type);
Graph* new_graph();

// The scripted failure of a call, CUDA_SUCCESS if there is none.
CUresult failure_of(const char* call);

}  // namespace standin

#define STANDIN_ENTER(call)                     \
  const std::lock_guard guard(standin::lock()); \
  if (const CUresult failure = standin::failure_of(call); failure != CUDA_SUCCESS) return failure
