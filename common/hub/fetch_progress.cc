#include "common/hub/fetch_progress.h"

#include <utility>

namespace musicfleet {

void FetchProgress::begin(std::size_t files, std::uint64_t bytes) {
  const std::lock_guard lock(mutex_);
  now_ = {.files = files, .bytes = bytes};
}

void FetchProgress::kept(std::uint64_t bytes) {
  const std::lock_guard lock(mutex_);
  now_.bytes_done += bytes;
}

void FetchProgress::received(std::uint64_t bytes) {
  const std::lock_guard lock(mutex_);
  now_.bytes_done += bytes;
  now_.bytes_received += bytes;
}

void FetchProgress::dropped(std::uint64_t bytes) {
  const std::lock_guard lock(mutex_);
  now_.bytes_done -= bytes;
}

void FetchProgress::file_done() {
  const std::lock_guard lock(mutex_);
  ++now_.files_done;
}

void FetchProgress::note(std::string text) {
  const std::lock_guard lock(mutex_);
  notes_.push_back(std::move(text));
}

FetchSnapshot FetchProgress::snapshot() const {
  const std::lock_guard lock(mutex_);
  return now_;
}

std::vector<std::string> FetchProgress::take_notes() {
  const std::lock_guard lock(mutex_);
  return std::exchange(notes_, {});
}

}  // namespace musicfleet
