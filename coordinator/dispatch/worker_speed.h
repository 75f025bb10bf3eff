// How fast each worker makes songs of each model: seconds of song a second of work, over its last songs. In
// memory only: a new process measures anew. One thread.
#pragma once

#include "common/ids.h"
#include "coordinator/dispatch/instant.h"

#include <deque>
#include <map>
#include <string>
#include <utility>

namespace musicfleet::dispatch {

class WorkerSpeed {
 public:
  static constexpr std::size_t kSongs = 8;  // remembered for each worker and model
  static constexpr double kUnknown = 1;     // what a worker is taken for before its first song
  static constexpr double kFastest = 1'000;

  // A song that counted. One that claims to have taken no time says nothing.
  void add(const WorkerId& worker, const std::string& model, Milliseconds song, Milliseconds work);
  // All its songs' seconds over all their work.
  double of(const WorkerId& worker, const std::string& model) const;
  // Whether it has made any that counted.
  bool knows(const WorkerId& worker, const std::string& model) const {
    return songs_.count({worker, model}) > 0;
  }
  void forget(const WorkerId& worker);

 private:
  struct Song {
    Milliseconds length, work;
  };

  std::map<std::pair<WorkerId, std::string>, std::deque<Song>> songs_;
};

}  // namespace musicfleet::dispatch
