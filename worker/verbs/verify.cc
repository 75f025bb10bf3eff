#include "common/hub/model_manifest.h"
#include "common/printable.h"
#include "worker/ace_v15/inspection.h"
#include "worker/verbs/verbs.h"

#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>
#include <nlohmann/json.hpp>
#include <unistd.h>

#include <cstdio>
#include <memory>
#include <optional>
#include <string>
#include <utility>

namespace musicfleet::verbs {
namespace {

using nlohmann::json;

constexpr std::size_t kLongestFault = 2'000;

struct Options {
  std::string folder;
  bool json = false;
  bool no_hash = false;
};

struct Report {
  ace_v15::Inspection model;
  std::optional<ModelManifest> manifest;
  std::string content;  // what is known of the files' bytes
};

// The hashes of 10 GB take a while: says how far they are, on a terminal.
class HashProgress {
 public:
  explicit HashProgress(const ModelManifest& manifest) {
    for (const ManifestFile& file : manifest.files) whole_ += file.size;
  }
  ~HashProgress() {
    if (terminal_) std::fputs("\r\033[K", stderr);
  }
  HashProgress(const HashProgress&) = delete;
  HashProgress& operator=(const HashProgress&) = delete;

  bool operator()(std::uint64_t bytes) {
    done_ += bytes;
    if (terminal_ && whole_ > 0)
      std::fprintf(stderr, "\r\033[Kreading %d %%", static_cast<int>(done_ * 100 / whole_));
    return true;
  }

