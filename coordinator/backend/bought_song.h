// A bought song on its way into the audio store: published as an upload is, with the facts that are known of
// it. Blocks on the disk; any thread.
#pragma once

#include "coordinator/backend/vendor_order.h"
#include "coordinator/purchase.h"
#include "coordinator/storage/audio_store.h"

namespace musicfleet::backend {

// As it lies in `file`, complete.
struct BoughtSong {
  Lease lease;
  PurchasePurpose purpose = PurchasePurpose::kDelivery;
  VendorOrder order;
  std::filesystem::path file;
  std::uint64_t size_bytes = 0;
  Sha256 sha256{};
  std::chrono::milliseconds took{0};  // from the request to the last byte
};

// Publishes it, a wav file made of raw samples first where that is what came. Loudness is not measured: NaN.
Result<JobAudio> publish(const AudioStore& store, const BoughtSong& song);

}  // namespace musicfleet::backend
