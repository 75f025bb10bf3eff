// The checkpoints of ACE-Step 1.5 that are published in the folder layout that the engine reads (diffusers'
// AceStepPipeline), by short name, with what their authors recommend for them. The one table of these facts;
// the engine's defaults are held to it by a test (tests/worker/ace_v15/recommended_test.cc). Pure data, any
// thread.
#pragma once

#include "common/result.h"

#include <span>
#include <string>
#include <string_view>

namespace musicfleet {

struct PublishedModel {
  std::string_view name;     // what `musicfleet model fetch` takes: "turbo"
  std::string_view size;     // of the transformer: "2B" or "XL"
  std::string_view variant;  // "turbo", "base" or "sft"
  std::string_view
      repository;  // "owner/name" on the hub; empty: nobody is known to publish it in that layout
  int steps;
  double shift;
  double guidance;  // 1: none; it is distilled into the weights
  std::string_view note;
};

std::span<const PublishedModel> published_models();

// Null for a name that is not in the table.
const PublishedModel* find_published_model(std::string_view name);

// "owner/name" of a short name, or of a text that already is one. kInvalidArgument lists the names.
Result<std::string> repository_of(std::string_view name_or_repository);

}  // namespace musicfleet
