// The stand-in of libcuda: what no test needs is there, and refuses. cuda.h is left out on purpose,
// as its declarations would not let a function forget its parameters.
#define STANDIN_REFUSES(name) \
  extern "C" __attribute__((visibility("default"))) int name() { return 801; /* NOT_SUPPORTED */ }

STANDIN_REFUSES(cuCtxGetLimit)
STANDIN_REFUSES(cuCtxSetLimit)
STANDIN_REFUSES(cuStreamGetCtx)
STANDIN_REFUSES(cuModuleGetGlobal_v2)
#ifndef STANDIN_OLD
STANDIN_REFUSES(cuStreamGetCaptureInfo_v3)
STANDIN_REFUSES(cuStreamBeginCaptureToGraph)
STANDIN_REFUSES(cuGetProcAddress_v2)
#endif
