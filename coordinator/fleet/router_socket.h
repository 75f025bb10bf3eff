// A ROUTER socket that lets in only who passes the context's ZAP handler, and that bounds what a peer can
// make the coordinator hold. Loop thread.
#pragma once

#include "common/zmq/curve_key_pair.h"
#include "common/zmq/socket.h"

#include <string>

namespace musicfleet::fleet {

// Not bound yet. Without a handler nobody gets in. kInvalidArgument for an empty domain: libzmq would not ask
// the handler then and would admit every key.
Result<zmq::Socket> open_router(zmq::Context& context, const zmq::CurveKeyPair& keys,
                                const std::string& zap_domain);

}  // namespace musicfleet::fleet
