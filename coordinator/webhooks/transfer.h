// One POST to an endpoint under way (libcurl): only where the rules allow it, with no redirect, proxy, cookie
// or stored password, and with nothing kept of the answer but its status and Retry-After. Thread of its
// Sender.
#pragma once

#include "common/http_reply.h"
#include "common/url.h"
#include "coordinator/webhooks/retry.h"
#include "coordinator/webhooks/target_rules.h"

#include <array>
#include <chrono>
#include <filesystem>
#include <memory>

struct curl_slist;
struct curl_sockaddr;

namespace musicfleet::webhooks {

struct OutgoingMessage {
  std::string url;
  std::vector<HttpHeader> headers;
  std::string body;
};

struct TransferOptions {
  std::chrono::milliseconds timeout{15'000};  // from the name's look-up to the end of the answer
  std::filesystem::path ca_file;              // certificates to trust; empty: the system's
  std::string user_agent = "musicfleet";
};

class Transfer {
 public:
  // What is named outlives the transfer.
  Transfer(OutgoingMessage message, const TargetRules& rules, const TransferOptions& options);
  ~Transfer();
  Transfer(const Transfer&) = delete;
  Transfer& operator=(const Transfer&) = delete;

  // The CURL*, ready to be performed; null where the message must not leave, as answer() says.
  void* handle() const { return curl_.get(); }
  // How it went, once libcurl is done with it and says `code`.
  Answer answer(int code) const;

 private:
  struct FreeHandle {
    void operator()(void* curl) const;
  };
  struct FreeList {
    void operator()(curl_slist* list) const;
  };

  void set_up(const TransferOptions& options);
  bool on_bytes(std::size_t bytes);
  int on_open_socket(const curl_sockaddr& address);

  static std::size_t bytes_callback(char* data, std::size_t size, std::size_t n, void* self);
  static int open_socket_callback(void* self, int purpose, curl_sockaddr* address);

  OutgoingMessage message_;
  const TargetRules& rules_;
  UrlOrigin origin_;
  std::string refusal_;
  std::size_t answer_bytes_ = 0;
  std::array<char, 256> error_text_{};  // CURL_ERROR_SIZE
  std::unique_ptr<curl_slist, FreeList> headers_;
  std::unique_ptr<void, FreeHandle> curl_;
};

}  // namespace musicfleet::webhooks
