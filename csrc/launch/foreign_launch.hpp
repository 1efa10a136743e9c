// What another extension hands over so that its launch is timed by the loops of this one.
#pragma once

namespace skipx::launch {

// The name of the capsule that holds a pointer to the struct.
inline constexpr const char* kForeignLaunch = "skipx.foreign_launch";

struct ForeignLaunch {
  // Launches once; `stream` is a CUstream.
  void (*launch)(unsigned grid, const void* arguments, void* stream);
  // The name of the error that launches left behind, null where there is none.
  const char* (*error)();
  // Chooses the device for that extension's own copy of the runtime; answers as `error`.
  const char* (*set_device)(int ordinal);
};

}  // namespace skipx::launch
