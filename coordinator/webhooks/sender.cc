#include "coordinator/webhooks/sender.h"

#include <curl/curl.h>

#include <stdexcept>

namespace musicfleet::webhooks {
namespace {

// Connections that are kept for an endpoint's next message.
constexpr long kMostIdleConnections = 32;
constexpr int kPollMs = 1'000;

// libcurl's one-time set-up, before any thread's first handle.
bool curl_is_ready() {
  static const bool ready = curl_global_init(CURL_GLOBAL_DEFAULT) == CURLE_OK;
  return ready;
}

}  // namespace

void Sender::Free::operator()(void* multi) const { curl_multi_cleanup(static_cast<CURLM*>(multi)); }

Sender::Sender(TargetRules rules, TransferOptions options, store::Deliver deliver)
    : rules_(std::move(rules)),
      options_(std::move(options)),
      deliver_(std::move(deliver)),
      multi_(curl_is_ready() ? curl_multi_init() : nullptr) {
  if (!multi_) throw std::runtime_error("libcurl could not be set up");
  curl_multi_setopt(static_cast<CURLM*>(multi_.get()), CURLMOPT_MAXCONNECTS, kMostIdleConnections);
  thread_ = std::thread([this] { loop(); });
}

Sender::~Sender() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  curl_multi_wakeup(static_cast<CURLM*>(multi_.get()));
  thread_.join();
  for (const auto& [handle, running] : running_)
    curl_multi_remove_handle(static_cast<CURLM*>(multi_.get()), handle);
}

void Sender::send(OutgoingMessage message, Answered answered) {
  {
    const std::lock_guard lock(mutex_);
    waiting_.push_back({std::move(message), std::move(answered)});
  }
  curl_multi_wakeup(static_cast<CURLM*>(multi_.get()));
}

void Sender::loop() {
  while (true) {
    std::vector<Waiting> begun;
    {
      const std::lock_guard lock(mutex_);
      if (stopping_) return;
      begun.swap(waiting_);
    }
    for (Waiting& waiting : begun) begin(std::move(waiting));
    int still_running = 0;
    curl_multi_perform(static_cast<CURLM*>(multi_.get()), &still_running);
    end_those_that_are_done();
    curl_multi_poll(static_cast<CURLM*>(multi_.get()), nullptr, 0, kPollMs, nullptr);
  }
}

void Sender::begin(Waiting waiting) {
  auto transfer = std::make_unique<Transfer>(std::move(waiting.message), rules_, options_);
  void* handle = transfer->handle();
  if (!handle) return tell(waiting.answered, transfer->answer(CURLE_FAILED_INIT));
  running_.emplace(handle, Running{std::move(transfer), std::move(waiting.answered)});
  curl_multi_add_handle(static_cast<CURLM*>(multi_.get()), handle);
}

void Sender::tell(const Answered& answered, Answer answer) {
  deliver_([answered, answer = std::move(answer)] { answered(answer); });
}

void Sender::end_those_that_are_done() {
  int left = 0;
  while (const CURLMsg* message = curl_multi_info_read(static_cast<CURLM*>(multi_.get()), &left)) {
    if (message->msg != CURLMSG_DONE) continue;
    CURL* handle = message->easy_handle;
    const CURLcode code = message->data.result;
    curl_multi_remove_handle(static_cast<CURLM*>(multi_.get()), handle);
    const auto found = running_.find(handle);
    tell(found->second.answered, found->second.transfer->answer(code));
    running_.erase(found);
  }
}

}  // namespace musicfleet::webhooks
