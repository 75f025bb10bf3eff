#include "worker/text/json_view.h"

#include <nlohmann/json.hpp>

#include <limits>

namespace musicfleet {

bool JsonView::is_null() const { return value_->is_null(); }
bool JsonView::is_string() const { return value_->is_string(); }
bool JsonView::is_array() const { return value_->is_array(); }

Result<JsonView> JsonView::at(std::string_view name) const {
  if (!value_->is_object()) return expected("an object");
  const auto found = value_->find(name);
  if (found == value_->end()) return complain("has no \"", name, "\"");
  return member(name, *found);
}

Result<std::optional<JsonView>> JsonView::find(std::string_view name) const {
  if (!value_->is_object()) return expected("an object");
  const auto found = value_->find(name);
  if (found == value_->end() || found->is_null()) return std::optional<JsonView>{};
  return std::optional<JsonView>{member(name, *found)};
}

Result<std::vector<JsonView>> JsonView::elements() const {
  if (!value_->is_array()) return expected("an array");
  std::vector<JsonView> views;
  views.reserve(value_->size());
  for (const nlohmann::json& element : *value_)
    views.push_back(JsonView(&element, path_ + "[" + std::to_string(views.size()) + "]"));
  return views;
}

Result<std::vector<std::pair<std::string, JsonView>>> JsonView::members() const {
  if (!value_->is_object()) return expected("an object");
  std::vector<std::pair<std::string, JsonView>> views;
  views.reserve(value_->size());
  for (auto it = value_->begin(); it != value_->end(); ++it)
    views.emplace_back(it.key(), member(it.key(), it.value()));
  return views;
}

Result<std::string> JsonView::string() const {
  if (!value_->is_string()) return expected("a string");
  return value_->get_ref<const std::string&>();
}

Result<bool> JsonView::boolean() const {
  if (!value_->is_boolean()) return expected("true or false");
  return value_->get<bool>();
}

Result<std::int32_t> JsonView::id() const {
  constexpr std::uint64_t kMax = std::numeric_limits<std::int32_t>::max();
  if (!value_->is_number_unsigned() || value_->get<std::uint64_t>() > kMax)
    return complain("must be an id from 0 to ", kMax, ", not ",
                    value_->is_number() ? value_->dump() : value_->type_name());
  return static_cast<std::int32_t>(value_->get<std::uint64_t>());
}

Result<std::string> JsonView::string_at(std::string_view name) const {
  return at(name).and_then([](const JsonView& value) { return value.string(); });
}

Result<bool> JsonView::flag(std::string_view name) const {
  const std::optional<JsonView> value = MF_TRY(find(name));
  return value ? value->boolean() : false;
}

JsonView JsonView::member(std::string_view name, const nlohmann::json& value) const {
  std::string path = path_;
  if (!path.empty()) path += '.';
  return JsonView(&value, path.append(name));
}

Failure JsonView::expected(std::string_view type) const {
  return complain("must be ", type, ", not ", value_->type_name());
}

}  // namespace musicfleet
