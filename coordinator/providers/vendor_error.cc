#include "coordinator/providers/vendor_error.h"

#include <nlohmann/json.hpp>

namespace musicfleet::providers {
namespace {

using Json = nlohmann::json;

constexpr std::size_t kMostBytes = 64 * 1024;
constexpr std::size_t kMostCodeCharacters = 64;

std::string text_at(const Json& object, const char* name) {
  const auto found = object.find(name);
  return found != object.end() && found->is_string() ? found->get<std::string>() : std::string();
}

bool is_word(const std::string& text) {
  return text.size() <= kMostCodeCharacters &&
         text.find_first_not_of("abcdefghijklmnopqrstuvwxyz_0123456789") == text.npos;
}

// The word that tells errors apart. The newer form has it as "code"; where that only names the class of the
// error, as for a bad prompt, the older "status" says more.
std::string code_of(const Json& detail) {
  const std::string code = text_at(detail, "code"), status = text_at(detail, "status");
  const std::string& word = code.empty() || code == "bad_request" ? (status.empty() ? code : status) : code;
  return is_word(word) ? word : std::string();
}

}  // namespace

std::optional<VendorError> vendor_error_of(std::string_view body) {
  if (body.size() > kMostBytes) return std::nullopt;
  const Json json = Json::parse(body, nullptr, false);
  if (!json.is_object() || !json.contains("detail")) return std::nullopt;
  const Json& detail = json.at("detail");
  VendorError error;
  error.detail_json = detail.dump(-1, ' ', false, Json::error_handler_t::replace);
  if (detail.is_object()) {
    error.code = code_of(detail);
    error.message = text_at(detail, "message");
  } else if (detail.is_string()) {
    error.message = detail.get<std::string>();
  } else if (detail.is_array() && !detail.empty() && detail.front().is_object()) {
    error.code = "validation_error";
    error.message = text_at(detail.front(), "msg");
  } else {
    return std::nullopt;
  }
  return error;
}

}  // namespace musicfleet::providers