 private:
  bool terminal_ = isatty(STDERR_FILENO) != 0;
  std::uint64_t whole_ = 0, done_ = 0;
};

void compare_with_manifest(const Options& options, Report& report) {
  Result<ModelManifest> manifest = read_manifest(options.folder);
  if (!manifest) {
    report.content = "not compared: the folder was not filled by `musicfleet model fetch`";
    if (manifest.error().code != ErrorCode::kNotFound)
      report.model.faults.push_back(manifest.error().message);
    return;
  }
  report.manifest = *std::move(manifest);
  HashProgress progress(*report.manifest);
  const std::vector<std::string> different =
      differences(options.folder, *report.manifest, !options.no_hash, std::ref(progress));
  report.content = !different.empty() ? "not what was fetched"
                   : options.no_hash  ? "the sizes are those of what was fetched"
                                      : "every byte is what was fetched";
  report.model.faults.insert(report.model.faults.end(), different.begin(), different.end());
}

// What the longest song that people order takes with the longest lyrics, as a worker decodes it by default.
constexpr std::uint64_t kSongSeconds = 180;

model::MemoryNeed need_of(const ace_v15::Inspection& model, model::Placement placement) {
  const auto rate = static_cast<std::uint64_t>(model.sample_rate_hz);
  return memory_need(*model.widths, placement,
                     {.frames = kSongSeconds * rate / model.widths->hop, .tile_frames = 512});
}

json memory_of(const ace_v15::Inspection& model) {
  if (!model.widths) return nullptr;
  const auto in = [&](model::Precision precision) -> json {
    const model::MemoryNeed cpu = need_of(model, {precision, model::Kernels::kPacked}),
                            gpu = need_of(model, {precision, model::Kernels::kPlain});
    return {{"weights_bytes", cpu.weights}, {"cpu_bytes", cpu.total()}, {"gpu_bytes", gpu.total()}};
  };
  return {{"song_seconds", kSongSeconds},
          {"fp32", in(model::Precision::kFp32)},
          {"bf16", in(model::Precision::kBf16)}};
}

json json_of(const Options& options, const Report& report) {
  const ace_v15::Inspection& model = report.model;
  json components = json::array();
  for (const ace_v15::ComponentFacts& part : model.components)
    components.push_back({{"name", part.name},
                          {"tensors", part.tensors},
                          {"parameters", part.parameters},
                          {"used_parameters", part.used_parameters},
                          {"file_bytes", part.file_bytes},
                          {"precisions", part.precisions}});
  const auto source = [&]() -> json {
    if (!report.manifest) return nullptr;
    return {{"repository", report.manifest->repository},
            {"revision", report.manifest->revision},
            {"commit", report.manifest->commit}};
  };
  return {{"folder", options.folder},
          {"ok", model.faults.empty()},
          {"family", "ace_v15"},
          {"variant", model.variant},
          {"size", model.size},
          {"sample_rate_hz", model.sample_rate_hz},
          {"steps", model.recommended.steps},
          {"shift", model.recommended.shift},
          {"guidance", model.recommended.guidance},
          {"components", components},
          {"memory", memory_of(model)},
          {"source", source()},
          {"content", report.content},
          {"faults", model.faults}};
}

double gigabytes(std::uint64_t bytes) { return static_cast<double>(bytes) / 1e9; }

void print_memory(const ace_v15::Inspection& model) {
  if (!model.widths) return;
  std::printf("memory for a song of %d s:\n", static_cast<int>(kSongSeconds));
  for (const auto& [name, precision] :
       {std::pair("bf16", model::Precision::kBf16), std::pair("fp32", model::Precision::kFp32)}) {
    const model::MemoryNeed cpu = need_of(model, {precision, model::Kernels::kPacked}),
                            gpu = need_of(model, {precision, model::Kernels::kPlain});
    std::printf("  %s  weights %.3f GB, with the song %.3f GB on the CPU, %.3f GB on a GPU\n", name,
                gigabytes(cpu.weights), gigabytes(cpu.total()), gigabytes(gpu.total()));
  }
}

void print_text(const Options& options, const Report& report) {
  const ace_v15::Inspection& model = report.model;
  if (!model.variant.empty())
    std::printf("%s: ACE-Step 1.5 %s, transformer of size %s, %d Hz; %d steps, shift %.1f, guidance %.1f\n",
                options.folder.c_str(), model.variant.c_str(), model.size.c_str(), model.sample_rate_hz,
                model.recommended.steps, model.recommended.shift, model.recommended.guidance);
  for (const ace_v15::ComponentFacts& part : model.components) {
    std::string precisions;
    for (const std::string& name : part.precisions) precisions += (precisions.empty() ? "" : ", ") + name;
    std::printf("  %-18s %9.1f M parameters in %zu tensors, %.3f GB, %s\n", part.name.c_str(),
                static_cast<double>(part.parameters) / 1e6, part.tensors, gigabytes(part.file_bytes),
                precisions.c_str());
  }
  print_memory(model);
  if (report.manifest)
    std::printf("fetched from %s at %s\n", report.manifest->repository.c_str(),
                report.manifest->commit.c_str());
  std::printf("content: %s\n", report.content.c_str());
  for (const std::string& fault : model.faults)
    std::printf("fault: %s\n", printable(fault, kLongestFault).c_str());
  std::printf("%s\n", model.faults.empty() ? "it loads" : "it cannot be used");
}

}  // namespace

void add_verify(CLI::App& app, int& exit_status) {
  auto options = std::make_shared<Options>();
  CLI::App* verb = app.add_subcommand(
      "verify", "Say what a checkpoint is, what it needs, and everything that is wrong with it");
  verb->add_option("folder", options->folder, "The folder of the checkpoint")->required();
  verb->add_flag("--json", options->json, "Print the result as JSON");
  verb->add_flag("--no-hash", options->no_hash, "Do not read every byte to compare it with what was fetched");
  verb->callback([options, &exit_status] {
    Report report;
    report.model = ace_v15::inspect(options->folder);
    compare_with_manifest(*options, report);
    if (options->json)
      std::printf("%s\n",
                  json_of(*options, report).dump(-1, ' ', false, json::error_handler_t::replace).c_str());
    else
      print_text(*options, report);
    exit_status = report.model.faults.empty() ? 0 : 1;
  });
}

}  // namespace musicfleet::verbs
