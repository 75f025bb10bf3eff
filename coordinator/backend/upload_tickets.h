// The upload tickets that are out: each a random token that admits one upload for one lease, until it expires
// or the upload is published. In memory only: after a restart a worker asks again. One thread.
#pragma once

#include "common/clock.h"
#include "common/fleet_messages.h"

#include <chrono>
#include <cstdint>
#include <string>
#include <unordered_map>

namespace musicfleet::backend {

struct UploadTicket {
  WorkerId worker;
  to_coordinator::SongReady song;  // what was announced: the upload must match it
  AudioContainer container = AudioContainer::kWav;
  std::uint64_t number = 0;  // of this ticket, in this process: names its temporary file
  SteadyTime expires{};
  bool in_use = false;  // an upload with it is under way
};

class UploadTickets {
 public:
  static constexpr std::chrono::minutes kLifetime{15};

  explicit UploadTickets(const Clock& clock) : clock_(clock) {}

  // A new token. An earlier one for the same lease is forgotten, even where an upload with it is under way.
  std::string issue(const WorkerId& worker, const to_coordinator::SongReady& song, AudioContainer container);
  // Null for a token that is unknown, used or expired. A ticket in use does not expire.
  UploadTicket* find(const std::string& token);
  void remove(const std::string& token);

 private:
  void sweep();

  const Clock& clock_;
  std::unordered_map<std::string, UploadTicket> tickets_;
  std::uint64_t issued_ = 0;
};

}  // namespace musicfleet::backend
