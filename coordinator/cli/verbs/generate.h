// generate: orders a song, shows how it goes, and leaves its file. Ctrl-C cancels the job. One thread.
#pragma once

#include "common/clock.h"
#include "common/job_spec.h"
#include "coordinator/cli/job_follower.h"
#include "coordinator/cli/verbs/context.h"

#include <optional>
#include <string>

namespace musicfleet::cli {

struct GenerateOptions {
  JobSpec spec;                       // its seed is `seed`
  std::optional<std::uint64_t> seed;  // unset: the coordinator draws one
  double duration_seconds = 30;
  std::string lyrics_file;  // "-" is standard input
  std::string format;       // empty: from the file's name
  int priority = 0;
  std::optional<double> deadline_seconds;
  std::string out;
  bool json = false;
  FollowOptions follow;
};

void add_generate(CLI::App& app, Context& context);

// Reads the lyrics, finds the format and checks every field. kInvalidArgument.
Result<> complete(GenerateOptions& options);

// The song of completed options.
Result<> generate(const GenerateOptions& options, ApiClient& api, Console& console, const Clock& clock,
                  std::stop_token stop);

}  // namespace musicfleet::cli
