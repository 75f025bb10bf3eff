#include "tests/simulation/trace_text.h"

namespace musicfleet::simulation {
namespace {

template <class... Readers>
struct Read : Readers... {
  using Readers::operator()...;
};
template <class... Readers>
Read(Readers...) -> Read<Readers...>;

std::string text_of(const std::vector<RunningJob>& running) {
  std::string text;
  for (const RunningJob& job : running)
    text +=
        concat(' ', simulation::text_of(job.lease), ' ', name_of(job.stage), ' ', job.step, '/', job.steps);
  return text.empty() ? " nothing" : text;
}

}  // namespace

std::string text_of(const Lease& lease) { return concat(lease.job, '#', lease.epoch); }

std::string text_of(const to_coordinator::Message& message) {
  using namespace to_coordinator;
  return std::visit(Read{[](const Hello& hello) { return "hello, holds" + text_of(hello.running); },
                         [](const Heartbeat& beat) {
                           return concat("heartbeat, holds", text_of(beat.running),
                                         beat.draining ? ", draining" : "");
                         },
                         [](const SongReady& song) { return "song ready " + text_of(song.lease); },
                         [](const Uploaded& uploaded) { return "uploaded " + text_of(uploaded.lease); },
                         [](const Failed& failed) {
                           return concat("failed ", text_of(failed.lease), ' ', name_of(failed.error.code));
                         },
                         [](const Goodbye&) { return std::string("goodbye"); },
                         [](const auto& other) { return "returned " + text_of(other.lease); }},
                    message);
}

std::string text_of(const to_worker::Message& message) {
  using namespace to_worker;
  return std::visit(Read{[](const Welcome&) { return std::string("welcome"); },
                         [](const Refused& refused) { return "refused: " + refused.reason; },
                         [](const Again&) { return std::string("again"); },
                         [](const Assign& assign) { return "assign " + text_of(assign.lease); },
                         [](const Cancel& cancel) { return "cancel " + text_of(cancel.lease); },
                         [](const Ticket& ticket) { return "ticket " + text_of(ticket.lease); },
                         [](const Accepted& accepted) { return "accepted " + text_of(accepted.lease); },
                         [](const Drain&) { return std::string("drain"); },
                         [](const Recall& recall) { return "recall " + text_of(recall.lease); },
                         [](const auto&) { return std::string("resume"); }},
                    message);
}

std::string text_of(const dispatch::Event& event) {
  using namespace dispatch;
  return std::visit(
      Read{[](const Restored& restored) { return concat("restored ", restored.jobs.size(), " jobs"); },
           [](const Submitted& submitted) { return concat("submitted ", submitted.job.id); },
           [](const CancelRequested& cancel) { return concat("cancel of ", cancel.job); },
           [](const WorkerSaid& said) { return concat(said.worker, " says ", text_of(said.message)); },
           [](const WorkerGone& gone) { return concat(gone.worker, " is gone"); },
           [](const WorkerRevoked& revoked) { return concat(revoked.worker, " is revoked"); },
           [](const UploadVerified& upload) { return concat("upload of ", text_of(upload.lease)); },
           [](const SongRefused& refused) {
             return concat("the song of ", text_of(refused.lease), " is refused");
           },
           [](const DrainOrdered& order) {
             return concat(order.worker, order.drain ? " is to drain" : " is to take jobs again");
           },
           [](const Requeued& requeued) { return concat(requeued.job.id, " is requeued"); },
           [](const LimitsChanged& changed) {
             const auto text = [](const auto& limit) { return limit ? std::to_string(*limit) : "any"; };
             return concat(changed.tenant, " may have ", text(changed.limits.max_queued), " queued, ",
                           text(changed.limits.max_running), " running, weight ", changed.limits.weight, ", ",
                           name_of(changed.limits.policy));
           },
           [](const VendorStands& stands) {
             return concat("ElevenLabs ", stands.enabled ? "sells" : "is off", ' ', stands.resting);
           },
           [](const PurchaseEnded& ended) {
             return concat("the purchase of ", text_of(ended.end.lease), " is ", name_of(ended.end.state));
           },
           [](const PurchaseSettled& settled) {
             return concat("the purchase of ", text_of(settled.lease), " is settled");
           },
           [](const Tick&) { return std::string("time passes"); }},
      event);
}

}  // namespace musicfleet::simulation
