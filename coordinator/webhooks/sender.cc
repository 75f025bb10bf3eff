#include "coordinator/webhooks/sender.h"

namespace musicfleet::webhooks {
namespace {

// Connections that are kept for an endpoint's next message.
constexpr long kMostIdleConnections = 32;

}  // namespace

class Sender::Sending final : public HttpThread::Task {
 public:
  Sending(const Sender& sender, OutgoingMessage message, Answered answered)
      : deliver_(sender.deliver_),
        transfer_(std::move(message), sender.rules_, sender.options_),
        answered_(std::move(answered)) {}

  void* handle() const override { return transfer_.handle(); }
  void end(int code) override {
    deliver_([answered = std::move(answered_), answer = transfer_.answer(code)] { answered(answer); });
  }

 private:
  const store::Deliver& deliver_;
  Transfer transfer_;
  Answered answered_;
};

Sender::Sender(TargetRules rules, TransferOptions options, store::Deliver deliver)
    : rules_(std::move(rules)),
      options_(std::move(options)),
      deliver_(std::move(deliver)),
      thread_(kMostIdleConnections) {}

void Sender::send(OutgoingMessage message, Answered answered) {
  thread_.start(std::make_unique<Sending>(*this, std::move(message), std::move(answered)));
}

}  // namespace musicfleet::webhooks
