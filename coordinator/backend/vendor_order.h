// What ElevenLabs is asked for where a job is bought: the order that its caller came with, in ElevenLabs' own
// terms and with nothing of its price left open, or one made of the job. Pure, any thread.
#pragma once

#include "coordinator/job.h"
#include "coordinator/providers/song_order.h"

namespace musicfleet::backend {

struct VendorOrder {
  providers::SongOrder song;
  std::string model;                    // the vendor's
  std::chrono::milliseconds length{0};  // that is paid for: what was ordered, else the job's
};

// Jobs of our own API ask for `model`, and so do prompts whose caller named none; what names neither a length
// nor a plan is ordered with the job's length. kInvalidArgument, with the field, for what the vendor does not
// make; kCorrupt where Job::vendor_order is none.
Result<VendorOrder> vendor_order_of(const Job& job, const std::string& model);

}  // namespace musicfleet::backend
