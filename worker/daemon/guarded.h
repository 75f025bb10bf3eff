// The border at which exceptions of a job end: what the engine, an encoder or a client throws becomes the
// Error of that one job. Header-only, any thread.
#pragma once

#include "common/result.h"

#include <exception>
#include <new>

namespace musicfleet::daemon {

// Carries out `work`, which returns a Result. kOutOfMemory for an allocation that failed, else kInternal.
template <class Work>
auto guarded(const Work& work) -> decltype(work()) {
  try {
    return work();
  } catch (const std::bad_alloc&) {
    return fail(ErrorCode::kOutOfMemory, "out of memory");
  } catch (const std::exception& e) {
    return fail(ErrorCode::kInternal, e.what());
  } catch (...) {
    return fail(ErrorCode::kInternal, "an exception without a description");
  }
}

}  // namespace musicfleet::daemon
