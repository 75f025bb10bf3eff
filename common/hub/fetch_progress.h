// How far a fetch is: threads that download count here, the thread that shows it reads. Any thread.
#pragma once

#include <cstdint>
#include <mutex>
#include <string>
#include <vector>

namespace musicfleet {

struct FetchSnapshot {
  std::size_t files = 0;  // wanted, those that were already there included
  std::size_t files_done = 0;
  std::uint64_t bytes = 0;
  std::uint64_t bytes_done = 0;
  std::uint64_t bytes_received = 0;  // by this fetch; never falls
};

class FetchProgress {
 public:
  void begin(std::size_t files, std::uint64_t bytes);
  // Bytes that were already there.
  void kept(std::uint64_t bytes);
  void received(std::uint64_t bytes);
  // Bytes that turned out to be worth nothing.
  void dropped(std::uint64_t bytes);
  void file_done();
  void note(std::string text);

  FetchSnapshot snapshot() const;
  // What was noted since the last call.
  std::vector<std::string> take_notes();

 private:
  mutable std::mutex mutex_;
  FetchSnapshot now_;
  std::vector<std::string> notes_;
};

}  // namespace musicfleet
