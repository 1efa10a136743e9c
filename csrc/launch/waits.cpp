#include "launch/waits.hpp"

#include "launch/spin.hpp"

namespace skipx::launch {

using cuda::check;

namespace {

// As torch makes its own: without times.
class Event {
 public:
  explicit Event(const cuda::DriverApi& api) : api_(api) {
    check(api_.cuEventCreate(&event_, CU_EVENT_DISABLE_TIMING), "cuEventCreate");
  }
  ~Event() { api_.cuEventDestroy(event_); }
  Event(const Event&) = delete;
  Event& operator=(const Event&) = delete;

  CUevent get() const { return event_; }

 private:
  const cuda::DriverApi& api_;
  CUevent event_ = nullptr;
};

}  // namespace

void run_waits(const std::shared_ptr<const Device>& device, Wait wait, int count) {
  device->make_current();
  const cuda::DriverApi& api = device->api();
  const CUstream stream = device->stream(true);
  Spin spin(device);
  const Event event(api);
  for (int i = 0; i < count; ++i) {
    spin.launch(stream, kWaitNs);
    switch (wait) {
      case Wait::kStream:
        check(api.cuStreamSynchronize(stream), "cuStreamSynchronize");
        break;
      case Wait::kDevice:
        check(api.cuCtxSynchronize(), "cuCtxSynchronize");
        break;
      case Wait::kEvent:
        check(api.cuEventRecord(event.get(), stream), "cuEventRecord");
        check(api.cuEventSynchronize(event.get()), "cuEventSynchronize");
        break;
    }
  }
}

}  // namespace skipx::launch
