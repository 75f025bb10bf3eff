// Sends messages and hears how each was answered, beside the loop (common/http_thread.h). How many there are
// at a time is up to the caller. send() from any thread; answers leave through `deliver`.
#pragma once

#include "common/http_thread.h"
#include "coordinator/store/store_thread.h"
#include "coordinator/webhooks/transfer.h"

namespace musicfleet::webhooks {

class Sender {
 public:
  using Answered = std::function<void(Answer)>;

  Sender(TargetRules rules, TransferOptions options, store::Deliver deliver);
  // Breaks off what is under way; nobody hears of it any more.
  ~Sender() = default;
  Sender(const Sender&) = delete;
  Sender& operator=(const Sender&) = delete;

  void send(OutgoingMessage message, Answered answered);

 private:
  class Sending;

  const TargetRules rules_;
  const TransferOptions options_;
  const store::Deliver deliver_;
  HttpThread thread_;
};

}  // namespace musicfleet::webhooks
