#include "coordinator/policy/prompt_hook.h"

#include "common/url.h"
#include "coordinator/policy/hook_request.h"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace musicfleet::policy {
namespace {

namespace asio = boost::asio;
using http::PromptVerdict;
using nlohmann::json;
using nlohmann::ordered_json;

constexpr long kIdleConnections = 8;

// What a question and its answer share. Its timer ends when the answer is there, or never comes.
struct Asked {
  Asked(asio::io_context& loop, std::chrono::milliseconds patience) : ended(loop, patience) {}
  asio::steady_timer ended;
  Result<std::string> answer = fail(ErrorCode::kUnavailable, "no answer in time");
};

std::string text_of(const http::PromptQuestion& question) {
  const ordered_json text{
      {"tenant", question.tenant.value},
      {"request_id", question.request_id},
      {"prompt", question.prompt.empty() ? ordered_json() : ordered_json(question.prompt)},
      {"composition_plan", question.plan}};
  return text.dump();
}

Result<PromptVerdict> verdict_of(const Result<std::string>& answer) {
  if (!answer) return Failure(answer.error());
  const json said = json::parse(*answer, nullptr, false);
  const auto allowed = said.is_object() ? said.find("allowed") : said.end();
  if (allowed == said.end() || !allowed->is_boolean())
    return fail(ErrorCode::kUnavailable, "its answer does not say whether this is allowed");
  PromptVerdict verdict;
  verdict.admitted = allowed->get<bool>();
  if (!verdict.admitted) verdict.suggestion = said.value("suggestion", json());
  return verdict;
}

}  // namespace

Result<> check_hook_url(const std::string& url) {
  const UrlOrigin origin = MF_TRY(origin_parts_of(url));
  if (origin.scheme != "http" || !is_loopback(url))
    return fail(ErrorCode::kInvalidArgument, "must be an http URL of this machine, not ", url);
  return {};
}

PromptHook::PromptHook(asio::io_context& loop, PromptHookOptions options, Log log)
    : loop_(loop), options_(std::move(options)), log_(std::move(log)), thread_(kIdleConnections) {}

http::Awaitable<PromptVerdict> PromptHook::judge(http::PromptQuestion question) {
  // libcurl keeps the time; the timer is for a thread that comes to it late.
  const auto asked = std::make_shared<Asked>(loop_, 2 * options_.timeout);
  const auto answered = [&loop = loop_, asked](Result<std::string> answer) {
    asio::post(loop, [asked, answer = std::move(answer)]() mutable {
      asked->answer = std::move(answer);
      asked->ended.cancel();
    });
  };
  thread_.start(std::make_unique<HookRequest>(options_.url, text_of(question), options_.timeout, answered));
  co_await asked->ended.async_wait(asio::as_tuple(asio::use_awaitable));
  auto verdict = verdict_of(asked->answer);
  if (verdict) co_return verdict;
  log_.warn("the prompt hook failed", {{"request", question.request_id},
                                       {"why", verdict.error().message},
                                       {"admitted", options_.admits_on_failure}});
  if (options_.admits_on_failure) co_return PromptVerdict();
  co_return fail(ErrorCode::kUnavailable, "what this asks for could not be judged; try again later");
}

}  // namespace musicfleet::policy
