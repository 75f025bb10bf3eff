// The operators' desks in memory, beside FakeBackend. Loop thread only.
#pragma once

#include "coordinator/http/job_desk.h"
#include "tests/coordinator/http/fake_backend.h"

namespace musicfleet::http {

// Tells of the jobs of a FakeBackend what tests put into it.
class FakeJobDesk final : public JobDesk {
 public:
  explicit FakeJobDesk(FakeBackend& backend) : backend_(backend) {}

  std::map<std::string, std::vector<JobAttempt>> attempts;  // by job
  std::map<std::string, std::vector<HistoryEvent>> events;  // by job

  Awaitable<JobStory> story(JobId id) override;

 private:
  FakeBackend& backend_;
};

}  // namespace musicfleet::http
