#include "common/zmq/context.h"

#include <zmq.h>

#include <new>

namespace musicfleet::zmq {

Context::Context() : handle_(zmq_ctx_new()) {
  if (!handle_) throw std::bad_alloc();
  // Closing must not wait for peers that are gone, unless a socket says so.
  zmq_ctx_set(handle_, ZMQ_BLOCKY, 0);
}

Context::~Context() { zmq_ctx_term(handle_); }

void Context::shutdown() { zmq_ctx_shutdown(handle_); }

}  // namespace musicfleet::zmq
