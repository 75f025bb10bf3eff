// The fields of the admin API's requests. Any thread.
#pragma once

#include "coordinator/http/field_rule.h"

namespace musicfleet::http {

std::span<const FieldRule> new_worker_fields();
JsonSchema new_worker_schema();
std::span<const FieldRule> new_worker_key_fields();
JsonSchema new_worker_key_schema();

// A name that an operator gives to a tenant or a worker: 1 to 64 of a-z, A-Z, 0-9, '.', '_', '-'.
Result<> check_operator_name(const std::string& field, const std::string& name);
// A CURVE public key: 40 characters of Z85 (ZeroMQ RFC 32).
Result<> check_public_key(const std::string& field, const std::string& key);

}  // namespace musicfleet::http
