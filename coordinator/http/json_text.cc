#include "coordinator/http/json_text.h"

#include <nlohmann/json.hpp>

#include <set>
#include <string>
#include <vector>

namespace musicfleet::http {
namespace {

using nlohmann::json;

// Builds the document while it watches keys and depth. Its functions return false to stop the parser.
class StrictReader : public json::json_sax_t {
 public:
  explicit StrictReader(std::size_t size) : size_(size) {}

  json document;
  Error error;

  bool null() override { return add(nullptr); }
  bool boolean(bool value) override { return add(value); }
  bool number_integer(std::int64_t value) override { return add(value); }
  bool number_unsigned(std::uint64_t value) override { return add(value); }
  bool number_float(double value, const std::string&) override { return add(value); }
  bool string(std::string& value) override { return add(std::move(value)); }
  bool binary(json::binary_t&) override { return false; }
  bool start_object(std::size_t) override { return enter(json::object()); }
  bool end_object() override { return leave(); }
  bool start_array(std::size_t) override { return enter(json::array()); }
  bool end_array() override { return leave(); }

  bool key(std::string& name) override {
    Level& level = levels_.back();
    level.key = name;
    if (!level.keys.insert(name).second) return stop("appears twice in the JSON body");
    return true;
  }

  bool parse_error(std::size_t offset, const std::string&, const json::exception& why) override {
    const bool number = why.id == 406;  // a number beyond a double
    error = {ErrorCode::kInvalidArgument,
             concat("malformed JSON at byte ", offset, param().empty() ? "" : concat(", in ", param()),
                    number           ? ": the number is too large"
                    : offset > size_ ? ": the text ends too early"
                                     : ""),
             param()};
    return false;
  }

 private:
  struct Level {
    json* container;
    std::string key;
    std::set<std::string> keys;
  };

  // "format.type": the fields that lead to where the reader is.
  std::string param() const {
    std::string path;
    for (const Level& level : levels_)
      if (!level.key.empty()) path += (path.empty() ? "" : ".") + level.key;
    return path;
  }

  bool stop(std::string_view what) {
    error = {ErrorCode::kInvalidArgument, concat(param(), " ", what), param()};
    return false;
  }

  json* put(json&& value) {
    if (levels_.empty()) return &(document = std::move(value));
    Level& level = levels_.back();
    if (level.container->is_array()) return &level.container->emplace_back(std::move(value));
    return &((*level.container)[level.key] = std::move(value));
  }

  bool add(json value) {
    put(std::move(value));
    return true;
  }

  bool enter(json value) {
    if (levels_.size() == static_cast<std::size_t>(kMaxJsonDepth))
      return stop(concat("is nested deeper than ", kMaxJsonDepth, " levels"));
    json* container = put(std::move(value));
    levels_.push_back({container, {}, {}});
    return true;
  }

  bool leave() {
    levels_.pop_back();
    return true;
  }

  std::size_t size_;
  std::vector<Level> levels_;
};

}  // namespace

Result<json> parse_json_object(std::string_view text) {
  StrictReader reader(text.size());
  if (!json::sax_parse(text, &reader)) return Failure(std::move(reader.error));
  if (!reader.document.is_object())
    return fail(ErrorCode::kInvalidArgument, "the body must be a JSON object, not ",
                reader.document.type_name());
  return std::move(reader.document);
}

}  // namespace musicfleet::http
