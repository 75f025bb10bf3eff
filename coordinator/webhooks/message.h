// What an endpoint is sent: the body and the headers of one attempt. Pure, any thread.
#pragma once

#include "common/http_reply.h"
#include "coordinator/webhooks/secret.h"

namespace musicfleet::webhooks {

// Bodies are kept below what the specification asks for; the caller's metadata is what has to give way.
inline constexpr std::size_t kMostBodyBytes = 20'000;

// {"type","timestamp","data"}: the same bytes at every attempt. `data` has fields of GET /v1/jobs/{id} by
// their names there, and neither prompt nor lyrics.
std::string message_body(const WebhookDelivery& delivery, const std::string& public_url);

// Content-Type, webhook-id, webhook-timestamp and webhook-signature, with a signature of each secret.
std::vector<HttpHeader> message_headers(const DeliveryId& id, std::string_view body,
                                        const std::vector<Secret>& secrets, WallTime now);

}  // namespace musicfleet::webhooks
