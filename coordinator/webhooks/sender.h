// Sends messages and hears how each was answered, on a thread of its own: resolving names, reading the
// trusted certificates and TLS would hold up the loop. How many there are at a time is up to the caller.
// send() from any thread; answers leave through `deliver`.
#pragma once

#include "coordinator/store/store_thread.h"
#include "coordinator/webhooks/transfer.h"

#include <map>
#include <mutex>
#include <thread>

namespace musicfleet::webhooks {

class Sender {
 public:
  using Answered = std::function<void(Answer)>;

  Sender(TargetRules rules, TransferOptions options, store::Deliver deliver);
  // Breaks off what is under way; nobody hears of it any more.
  ~Sender();
  Sender(const Sender&) = delete;
  Sender& operator=(const Sender&) = delete;

  void send(OutgoingMessage message, Answered answered);

 private:
  struct Waiting {
    OutgoingMessage message;
    Answered answered;
  };
  struct Running {
    std::unique_ptr<Transfer> transfer;
    Answered answered;
  };
  struct Free {
    void operator()(void* multi) const;
  };

  void loop();
  void begin(Waiting waiting);
  void tell(const Answered& answered, Answer answer);
  void end_those_that_are_done();

  const TargetRules rules_;
  const TransferOptions options_;
  const store::Deliver deliver_;
  std::unique_ptr<void, Free> multi_;  // CURLM*; after the constructor only the thread's, but for waking it
  std::map<void*, Running> running_;   // by its CURL*
  std::mutex mutex_;
  std::vector<Waiting> waiting_;
  bool stopping_ = false;
  std::thread thread_;
};

}  // namespace musicfleet::webhooks
