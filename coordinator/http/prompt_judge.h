// Whoever besides the deny list decides what may be asked of the ElevenLabs music API. Loop thread.
#pragma once

#include "common/ids.h"
#include "coordinator/http/message.h"

#include <nlohmann/json.hpp>

#include <string>

namespace musicfleet::http {

struct PromptQuestion {
  TenantId tenant = {};
  std::string request_id = {};
  std::string prompt = {};           // empty where the client gave a plan
  nlohmann::ordered_json plan = {};  // of the client; null where it gave a prompt
};

struct PromptVerdict {
  bool admitted = true;
  nlohmann::json suggestion = nullptr;  // where it is not: a prompt or a plan to ask for instead; or null
};

class PromptJudge {
 public:
  virtual ~PromptJudge() = default;
  // kUnavailable where nobody could decide, and nothing is let through then.
  virtual Awaitable<PromptVerdict> judge(PromptQuestion question) = 0;
};

}  // namespace musicfleet::http
