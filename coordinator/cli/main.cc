// musicfleet: hands its arguments to coordinator/cli, on the process's own streams and signals.

#include "coordinator/cli/cli.h"
#include "coordinator/cli/interrupt.h"

#include <filesystem>
#include <optional>

int main(int argc, char** argv) {
  using namespace musicfleet::cli;
  std::optional<Interrupt> interrupt;
  Console console = standard_console();
  Context context{.console = console,
                  .programs = std::filesystem::read_symlink("/proc/self/exe").parent_path(),
                  .watch_interrupts = [&] {
                    if (!interrupt) interrupt.emplace();
                    return interrupt->token();
                  }};
  return run(argc, argv, MUSICFLEET_VERSION, context);
}
