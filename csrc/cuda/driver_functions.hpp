// The functions of libcuda that skipx may call.
#pragma once

// In every driver since CUDA 12.0.
#define SKIPX_DRIVER_REQUIRED(X)                 \
  X(cuInit)                                      \
  X(cuDriverGetVersion)                          \
  X(cuGetErrorName)                              \
  X(cuGetErrorString)                            \
  X(cuDeviceGet)                                 \
  X(cuDeviceGetCount)                            \
  X(cuDeviceGetName)                             \
  X(cuDeviceGetAttribute)                        \
  X(cuDeviceGetPCIBusId)                         \
  X(cuDeviceGetUuid)                             \
  X(cuDeviceTotalMem)                            \
  X(cuDevicePrimaryCtxRetain)                    \
  X(cuDevicePrimaryCtxRelease)                   \
  X(cuDevicePrimaryCtxGetState)                  \
  X(cuCtxGetCurrent)                             \
  X(cuCtxSetCurrent)                             \
  X(cuCtxPushCurrent)                            \
  X(cuCtxPopCurrent)                             \
  X(cuCtxGetDevice)                              \
  X(cuCtxSynchronize)                            \
  X(cuCtxGetLimit)                               \
  X(cuCtxSetLimit)                               \
  X(cuCtxGetStreamPriorityRange)                 \
  X(cuStreamCreate)                              \
  X(cuStreamCreateWithPriority)                  \
  X(cuStreamDestroy)                             \
  X(cuStreamSynchronize)                         \
  X(cuStreamQuery)                               \
  X(cuStreamWaitEvent)                           \
  X(cuStreamGetCtx)                              \
  X(cuStreamGetFlags)                            \
  X(cuStreamBeginCapture)                        \
  X(cuStreamEndCapture)                          \
  X(cuStreamIsCapturing)                         \
  X(cuThreadExchangeStreamCaptureMode)           \
  X(cuLaunchHostFunc)                            \
  X(cuEventCreate)                               \
  X(cuEventDestroy)                              \
  X(cuEventRecord)                               \
  X(cuEventSynchronize)                          \
  X(cuEventQuery)                                \
  X(cuMemAlloc)                                  \
  X(cuMemFree)                                   \
  X(cuMemAllocAsync)                             \
  X(cuMemFreeAsync)                              \
  X(cuMemHostAlloc)                              \
  X(cuMemFreeHost)                               \
  X(cuMemHostRegister)                           \
  X(cuMemHostUnregister)                         \
  X(cuMemHostGetDevicePointer)                   \
  X(cuMemGetInfo)                                \
  X(cuMemGetAddressRange)                        \
  X(cuMemcpyAsync)                               \
  X(cuMemcpyHtoD)                                \
  X(cuMemcpyDtoH)                                \
  X(cuMemcpyDtoD)                                \
  X(cuMemcpyHtoDAsync)                           \
  X(cuMemcpyDtoHAsync)                           \
  X(cuMemcpyDtoDAsync)                           \
  X(cuMemsetD8)                                  \
  X(cuMemsetD32)                                 \
  X(cuMemsetD8Async)                             \
  X(cuMemsetD16Async)                            \
  X(cuMemsetD32Async)                            \
  X(cuPointerGetAttribute)                       \
  X(cuPointerGetAttributes)                      \
  X(cuModuleLoadData)                            \
  X(cuModuleLoadDataEx)                          \
  X(cuModuleUnload)                              \
  X(cuModuleGetFunction)                         \
  X(cuModuleGetGlobal)                           \
  X(cuLibraryLoadData)                           \
  X(cuLibraryUnload)                             \
  X(cuLibraryGetKernel)                          \
  X(cuKernelGetFunction)                         \
  X(cuKernelGetAttribute)                        \
  X(cuFuncGetAttribute)                          \
  X(cuFuncSetAttribute)                          \
  X(cuFuncGetModule)                             \
  X(cuOccupancyMaxActiveBlocksPerMultiprocessor) \
  X(cuLaunchKernel)                              \
  X(cuLaunchKernelEx)                            \
  X(cuLaunchCooperativeKernel)                   \
  X(cuGraphCreate)                               \
  X(cuGraphClone)                                \
  X(cuGraphDestroy)                              \
  X(cuGraphDestroyNode)                          \
  X(cuGraphGetNodes)                             \
  X(cuGraphGetRootNodes)                         \
  X(cuGraphNodeGetType)                          \
  X(cuGraphAddKernelNode)                        \
  X(cuGraphAddMemsetNode)                        \
  X(cuGraphAddMemcpyNode)                        \
  X(cuGraphAddEmptyNode)                         \
  X(cuGraphAddChildGraphNode)                    \
  X(cuGraphChildGraphNodeGetGraph)               \
  X(cuGraphKernelNodeGetParams)                  \
  X(cuGraphKernelNodeSetParams)                  \
  X(cuGraphKernelNodeCopyAttributes)             \
  X(cuGraphKernelNodeGetAttribute)               \
  X(cuGraphKernelNodeSetAttribute)               \
  X(cuGraphMemsetNodeGetParams)                  \
  X(cuGraphMemsetNodeSetParams)                  \
  X(cuGraphMemcpyNodeGetParams)                  \
  X(cuGraphInstantiateWithFlags)                 \
  X(cuGraphExecKernelNodeSetParams)              \
  X(cuGraphExecDestroy)                          \
  X(cuGraphUpload)                               \
  X(cuGraphLaunch)

// Null in older drivers; the number is the CUDA version that brought the function, that of its type
// in cudaTypedefs.h.
#define SKIPX_DRIVER_OPTIONAL(X)        \
  X(cuFuncGetName, 12030)               \
  X(cuKernelGetName, 12030)             \
  X(cuFuncGetParamInfo, 12040)          \
  X(cuKernelGetParamInfo, 12040)        \
  X(cuFuncIsLoaded, 12040)              \
  X(cuFuncLoad, 12040)                  \
  X(cuGraphGetEdges, 12030)             \
  X(cuGraphAddDependencies, 12030)      \
  X(cuGraphNodeGetDependencies, 12030)  \
  X(cuStreamGetCaptureInfo, 12030)      \
  X(cuStreamBeginCaptureToGraph, 12030) \
  X(cuGetProcAddress, 12000)
