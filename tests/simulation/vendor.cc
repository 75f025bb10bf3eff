#include "tests/simulation/vendor.h"

#include "tests/simulation/trace_text.h"

#include <utility>

namespace musicfleet::simulation {

Result<dispatch::VendorSong> Vendor::song_of(const Job& job) const {
  if (job.spec.duration > kLongestSong)
    return fail(ErrorCode::kInvalidArgument, "no song is longer than ", kLongestSong.count(), " s");
  return dispatch::VendorSong{"music_v1", job.spec.duration};
}

Result<dispatch::VendorQuote> Vendor::quote(const dispatch::VendorSong& song, WallTime) const {
  return dispatch::VendorQuote{MicroDollars{song.length.count() * 5}, "$0.30 a minute", song.model,
                               song.length};
}

void Vendor::order(const PurchaseIntent& intent, Reply reply) {
  const Micros takes = dice_.between(std::chrono::milliseconds(50), manners_.longest);
  const bool refuses = dice_.one_in(manners_.refuses_one_in);
  const bool loses_order = dice_.one_in(manners_.loses_order_one_in);
  const bool loses_answer = dice_.one_in(manners_.loses_answer_one_in);
  const Lease lease = intent.lease;
  open_.insert(lease);
  timeline_.note("ElevenLabs has an order for ", text_of(lease));
  timeline_.after(takes, [this, lease, refuses, loses_order, loses_answer, reply = std::move(reply)] {
    open_.erase(lease);
    if (!refuses && !loses_order) {
      ++paid_[lease];
      timeline_.note("ElevenLabs charges ", text_of(lease));
    }
    if (refuses) return reply(Answer::kRefusal);
    if (!loses_order && !loses_answer) return reply(Answer::kSong);
    timeline_.after(kPatience, [reply] { reply(Answer::kSilence); });
  });
}

}  // namespace musicfleet::simulation
