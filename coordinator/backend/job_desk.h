// What operators ask about jobs: a job's whole story, from the store's readers, and a failed one back into
// the queue, which the store decides before the dispatcher hears of it. Loop thread.
#pragma once

#include "coordinator/backend/audit_log.h"
#include "coordinator/backend/dispatch_loop.h"
#include "coordinator/http/job_desk.h"
#include "coordinator/store/reader_pool.h"

namespace musicfleet::backend {

class JobDesk final : public http::JobDesk {
 public:
  // All of them outlive it.
  JobDesk(AuditLog& audit, store::ReaderPool& readers, const JobBoard& board, DispatchLoop& dispatch)
      : audit_(audit), readers_(readers), board_(board), dispatch_(dispatch) {}

  http::Awaitable<http::JobStory> story(JobId id) override;
  http::Awaitable<Job> requeue(http::Operator by, JobId id) override;

 private:
  AuditLog& audit_;
  store::ReaderPool& readers_;
  const JobBoard& board_;
  DispatchLoop& dispatch_;
};

}  // namespace musicfleet::backend
