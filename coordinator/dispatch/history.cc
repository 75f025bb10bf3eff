#include "coordinator/dispatch/history.h"

#include <nlohmann/json.hpp>

namespace musicfleet::dispatch {

HistoryEvent history(const JobId& job, const Instant& now, std::string kind,
                     std::initializer_list<Fact> facts) {
  nlohmann::ordered_json detail = nlohmann::ordered_json::object();
  for (const auto& [name, value] : facts)
    if (const auto* raw = std::get_if<Raw>(&value))
      detail[name] = nlohmann::ordered_json::parse(raw->json);
    else if (const auto* number = std::get_if<std::int64_t>(&value))
      detail[name] = *number;
    else
      detail[name] = std::get<std::string>(value);
  // A worker's error message may hold any bytes; history keeps what is readable of it.
  return {job, now.wall, std::move(kind),
          detail.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace)};
}

}  // namespace musicfleet::dispatch
