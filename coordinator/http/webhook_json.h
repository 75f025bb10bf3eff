// Webhooks and their deliveries as operators see them, and what they may send. Any thread.
#pragma once

#include "coordinator/http/field_rule.h"
#include "coordinator/http/webhook_desk.h"

#include <nlohmann/json_fwd.hpp>

namespace musicfleet::http {

// Never with the secret.
nlohmann::ordered_json webhook_json(const Webhook& webhook);
nlohmann::ordered_json delivery_json(const WebhookDelivery& delivery);

JsonSchema webhook_schema();
JsonSchema webhook_list_schema();
JsonSchema webhook_with_secret_schema();
JsonSchema delivery_page_schema();

JsonSchema new_webhook_schema();
JsonSchema rotation_schema();
std::span<const FieldRule> webhook_list_parameters();
std::span<const FieldRule> delivery_list_parameters();

}  // namespace musicfleet::http
