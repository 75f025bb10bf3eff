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
  } catch (const c10::Error& error) {
    const std::string what = error.what_without_backtrace();
    // libtorch's CPU allocator, cuBLAS and cuDNN report exhaustion as a plain Error.
    const auto says = [&](std::string_view words) { return what.find(words) != std::string::npos; };
    const bool memory = says("can't allocate memory") || says("CUBLAS_STATUS_ALLOC_FAILED") ||
                        says("CUDNN_STATUS_ALLOC_FAILED");
    return fail(memory ? ErrorCode::kOutOfMemory : ErrorCode::kInternal, doing, ": ", what);
  } catch (const std::exception& error) {
    return fail(ErrorCode::kInternal, doing, ": ", error.what());
  }
}

}  // namespace musicfleet::ace_v15
