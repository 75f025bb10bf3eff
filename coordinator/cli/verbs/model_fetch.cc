#include "common/hub/model_fetch.h"

#include "common/hub/published_models.h"
#include "common/secret_file.h"
#include "coordinator/cli/fetch_display.h"
#include "coordinator/cli/fetch_line.h"
#include "coordinator/cli/verbs/model.h"

#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>

#include <memory>

namespace musicfleet::cli {
namespace {

struct Options {
  std::string repository;
  std::string folder;
  std::string revision = "main";
  std::string endpoint = "https://huggingface.co";
  std::string token_file;
  int parallel = 4;
};

Result<> fetch(const Options& options, Context& context) {
  const std::string repository = MF_TRY(repository_of(options.repository));
  std::string token;
  if (!options.token_file.empty()) token = MF_TRY(read_secret_file(options.token_file));
  const FetchOptions fetch{.access = MF_TRY(HubAccess::make(options.endpoint, std::move(token))),
                           .repository = repository,
                           .revision = options.revision,
                           .folder = options.folder,
                           .parallel = options.parallel};
  const SystemClock clock;
  FetchDisplay display(context.console, clock);
  context.console.err << repository << " from " << fetch.access.endpoint << std::endl;
  Result<FetchOutcome> outcome = fetch_model(fetch, display, context.watch_interrupts());
  display.clear();
  if (!outcome && outcome.error().code == ErrorCode::kCancelled)
    return fail(ErrorCode::kCancelled,
                "stopped; what has arrived is kept, the same command goes on from there");
  if (!outcome) return Failure(outcome.error());
  std::uint64_t bytes = 0;
  for (const ManifestFile& file : outcome->manifest.files) bytes += file.size;
  context.console.out << options.folder << ": " << repository << " at " << outcome->manifest.commit << ", "
                      << outcome->manifest.files.size() << " files, " << bytes_text(bytes)
                      << (outcome->was_complete ? ", was already complete" : "") << "\n";
  return {};
}

}  // namespace

void add_model_fetch(CLI::App& model, Context& context) {
  auto options = std::make_shared<Options>();
  CLI::App* verb =
      model.add_subcommand("fetch", "Download a published checkpoint; goes on where it was interrupted");
  verb->add_option("repository", options->repository, "A name of `model list`, or OWNER/NAME on the hub")
      ->required();
  verb->add_option("folder", options->folder, "Where to put it")->required();
  verb->add_option("--revision", options->revision, "A branch, a tag or a commit")->capture_default_str();
  verb->add_option("--endpoint", options->endpoint, "The hub, or a mirror of it")
      ->envname("HF_ENDPOINT")
      ->capture_default_str();
  verb->add_option("--token-file", options->token_file,
                   "A file with a token of the hub, for what is not public");
  verb->add_option("--parallel", options->parallel, "Files at a time, 1 to 16")->capture_default_str();
  on_chosen(*verb, context, [options, &context] { return fetch(*options, context); });
}

}  // namespace musicfleet::cli
