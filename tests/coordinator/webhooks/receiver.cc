#include "tests/coordinator/webhooks/receiver.h"

namespace musicfleet::webhooks {

Receiver::Receiver() : server_([this](const ScriptedRequest& request) { return on_request(request); }) {}

Receiver::~Receiver() { let_go(); }

void Receiver::answer_with(std::vector<ScriptedReply> replies) {
  const std::lock_guard lock(mutex_);
  replies_.assign(replies.begin(), replies.end());
}

void Receiver::hold() {
  const std::lock_guard lock(mutex_);
  holds_ = true;
}

void Receiver::let_go() {
  {
    const std::lock_guard lock(mutex_);
    holds_ = false;
  }
  changed_.notify_all();
}

std::vector<ScriptedRequest> Receiver::received() const {
  const std::lock_guard lock(mutex_);
  return received_;
}

ScriptedReply Receiver::on_request(const ScriptedRequest& request) {
  std::unique_lock lock(mutex_);
  received_.push_back(request);
  ScriptedReply reply;
  if (!replies_.empty()) {
    reply = replies_.front();
    replies_.pop_front();
  }
  changed_.wait(lock, [&] { return !holds_; });
  return reply;
}

std::string header_of(const ScriptedRequest& request, const std::string& name) {
  const std::string begin = "\r\n" + name + ": ";
  const std::size_t at = request.head.find(begin);
  if (at == std::string::npos) return {};
  const std::size_t value = at + begin.size();
  return request.head.substr(value, request.head.find("\r\n", value) - value);
}

}  // namespace musicfleet::webhooks
