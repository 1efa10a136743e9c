// The functions of libcupti that skipx may call.
#pragma once

// In every libcupti since CUDA 12.0.
#define SKIPX_CUPTI_REQUIRED(X)           \
  X(cuptiGetVersion)                      \
  X(cuptiGetResultString)                 \
  X(cuptiGetTimestamp)                    \
  X(cuptiSubscribe)                       \
  X(cuptiUnsubscribe)                     \
  X(cuptiEnableCallback)                  \
  X(cuptiEnableDomain)                    \
  X(cuptiGetCallbackName)                 \
  X(cuptiActivityRegisterCallbacks)       \
  X(cuptiActivityEnable)                  \
  X(cuptiActivityDisable)                 \
  X(cuptiActivityFlushAll)                \
  X(cuptiActivityGetNextRecord)           \
  X(cuptiActivityGetNumDroppedRecords)    \
  X(cuptiActivitySetAttribute)            \
  X(cuptiActivityEnableLatencyTimestamps) \
  X(cuptiSetThreadIdType)                 \
  X(cuptiGetLastError)

// Null in older libraries; the number is the CUDA version that brought the function. The release
// notes of CUPTI tell that of cuptiSubscribe_v2; the others are inferred, and nothing relies on
// them.
#define SKIPX_CUPTI_OPTIONAL(X)          \
  X(cuptiSubscribe_v2, 13000)            \
  X(cuptiGetErrorMessage, 12020)         \
  X(cuptiActivityEnableDriverApi, 12060) \
  X(cuptiActivityEnableRuntimeApi, 12060)
