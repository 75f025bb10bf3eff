// musicfleet-parity: proves a model family against golden data of its reference, stage by stage.

#include "tests/parity/v15.h"
#include "worker/ace_v15/self_test.h"
#include "worker/device/compute_device.h"

#include <c10/core/InferenceMode.h>

#include <cstdio>
#include <exception>
#include <optional>
#include <string>
#include <string_view>

namespace {

constexpr const char* kUsage =
    "usage: musicfleet-parity --family v15 --golden DIR [--checkpoint DIR] [--device cpu|cuda:N] "
    "[--precision fp32|bf16]\n"
    "One line a stage. Exit status: 0 all ok, 1 any failed, 2 wrong use, 3 none failed but some absent.\n";

struct Arguments {
  std::string family, golden, device = "cpu", precision = "fp32";
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
    else if (option == "--device")
      arguments.device = argv[i + 1];
    else if (option == "--precision")
      arguments.precision = argv[i + 1];
    else
      return std::nullopt;
  }
  if (arguments.precision != "fp32" && arguments.precision != "bf16") return std::nullopt;
  if (arguments.family != "v15" || arguments.golden.empty()) return std::nullopt;
  return arguments;
}

// The exit status.
musicfleet::Result<int> compare(const Arguments& arguments) {
  namespace ace_v15 = musicfleet::ace_v15;
  namespace device = musicfleet::device;
  namespace parity = musicfleet::parity;
  const bool bf16 = arguments.precision == "bf16";
  parity::Target target{.device = at::kCPU, .type = bf16 ? at::kBFloat16 : at::kFloat};
  const auto opened =
      MF_TRY(device::ComputeDevice::open(MF_TRY(device::parse_device(arguments.device)), target.type));
  target.device = opened.device();
  const c10::InferenceMode inference;
  MF_CHECK(ace_v15::judge(ace_v15::compute_known(target.device, target.type), target.type));
  std::printf("self-test on %s in %s ok\n", opened.description().c_str(), arguments.precision.c_str());
  parity::Report report(bf16);
  MF_CHECK(parity::v15::run({arguments.golden, arguments.checkpoint}, target, report));
  return report.exit_status();
}

}  // namespace

int main(int argc, char** argv) {
  const std::optional<Arguments> arguments = parse(argc, argv);
  if (!arguments) {
    std::fputs(kUsage, stderr);
    return 2;
  }
  try {
    const musicfleet::Result<int> status = compare(*arguments);
    if (status) return *status;
    std::fprintf(stderr, "musicfleet-parity: %s\n", status.error().message.c_str());
    return 1;
  } catch (const std::exception& error) {
    std::fprintf(stderr, "musicfleet-parity: %s\n", error.what());
    return 1;
  }
}
