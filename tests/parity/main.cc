// musicfleet-parity: proves a model family against golden data of its reference, stage by stage.

#include "tests/parity/v15.h"

#include <c10/core/InferenceMode.h>

#include <cstdio>
#include <exception>
#include <optional>
#include <string>
#include <string_view>

namespace {

constexpr const char* kUsage =
    "usage: musicfleet-parity --family v15 --golden DIR [--checkpoint DIR]\n"
    "One line a stage. Exit status: 0 all ok, 1 any failed, 2 wrong use, 3 none failed but some absent.\n";

struct Arguments {
  std::string family, golden;
  std::optional<std::filesystem::path> checkpoint;
};

std::optional<Arguments> parse(int argc, char** argv) {
  Arguments arguments;
  for (int i = 1; i < argc; i += 2) {
    const std::string_view option = argv[i];
    if (i + 1 >= argc) return std::nullopt;
    if (option == "--family")
      arguments.family = argv[i + 1];
    else if (option == "--golden")
      arguments.golden = argv[i + 1];
    else if (option == "--checkpoint")
      arguments.checkpoint = argv[i + 1];
    else
      return std::nullopt;
  }
  if (arguments.family != "v15" || arguments.golden.empty()) return std::nullopt;
  return arguments;
}

}  // namespace

int main(int argc, char** argv) {
  const std::optional<Arguments> arguments = parse(argc, argv);
  if (!arguments) {
    std::fputs(kUsage, stderr);
    return 2;
  }
  try {
    const c10::InferenceMode inference;
    musicfleet::parity::Report report;
    const musicfleet::parity::GoldenFolder golden(arguments->golden, arguments->checkpoint);
    if (const auto done = musicfleet::parity::v15::run(golden, report); !done) {
      std::fprintf(stderr, "musicfleet-parity: %s\n", done.error().message.c_str());
      return 1;
    }
    return report.exit_status();
  } catch (const std::exception& error) {
    std::fprintf(stderr, "musicfleet-parity: %s\n", error.what());
    return 1;
  }
}
