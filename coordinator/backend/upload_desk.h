// Takes in songs: what a ticket admits, and what becomes of an upload that is complete. The HTTP server moves
// the bytes; this decides whether they count, and that at most one upload of a lease is published at a time.
// Loop thread; files are touched on the file pool.
#pragma once

#include "coordinator/backend/dispatch_loop.h"
#include "coordinator/backend/upload_tickets.h"
#include "coordinator/http/backend.h"
#include "coordinator/storage/audio_store.h"
#include "coordinator/storage/file_pool.h"

#include <map>
#include <memory>
#include <set>

namespace musicfleet::backend {

class UploadDesk {
 public:
  UploadDesk(UploadTickets& tickets, DispatchLoop& dispatch, const AudioStore& audio, FilePool& files);

  // As http::Backend says.
  Result<http::UploadTarget> open(const std::string& token);
  http::Awaitable<> finish(std::string token);
  void abandon(const std::string& token);
  void refuse(const std::string& token, const Error& why);

  // Uploads of one lease that may be refused: one damaged on its way is no reason to make the song anew.
  static constexpr int kMostRefused = 5;

 private:
  UploadTickets& tickets_;
  DispatchLoop& dispatch_;
  const AudioStore& audio_;
  FilePool& files_;
  std::map<Lease, int> refused_;  // uploads so far
  // The leases whose song is on its way into the store. Shared with the coroutines that may outlive this.
  std::shared_ptr<std::set<Lease>> publishing_ = std::make_shared<std::set<Lease>>();
};

}  // namespace musicfleet::backend
