// A request for a song, checked and understood: the plan that is followed, what the fleet is asked to make,
// and how the client wants it. Pure, any thread.
#pragma once

#include "coordinator/elevenlabs/field_problem.h"
#include "coordinator/elevenlabs/output_format.h"
#include "coordinator/elevenlabs/plan.h"
#include "coordinator/http/fields.h"

namespace musicfleet::elevenlabs {

struct ComposeOrder {
  std::string prompt;  // empty where the client gave a plan
  Plan plan;           // the client's, or ours for its prompt
  bool instrumental = false;
  JobSpec spec;  // without a seed
  std::optional<std::uint64_t> seed;
  OutputFormat format;
  bool with_timestamps = false;
  bool with_waveform = false;
  // The request itself for a vendor that understands it: Job::vendor_order. Empty where its unknown fields
  // make it too long to keep.
  std::string vendor_order;
};

// Limits and combinations are checked together, so that the client learns of every problem at once.
Checked<ComposeOrder> compose_order_from(const nlohmann::json& body, const http::Fields& query,
                                         const LocalModels& models);

// A request for a plan: the plan.
struct PlanOrder {
  std::string prompt;
  Plan plan;
};
Checked<PlanOrder> plan_order_from(const nlohmann::json& body);

}  // namespace musicfleet::elevenlabs
