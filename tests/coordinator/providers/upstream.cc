#include "tests/coordinator/providers/upstream.h"

#include <string.h>

namespace musicfleet::providers {

Upstream::Upstream() : server_([this](const ScriptedRequest& request) { return on_request(request); }) {}

Upstream::~Upstream() { let_go(); }

void Upstream::answer_with(std::vector<ScriptedReply> replies) {
  const std::lock_guard lock(mutex_);
  replies_.assign(replies.begin(), replies.end());
}

void Upstream::hold() {
  const std::lock_guard lock(mutex_);
  holds_ = true;
}

void Upstream::wait_for_release() {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [&] { return !holds_; });
}

void Upstream::let_go() {
  {
    const std::lock_guard lock(mutex_);
    holds_ = false;
  }
  changed_.notify_all();
}

std::vector<ScriptedRequest> Upstream::received() const {
  const std::lock_guard lock(mutex_);
  return received_;
}

void Upstream::wait_for_requests(std::size_t number) {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [&] { return received_.size() >= number; });
}

ScriptedReply Upstream::on_request(const ScriptedRequest& request) {
  std::unique_lock lock(mutex_);
  received_.push_back(request);
  changed_.notify_all();
  changed_.wait(lock, [&] { return !holds_ || !replies_.empty(); });
  if (replies_.empty()) return song();
  ScriptedReply reply = replies_.front();
  replies_.pop_front();
  return reply;
}

std::string song_bytes() { return "ID3\x04" + std::string(160'000, 'x'); }

SongOrder song_order() {
  return {R"({"prompt":"a secret wish"})",
          "mp3_44100_128",
          {AudioContainer::kMp3, 44100, 128},
          std::chrono::milliseconds(10'000)};
}

ScriptedReply song() {
  ScriptedReply reply;
  reply.content_type = "audio/mpeg";
  reply.body = song_bytes();
  reply.more_headers = "song-id: song_7\r\nmaximum-concurrent-requests: 3\r\n";
  return reply;
}

ScriptedReply refusal(int status, const std::string& code, const std::string& more_headers) {
  ScriptedReply reply;
  reply.status = status;
  reply.body =
      R"({"detail":{"code":")" + code + R"(","status":")" + code + R"(","message":"a secret wish"}})";
  reply.more_headers = more_headers;
  return reply;
}

ScriptedReply gateway(int status) {
  ScriptedReply reply;
  reply.status = status;
  reply.content_type = "text/html";
  reply.body = "<html>gateway</html>";
  return reply;
}

std::string header_of(const ScriptedRequest& request, const std::string& name) {
  const char* found = ::strcasestr(request.head.c_str(), ("\r\n" + name + ": ").c_str());
  if (!found) return {};
  const std::string value(found + name.size() + 4);
  return value.substr(0, value.find("\r\n"));
}

}  // namespace musicfleet::providers
