// How a test drives the stand-ins beyond SKIPX_STANDIN; each is an exported function of libcuda's.
#pragma once

extern "C" {
// By this symbol skipx knows a stand-in, and marks what comes of it as synthetic.
extern const int skipx_standin;
// Replaces the script; the keys are those of SKIPX_STANDIN.
void standin_script(const char* text);
// Number of kernels, memsets and copies that the device has taken since it was loaded.
unsigned long long standin_activities();
}
