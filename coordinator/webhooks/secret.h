// The secret of an endpoint, and the signature that it gives a message (Standard Webhooks 1.0.0, symmetric
// "v1"). Any thread.
#pragma once

#include "coordinator/webhook.h"

namespace musicfleet::webhooks {

class Secret {
 public:
  static constexpr std::size_t kFewestBytes = 24;
  static constexpr std::size_t kMostBytes = 64;

  // 32 bytes of the operating system's randomness.
  static Secret make();
  // "whsec_" and base 64 of 24 to 64 bytes; kInvalidArgument for anything else.
  static Result<Secret> of(const std::string& text);

  std::string text() const;
  // "v1," and base 64 of HMAC-SHA256 over ID.SECONDS.BODY.
  std::string sign(const DeliveryId& id, std::int64_t unix_seconds, std::string_view body) const;

 private:
  explicit Secret(std::string bytes) : bytes_(std::move(bytes)) {}

  std::string bytes_;
};

}  // namespace musicfleet::webhooks
