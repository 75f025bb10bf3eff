// Takes in songs: what a ticket admits, and what becomes of an upload that is complete. The HTTP server moves
// the bytes; this decides whether they count. Loop thread; files are touched on the file pool.
#pragma once

#include "coordinator/backend/dispatch_loop.h"
#include "coordinator/backend/upload_tickets.h"
#include "coordinator/http/backend.h"
#include "coordinator/storage/audio_store.h"
#include "coordinator/storage/file_pool.h"

namespace musicfleet::backend {

class UploadDesk {
 public:
  UploadDesk(UploadTickets& tickets, DispatchLoop& dispatch, const AudioStore& audio, FilePool& files);

  // As http::Backend says.
  Result<http::UploadTarget> open(const std::string& token);
  http::Awaitable<> finish(std::string token);
  void abandon(const std::string& token);

 private:
  UploadTickets& tickets_;
  DispatchLoop& dispatch_;
  const AudioStore& audio_;
  FilePool& files_;
};

}  // namespace musicfleet::backend
