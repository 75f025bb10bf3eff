// What operators ask about jobs: a job's whole story, from the store's readers. Loop thread.
#pragma once

#include "coordinator/backend/job_board.h"
#include "coordinator/http/job_desk.h"
#include "coordinator/store/reader_pool.h"

namespace musicfleet::backend {

class JobDesk final : public http::JobDesk {
 public:
  // Both outlive it.
  JobDesk(store::ReaderPool& readers, const JobBoard& board) : readers_(readers), board_(board) {}

  http::Awaitable<http::JobStory> story(JobId id) override;

 private:
  store::ReaderPool& readers_;
  const JobBoard& board_;
};

}  // namespace musicfleet::backend
