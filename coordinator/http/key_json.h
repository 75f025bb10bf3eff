// Keys as operators see them, and what they may ask for. Any thread.
#pragma once

#include "coordinator/http/field_rule.h"
#include "coordinator/http/key_desk.h"

#include <nlohmann/json_fwd.hpp>

namespace musicfleet::http {

// Never with the secret.
nlohmann::ordered_json key_json(const KeyInfo& info);

JsonSchema key_schema();
JsonSchema key_list_schema();
JsonSchema key_with_secret_schema();

JsonSchema new_key_schema();
JsonSchema key_rotation_schema();

// What a body that has followed its schema asks for; the error names the field that contradicts another.
Result<KeyOrder> key_order_from(const nlohmann::json& body);
KeyRotation key_rotation_from(const nlohmann::json& body);

}  // namespace musicfleet::http
