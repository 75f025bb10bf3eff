// Members of the coordinator's JSON answers, read without trusting them: what is absent, null or of another
// kind is nothing. Any thread.
#pragma once

#include "common/result.h"

#include <nlohmann/json_fwd.hpp>

#include <cstdint>
#include <optional>
#include <string>

namespace musicfleet::cli {

std::string text_of(const nlohmann::json& object, const char* name);
std::optional<double> number_of(const nlohmann::json& object, const char* name);
std::int64_t integer_of(const nlohmann::json& object, const char* name);  // 0 where there is none
bool is_true(const nlohmann::json& object, const char* name);
// The member that is an object; an empty one where there is none.
const nlohmann::json& object_of(const nlohmann::json& object, const char* name);
// The member that is an array; an empty one where there is none.
const nlohmann::json& array_of(const nlohmann::json& object, const char* name);

}  // namespace musicfleet::cli
