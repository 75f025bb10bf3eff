// The operator's own prompt policy: a server on this machine that is asked about each prompt and plan. It is
// sent {"tenant":…,"request_id":…,"prompt":…,"composition_plan":…}, one of the last two being null, and
// answers 200 with {"allowed":true}, or {"allowed":false,"suggestion":…} with a prompt or a plan to ask for
// instead, or null. Every other answer, and none in time, is a failure. Loop thread; the loop no longer runs
// when this is destroyed.
#pragma once

#include "common/http_thread.h"
#include "common/log.h"
#include "coordinator/http/prompt_judge.h"

#include <boost/asio/io_context.hpp>

#include <chrono>

namespace musicfleet::policy {

struct PromptHookOptions {
  std::string url;  // http, on this machine
  std::chrono::milliseconds timeout{2'000};
  bool admits_on_failure = false;  // otherwise a failure lets nothing through
};

// kInvalidArgument for a URL that is not http, or leads to another machine: prompts are the tenants' words.
Result<> check_hook_url(const std::string& url);

class PromptHook final : public http::PromptJudge {
 public:
  PromptHook(boost::asio::io_context& loop, PromptHookOptions options, Log log);

  http::Awaitable<http::PromptVerdict> judge(http::PromptQuestion question) override;

 private:
  boost::asio::io_context& loop_;
  const PromptHookOptions options_;
  Log log_;
  HttpThread thread_;  // last: its end breaks off questions, whose callbacks name the loop
};

}  // namespace musicfleet::policy
