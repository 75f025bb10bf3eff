// Waits until this process stands still: all its threads but the caller's sleep, and none has run since it
// was looked at first. Then nothing goes on until something comes from outside, or a timer ends: what a test
// has set going has come to where it waits. Linux only.
#pragma once

#include <unistd.h>

#include <chrono>
#include <filesystem>
#include <fstream>
#include <map>
#include <stdexcept>
#include <string>
#include <thread>

namespace musicfleet::testing {

// How often each of the other threads has gone to sleep or was put aside, by its number; empty where one
// runs.
inline std::map<std::string, std::string> sleeping_threads() {
  std::map<std::string, std::string> found;
  for (const auto& entry : std::filesystem::directory_iterator("/proc/self/task")) {
    const std::string number = entry.path().filename();
    if (number == std::to_string(::gettid())) continue;
    std::ifstream status(entry.path() / "status");
    std::string& switches = found[number];
    for (std::string line; std::getline(status, line);) {
      if (line.starts_with("State:") && line.find("(sleeping)") == line.npos) return {};
      if (line.find("ctxt_switches:") != line.npos) switches += line;
    }
  }
  return found;
}

// For processes of several threads. Throws where it never stands still.
inline void wait_until_still() {
  for (const auto end = std::chrono::steady_clock::now() + std::chrono::minutes(1);
       std::chrono::steady_clock::now() < end; std::this_thread::yield()) {
    const auto before = sleeping_threads();
    if (!before.empty() && sleeping_threads() == before) return;
  }
  throw std::runtime_error("this process does not come to a stand");
}

}  // namespace musicfleet::testing
