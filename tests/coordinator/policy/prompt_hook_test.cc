// The prompt hook with real connections: what is asked, what the answers mean, and what a hook that fails
// does.
#include "coordinator/policy/prompt_hook.h"

#include "coordinator/policy/hook_request.h"
#include "tests/support/log_capture.h"
#include "tests/support/loop_runner.h"
#include "tests/support/scripted_http_server.h"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <gtest/gtest.h>

#include <future>

namespace musicfleet::policy {
namespace {

using namespace std::chrono_literals;
using http::PromptQuestion;
using http::PromptVerdict;
using musicfleet::testing::LogCapture;
using musicfleet::testing::ScriptedHttpServer;
using musicfleet::testing::ScriptedReply;
using musicfleet::testing::ScriptedRequest;
using nlohmann::json;

class PromptHookTest : public ::testing::Test {
 protected:
  Result<PromptVerdict> ask(PromptHookOptions options, PromptQuestion question) {
    PromptHook hook(loop_, std::move(options), Log(output_, "policy"));
    std::optional<Result<PromptVerdict>> verdict;
    const auto work = [&]() -> boost::asio::awaitable<void> {
      verdict = co_await hook.judge(std::move(question));
    };
    boost::asio::co_spawn(loop_, work, boost::asio::detached);
    EXPECT_TRUE(musicfleet::testing::run_until(loop_, [&] { return verdict.has_value(); }));
    return verdict ? std::move(*verdict) : fail(ErrorCode::kInternal, "no verdict");
  }

  // What a hook that answers this says of a prompt.
  Result<PromptVerdict> after(ScriptedReply reply, bool admits_on_failure = false) {
    ScriptedHttpServer server([&](const ScriptedRequest& request) {
      asked_.push_back(request);
      return reply;
    });
    return ask({.url = server.url() + "/judge", .timeout = 20s, .admits_on_failure = admits_on_failure},
               {.tenant = TenantId{"shop"}, .request_id = "r1", .prompt = "calm folk", .plan = nullptr});
  }

  boost::asio::io_context loop_;
  LogCapture said_;
  LogOutput output_{LogLevel::kInfo, said_};
  std::vector<ScriptedRequest> asked_;
};

TEST_F(PromptHookTest, IsToldWhoAsksForWhat) {
  ASSERT_TRUE(after({.body = R"({"allowed":true})"}));
  ASSERT_EQ(asked_.size(), 1u);
  EXPECT_EQ(asked_[0].method + " " + asked_[0].target, "POST /judge");
  EXPECT_EQ(
      json::parse(asked_[0].body),
      (json{
          {"tenant", "shop"}, {"request_id", "r1"}, {"prompt", "calm folk"}, {"composition_plan", nullptr}}));
}

TEST_F(PromptHookTest, SaysWhatIsAllowedAndWhatToAskForInstead) {
  EXPECT_TRUE(after({.body = R"({"allowed":true,"note":"fine"})"})->admitted);
  const auto plain = after({.body = R"({"allowed":false})"});
  EXPECT_FALSE(plain->admitted);
  EXPECT_TRUE(plain->suggestion.is_null());
  EXPECT_EQ(after({.body = R"({"allowed":false,"suggestion":"folk"})"})->suggestion, "folk");
}

TEST_F(PromptHookTest, WhatIsNoVerdictLetsNothingThrough) {
  const std::string long_text(HookRequest::kMostAnswerBytes + 1, 'x');
  const std::vector<ScriptedReply> replies{{.status = 500, .body = R"({"allowed":true})"},
                                           {.status = 204},
                                           {.status = 302, .body = R"({"allowed":true})"},
                                           {.body = "yes"},
                                           {.body = R"({"allowed":"yes"})"},
                                           {.body = "[true]"},
                                           {.body = R"({"allowed":true)"},
                                           {.body = concat(R"({"allowed":true,"x":")", long_text, "\"}")},
                                           {.body = R"({"allowed":true})", .missing_bytes = 1}};
  for (const ScriptedReply& reply : replies) {
    const auto verdict = after(reply);
    ASSERT_FALSE(verdict) << reply.body.substr(0, 50);
    EXPECT_EQ(verdict.error().code, ErrorCode::kUnavailable);
  }
  EXPECT_EQ(said_.str().find("calm folk"), std::string::npos) << "prompts never go into the log";
  EXPECT_NE(said_.str().find("the prompt hook failed"), std::string::npos);
}

TEST_F(PromptHookTest, AnOperatorMayLetEverythingThroughWhereItFails) {
  EXPECT_TRUE(after({.status = 500}, true)->admitted);
  EXPECT_FALSE(after({.body = R"({"allowed":false})"}, true)->admitted);
}

TEST_F(PromptHookTest, IsNotWaitedForLongerThanItMay) {
  std::promise<void> over;
  const auto until_over = over.get_future().share();
  ScriptedHttpServer server([&](const ScriptedRequest&) {
    until_over.wait();
    return ScriptedReply{.body = R"({"allowed":true})"};
  });
  const auto verdict = ask({.url = server.url(), .timeout = 50ms}, {.prompt = "calm folk"});
  over.set_value();
  ASSERT_FALSE(verdict);
  EXPECT_EQ(verdict.error().code, ErrorCode::kUnavailable);
}

TEST_F(PromptHookTest, NobodyThereIsAFailure) {
  std::string url;
  {
    const ScriptedHttpServer gone([](const ScriptedRequest&) { return ScriptedReply{}; });
    url = gone.url();
  }
  EXPECT_FALSE(ask({.url = url}, {.prompt = "calm folk"}));
}

TEST(PromptHookUrl, LeadsToThisMachine) {
  EXPECT_TRUE(check_hook_url("http://127.0.0.1:9000/judge"));
  EXPECT_TRUE(check_hook_url("http://localhost:9000"));
  for (const char* url : {"", "judge", "https://127.0.0.1/", "http://192.168.1.1/",
                          "http://127.0.0.1.evil.example/", "http://judge.example/", "ftp://127.0.0.1/"})
    EXPECT_FALSE(check_hook_url(url)) << url;
}

}  // namespace
}  // namespace musicfleet::policy
