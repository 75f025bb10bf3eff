// A value inside a JSON document together with the path that leads to it, so that every complaint about a
// file names the place: "model.merges[3] must be a string, not a number". Holds a pointer into the document;
// any thread.
#pragma once

#include "common/result.h"

#include <nlohmann/json_fwd.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace musicfleet {

class JsonView {
 public:
  // `document` outlives the view. The root's path is empty.
  explicit JsonView(const nlohmann::json& document) : value_(&document) {}

  const std::string& path() const { return path_; }
  bool is_null() const;
  bool is_string() const;
  bool is_array() const;

  // The member `name`. `at` fails where it is absent; `find` gives none where it is absent or null.
  Result<JsonView> at(std::string_view name) const;
  Result<std::optional<JsonView>> find(std::string_view name) const;

  Result<std::vector<JsonView>> elements() const;                         // of an array
  Result<std::vector<std::pair<std::string, JsonView>>> members() const;  // of an object

  Result<std::string> string() const;
  Result<bool> boolean() const;
  Result<std::int32_t> id() const;  // an integer from 0 to 2^31-1

  // The string member `name`.
  Result<std::string> string_at(std::string_view name) const;

  // The boolean member `name`, false where it is absent or null.
  Result<bool> flag(std::string_view name) const;

  // An error about this value: "PATH <parts>".
  template <class... Parts>
  Failure complain(const Parts&... parts) const {
    return fail(ErrorCode::kCorrupt, path_.empty() ? "the document" : path_, " ", parts...);
  }

 private:
  JsonView(const nlohmann::json* value, std::string path) : value_(value), path_(std::move(path)) {}
  JsonView member(std::string_view name, const nlohmann::json& value) const;
  Failure expected(std::string_view type) const;

  const nlohmann::json* value_;
  std::string path_;
};

}  // namespace musicfleet
