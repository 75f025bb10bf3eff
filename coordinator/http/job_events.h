// A job's life as server-sent events (WHATWG HTML, section 9.2): `state` with what matters of the job, then
// `progress`, each as it changes, a comment when nothing does, the end after a final state. Loop thread.
#pragma once

#include "coordinator/http/message.h"

#include <chrono>

namespace musicfleet::http {

class JobEvents : public ResponseBody {
 public:
  // Begins with the job as it is. Breaks off at the first update after `api_key` was revoked.
  JobEvents(Backend& backend, std::string api_key, Principal who, Job job, std::string public_url,
            std::chrono::milliseconds heartbeat);

  Awaitable<std::string> next() override;

 private:
  std::string state_event() const;
  std::string progress_event() const;

  Backend& backend_;
  std::string api_key_;
  Principal who_;
  Job job_;  // as last told
  std::string public_url_;
  std::chrono::milliseconds heartbeat_;
  bool begun_ = false;
  bool ended_ = false;
};

}  // namespace musicfleet::http
