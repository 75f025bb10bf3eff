#include "coordinator/dispatch/history.h"

#include <nlohmann/json.hpp>

namespace musicfleet::dispatch {

HistoryEvent history(const JobId& job, const Instant& now, std::string kind,
                     std::initializer_list<Fact> facts) {
  using Json = nlohmann::ordered_json;
  // A worker's error message may hold any bytes; history keeps what is readable of it.
  const auto text_of = [](const Json& value) {
    return value.dump(-1, ' ', false, Json::error_handler_t::replace);
  };
  std::string detail = "{";
  for (const auto& [name, value] : facts) {
    detail.append(detail.size() > 1 ? ",\"" : "\"").append(name).append("\":");
    if (const auto* raw = std::get_if<Raw>(&value))
      detail += raw->json;
    else if (const auto* number = std::get_if<std::int64_t>(&value))
      detail += std::to_string(*number);
    else
      detail += text_of(std::get<std::string>(value));
  }
  detail += '}';
  return {job, now.wall, std::move(kind), std::move(detail)};
}

}  // namespace musicfleet::dispatch
