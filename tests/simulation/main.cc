// musicfleet-simulate: runs seeds of the simulation, or replays one with its trace.
#include "tests/simulation/world.h"
#ifdef MUSICFLEET_PLANTED_BUGS
#include "tests/simulation/planted_bug.h"
#endif

#include <CLI/CLI.hpp>

#include <chrono>
#include <iostream>

namespace {

using namespace musicfleet::simulation;

void print(const Report& report, std::uint64_t seed) {
  for (const std::string& line : report.trace) std::cout << line << '\n';
  if (report.clean) return;
  std::cout << "seed " << seed << ": " << report.finding << " (alone: script/bench simulate --seed " << seed
            << ")\n";
}

}  // namespace

int main(int argc, char** argv) {
  CLI::App app("Simulates the fleet on a virtual clock and network and checks what it promises");
  std::uint64_t seeds = 1'000, first = 1;
  std::optional<std::uint64_t> only;
  std::size_t lines = 200;
  app.add_option("--seeds", seeds, "How many seeds to run")->capture_default_str();
  app.add_option("--from", first, "The first of them")->capture_default_str();
  app.add_option("--seed", only, "Replay this one seed, with the end of its trace");
  app.add_option("--trace", lines, "Lines of the trace that a replay prints")->capture_default_str();
#ifdef MUSICFLEET_PLANTED_BUGS
  std::string bug;
  app.add_option("--bug", bug, "Plant this bug");
#endif
  CLI11_PARSE(app, argc, argv);
#ifdef MUSICFLEET_PLANTED_BUGS
  std::optional<PlantedBug> planted;
  for (const auto& [name, one] : planted_bugs())
    if (name == bug) planted.emplace(one);
  if (!bug.empty() && !planted) {
    std::cerr << "there is no bug " << bug << "; there are:";
    for (const auto& [name, one] : planted_bugs()) std::cerr << ' ' << name;
    std::cerr << '\n';
    return 2;
  }
#endif
  if (only) {
    const Report report = simulate(*only, lines);
    print(report, *only);
    return report.clean ? 0 : 1;
  }
  const auto begun = std::chrono::steady_clock::now();
  std::uint64_t failed = 0;
  std::size_t jobs = 0;
  Micros virtual_time{0};
  for (std::uint64_t seed = first; seed < first + seeds; ++seed) {
    const Report report = simulate(seed);
    jobs += report.accepted;
    virtual_time += report.virtual_time;
    if (report.clean) continue;
    ++failed;
    print(report, seed);
  }
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - begun;
  std::cout << seeds << " seeds, " << jobs << " jobs, "
            << std::chrono::duration<double>(virtual_time).count() / 3'600 << " virtual hours in "
            << took.count() << " s; " << failed << " failed\n";
  return failed == 0 ? 0 : 1;
}
