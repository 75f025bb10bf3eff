#include "coordinator/dispatch/worker_speed.h"

#include <algorithm>

namespace musicfleet::dispatch {

void WorkerSpeed::add(const WorkerId& worker, const std::string& model, Milliseconds song,
                      Milliseconds work) {
  if (song.count() <= 0 || work.count() <= 0) return;
  auto& songs = songs_[{worker, model}];
  songs.push_back({song, work});
  if (songs.size() > kSongs) songs.pop_front();
}

double WorkerSpeed::of(const WorkerId& worker, const std::string& model) const {
  const auto found = songs_.find({worker, model});
  if (found == songs_.end()) return kUnknown;
  double length = 0, work = 0;
  for (const Song& song : found->second) {
    length += static_cast<double>(song.length.count());
    work += static_cast<double>(song.work.count());
  }
  return std::min(length / work, kFastest);
}

void WorkerSpeed::forget(const WorkerId& worker) {
  const auto begin = songs_.lower_bound({worker, {}});
  auto end = begin;
  while (end != songs_.end() && end->first.first == worker) ++end;
  songs_.erase(begin, end);
}

}  // namespace musicfleet::dispatch
