#include "worker/audio/encoder.h"
#include "worker/verbs/song_engine.h"
#include "worker/verbs/verbs.h"

#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>
#include <nlohmann/json.hpp>
#include <unistd.h>

#include <chrono>
#include <cmath>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <memory>
#include <optional>
#include <string>

namespace musicfleet::verbs {
namespace {

struct Options {
  ace_v15::EngineOptions engine;
  JobSpec spec;
  double duration_seconds = 30;
  std::string format;  // empty: from the file's name
  std::string out;
  bool json = false;
  std::string software;  // for the file's tags
};

// One line that is written over on a terminal, plain lines otherwise.
void show_progress(const SongProgress& progress) {
  static constexpr const char* kNames[] = {"conditioning", "denoising", "decoding"};
  const char* name = kNames[static_cast<int>(progress.stage)];
  const bool terminal = isatty(STDERR_FILENO) != 0;
  if (terminal)
    std::fprintf(stderr, "\r\033[K%s %d/%d", name, progress.step, progress.steps);
  else
    std::fprintf(stderr, "%s %d/%d\n", name, progress.step, progress.steps);
}

Result<> resolve(Options& options) {
  if (!std::isfinite(options.duration_seconds)) return fail_field("duration", "must be a number");
  options.spec.duration =
      std::chrono::milliseconds(std::llround(std::clamp(options.duration_seconds, -1e6, 1e6) * 1000));
  std::string name = options.format;
  if (name.empty()) {
    const std::string extension = std::filesystem::path(options.out).extension().string();
    name = extension.empty() ? "wav" : extension.substr(1);
  }
  const std::optional<AudioContainer> container = audio_container_of(name);
  if (!container) return fail_field("format", "must be wav, flac, mp3 or opus, not '", name, "'");
  options.spec.format.container = *container;
  return validate(options.spec);
}

Result<> render(Options& options) {
  MF_CHECK(resolve(options));
  const std::unique_ptr<Engine> engine = MF_TRY(make_song_engine(options.engine));
  const auto begin = std::chrono::steady_clock::now();
  const Song song = MF_TRY(engine->generate(options.spec, show_progress, std::stop_token()));
  const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
  if (isatty(STDERR_FILENO) != 0) std::fputs("\r\033[K", stderr);
  for (const std::string& warning : song.warnings) std::fprintf(stderr, "warning: %s\n", warning.c_str());

  const ModelDescription& model = engine->description();
  const SongTags tags{options.spec.title, options.software, model.name,
                      model.family,       model.variant,    options.spec.seed};
  const EncodedSong encoded = MF_TRY(encode_song(song.pcm, options.spec.format, tags, options.out));
  const double realtime = song.pcm.seconds() / seconds;
  if (options.json) {
    const nlohmann::json line = {
        {"file", options.out},  {"seed", options.spec.seed},     {"seconds", seconds},
        {"realtime", realtime}, {"lufs", encoded.loudness_lufs}, {"true_peak_dbtp", encoded.true_peak_dbtp},
        {"model", model.name},  {"device", model.device}};
    std::printf("%s\n", line.dump().c_str());
  } else {
    std::printf("%s: %.1f s of audio in %.1f s (%.1f times real time), %.1f LUFS, true peak %.1f dBTP\n",
                options.out.c_str(), song.pcm.seconds(), seconds, realtime, encoded.loudness_lufs,
                encoded.true_peak_dbtp);
  }
  return {};
}

}  // namespace

void add_render(CLI::App& app, const std::string& software_version, int& exit_status) {
  auto options = std::make_shared<Options>();
  options->software = "musicfleet " + software_version;
  JobSpec& spec = options->spec;
  CLI::App* verb = app.add_subcommand("render", "Make one song on this machine, without a fleet");
  verb->add_option("--model", options->engine.checkpoint, "Folder of the checkpoint")->required();
  verb->add_option("--prompt", spec.prompt, "What it should sound like")->required();
  verb->add_option("--title", spec.title, "Goes into the file's tags");
  verb->add_option("--lyrics", spec.lyrics, "What is sung");
  verb->add_option("--duration", options->duration_seconds, "Seconds, 3 to 600")->capture_default_str();
  verb->add_option("--seed", spec.seed, "The same seed makes the same song")->capture_default_str();
  verb->add_option("--bpm", spec.bpm, "Beats a minute");
  verb->add_option("--key-scale", spec.key_scale, "For example 'C major'");
  verb->add_option("--time-signature", spec.time_signature, "For example 4");
  verb->add_option("--vocal-language", spec.vocal_language, "Two-letter code")->capture_default_str();
  verb->add_flag("--instrumental", spec.instrumental, "Nobody sings");
  verb->add_option("--steps", spec.steps, "Solver steps; by default what the checkpoint recommends");
  verb->add_option("--shift", spec.shift, "Of the schedule; by default what the checkpoint recommends");
  verb->add_option("--format", options->format, "wav, flac, mp3 or opus; by default from the file's name");
  verb->add_option("--sample-rate", spec.format.sample_rate_hz, "Hz")->capture_default_str();
  verb->add_option("--bit-rate", spec.format.bit_rate_kbps, "kbit/s, for mp3 and opus");
  verb->add_option("--device", options->engine.device, "cpu or cuda:N")->capture_default_str();
  verb->add_option("--precision", options->engine.precision, "fp32 or bf16")->capture_default_str();
  verb->add_option("--threads", options->engine.threads, "0: one a core")->capture_default_str();
  verb->add_option("--out", options->out, "The file to write")->required();
  verb->add_flag("--json", options->json, "Print the result as JSON");
  verb->callback([options, &exit_status] {
    const Result<> rendered = render(*options);
    if (!rendered) std::fprintf(stderr, "musicfleet-worker: %s\n", rendered.error().message.c_str());
    exit_status = rendered ? 0 : 1;
  });
}

}  // namespace musicfleet::verbs
