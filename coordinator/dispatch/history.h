// Makes the lines of a job's history: a kind and the numbers behind the decision.
#pragma once

#include "coordinator/dispatch/instant.h"
#include "coordinator/job_changes.h"

#include <cstdint>
#include <initializer_list>
#include <string>
#include <utility>
#include <variant>

namespace musicfleet::dispatch {

// Valid JSON that is taken in as it is.
struct Raw {
  std::string json;
};

using Fact = std::pair<const char*, std::variant<std::int64_t, std::string, Raw>>;

HistoryEvent history(const JobId& job, const Instant& now, std::string kind,
                     std::initializer_list<Fact> facts);

}  // namespace musicfleet::dispatch
