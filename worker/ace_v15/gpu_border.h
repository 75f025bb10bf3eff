// Where the exceptions of a GPU job end: what libtorch throws becomes an Error. The thread that owns the
// tensors.
#pragma once

#include "common/result.h"

#include <c10/core/InferenceMode.h>
#include <c10/util/Exception.h>

#include <exception>
#include <new>
#include <string>
#include <string_view>

namespace musicfleet::ace_v15 {

// Whether a message of libtorch means that memory ran out: its CPU allocator, cuBLAS and cuDNN report that as
// a plain Error. A cuBLAS handle that does not find room for itself is "not initialized".
inline bool tells_of_memory(std::string_view message) {
  for (const std::string_view words : {"can't allocate memory", "CUBLAS_STATUS_ALLOC_FAILED",
                                       "CUBLAS_STATUS_NOT_INITIALIZED", "CUDNN_STATUS_ALLOC_FAILED"})
    if (message.find(words) != std::string_view::npos) return true;
  return false;
}

// Runs `body`, which gives a Result, without recording gradients. `doing` begins the message of what it
// threw.
template <class Body>
auto guarded(std::string_view doing, Body&& body) -> decltype(body()) {
  try {
    const c10::InferenceMode inference;
    return body();
  } catch (const c10::OutOfMemoryError& error) {
    return fail(ErrorCode::kOutOfMemory, doing, ": ", error.what_without_backtrace());
  } catch (const std::bad_alloc&) {
    return fail(ErrorCode::kOutOfMemory, doing, ": out of memory");
  } catch (const c10::AcceleratorError& error) {
    constexpr int kCudaErrorMemoryAllocation = 2;  // cudaError_t, where libtorch did not ask its allocator
    const bool memory = error.get_error_code() == kCudaErrorMemoryAllocation;
    return fail(memory ? ErrorCode::kOutOfMemory : ErrorCode::kInternal, doing, ": ",
                error.what_without_backtrace());
  } catch (const c10::Error& error) {
    const std::string what = error.what_without_backtrace();
    return fail(tells_of_memory(what) ? ErrorCode::kOutOfMemory : ErrorCode::kInternal, doing, ": ", what);
  } catch (const std::exception& error) {
    return fail(ErrorCode::kInternal, doing, ": ", error.what());
  }
}

}  // namespace musicfleet::ace_v15
