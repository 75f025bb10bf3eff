#include "coordinator/cli/song_file.h"
#include "coordinator/cli/verbs/generate.h"

#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>

#include <algorithm>
#include <cerrno>
#include <cmath>
#include <cstring>
#include <fstream>
#include <iostream>
#include <iterator>
#include <memory>

namespace musicfleet::cli {
namespace {

// Enough for the longest lyrics; the limit itself is in characters.
constexpr std::streamsize kMaxLyricsBytes = 4 * JobLimits::kMaxLyricsCharacters + 4;

Result<std::string> read_lyrics(const std::string& path) {
  std::ifstream file;
  if (path != "-") {
    file.open(path, std::ios::binary);
    if (!file) return fail_field("--lyrics-file", "cannot be read: ", path, ": ", std::strerror(errno));
  }
  std::istream& in = path == "-" ? std::cin : file;
  std::string text(kMaxLyricsBytes, '\0');
  in.read(text.data(), kMaxLyricsBytes);
  text.resize(static_cast<std::size_t>(in.gcount()));
  return text;
}

Result<AudioContainer> container_of(const GenerateOptions& options) {
  std::string name = options.format;
  if (name.empty()) {
    const std::string extension = std::filesystem::path(options.out).extension().string();
    name = extension.empty() ? "wav" : extension.substr(1);
    std::transform(name.begin(), name.end(), name.begin(), [](unsigned char c) { return std::tolower(c); });
    if (name == "ogg") name = "opus";
  }
  const std::optional<AudioContainer> container = audio_container_of(name);
  if (!container) return fail_field("--format", "must be wav, flac, mp3 or opus, not '", name, "'");
  return *container;
}

}  // namespace

Result<> complete(GenerateOptions& options) {
  MF_CHECK(check_song_path(options.out));
  if (!options.lyrics_file.empty()) options.spec.lyrics = MF_TRY(read_lyrics(options.lyrics_file));
  options.spec.format.container = MF_TRY(container_of(options));
  if (!std::isfinite(options.duration_seconds)) return fail_field("--duration", "must be a number");
  const double bounded = std::clamp(options.duration_seconds, -1e6, 1e6);
  options.spec.duration = std::chrono::milliseconds(std::llround(bounded * 1000));
  options.spec.seed = options.seed.value_or(0);
  return validate(options.spec);
}

void add_generate(CLI::App& app, Context& context) {
  auto options = std::make_shared<GenerateOptions>();
  JobSpec& spec = options->spec;
  CLI::App* verb = app.add_subcommand("generate", "Make one song and download it");
  verb->fallthrough();
  verb->add_option("--prompt", spec.prompt, "What it should sound like")->required();
  verb->add_option("--title", spec.title, "Goes into the file's tags");
  CLI::Option* lyrics = verb->add_option("--lyrics", spec.lyrics, "What is sung, with marks such as [verse]");
  verb->add_option("--lyrics-file", options->lyrics_file, "The same from a file; - is standard input")
      ->excludes(lyrics);
  verb->add_option("--duration", options->duration_seconds, "Seconds, 3 to 600")->capture_default_str();
  verb->add_option("--seed", options->seed, "The same seed and input make the same song; by default drawn");
  verb->add_option("--bpm", spec.bpm, "Beats a minute, 30 to 300");
  verb->add_option("--key-scale", spec.key_scale, "For example 'C major'");
  verb->add_option("--time-signature", spec.time_signature, "Beats a bar, for example 4");
  verb->add_option("--vocal-language", spec.vocal_language, "Code of the language that is sung")
      ->capture_default_str();
  verb->add_flag("--instrumental", spec.instrumental, "Nobody sings");
  verb->add_option("--model", spec.model, "A model of the fleet; by default any");
  verb->add_option("--steps", spec.steps, "Solver steps; by default what the checkpoint recommends");
  verb->add_option("--shift", spec.shift, "Of the schedule; by default what the checkpoint recommends");
  verb->add_option("--format", options->format, "wav, flac, mp3 or opus; by default from the file's name");
  verb->add_option("--bit-rate", spec.format.bit_rate_kbps, "kbit/s, for mp3 and opus");
  verb->add_option("--sample-rate", spec.format.sample_rate_hz, "Hz")->capture_default_str();
  verb->add_option("--priority", options->priority, "-10 to 10; higher goes first")->capture_default_str();
  verb->add_option("--deadline", options->deadline_seconds, "Seconds from now; the song is wanted by then");
  verb->add_option("--out", options->out, "The file to write")->required();
  verb->add_flag("--json", options->json, "Print the result as one line of JSON");
  on_chosen(*verb, context, [options, &context]() -> Result<> {
    MF_CHECK(complete(*options));
    const std::stop_token stop = context.watch_interrupts();
    ApiClient api(MF_TRY(public_endpoint(context.access)));
    return generate(*options, api, context.console, SystemClock(), stop);
  });
}

}  // namespace musicfleet::cli
