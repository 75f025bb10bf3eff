#include "worker/daemon/link_machine.h"

#include <algorithm>
#include <utility>

namespace musicfleet::daemon {
namespace {

LinkEffects only(LinkEffect effect) {
  LinkEffects effects;
  effects.push_back(std::move(effect));
  return effects;
}

}  // namespace

LinkMachine::LinkMachine(LinkSettings settings, to_coordinator::Hello introduction)
    : settings_(settings), introduction_(std::move(introduction)), jitter_(settings.jitter_seed) {}

LinkEffects LinkMachine::start(SteadyTime now) { return open(now); }

LinkEffects LinkMachine::open(SteadyTime now) {
  state_ = State::kConnecting;
  due_ = now + settings_.answer_timeout;
  return only(OpenConnection{});
}

LinkEffects LinkMachine::connected(SteadyTime now) {
  if (state_ != State::kConnecting) return {};
  return greet(now);
}

LinkEffects LinkMachine::greet(SteadyTime now) {
  state_ = State::kGreeting;
  due_ = now + settings_.answer_timeout;
  to_coordinator::Hello hello = introduction_;
  hello.running = running_;
  hello.draining = draining_;
  return only(SendMessage{std::move(hello)});
}

LinkEffects LinkMachine::pause(SteadyTime now, std::chrono::milliseconds duration, std::string reason) {
  state_ = State::kPausing;
  due_ = now + duration;
  LinkEffects effects;
  effects.emplace_back(CloseConnection{});
  effects.emplace_back(LinkTrouble{std::move(reason)});
  return effects;
}

LinkEffects LinkMachine::lost(SteadyTime now, std::string reason) {
  const auto wait = settings_.reconnect.delay(++failures_, next_random(jitter_));
  return pause(now, wait, std::move(reason));
}

LinkEffects LinkMachine::send_refused(SteadyTime now) {
  if (state_ != State::kGreeting && state_ != State::kServing) return {};
  return lost(now, "the connection to the coordinator broke");
}

LinkEffects LinkMachine::received(SteadyTime now, to_worker::Message message) {
  if (state_ != State::kGreeting && state_ != State::kServing) return {};
  if (auto* welcome = std::get_if<to_worker::Welcome>(&message)) {
    state_ = State::kServing;
    failures_ = 0;
    heartbeat_ = welcome->heartbeat;
    last_beat_ = now;
    due_ = now + heartbeat_;
    LinkEffects effects = only(Welcomed{std::move(welcome->worker_name)});
    // A coordinator of protocol 1 has not read this in the hello.
    if (draining_)
      for (LinkEffect& effect : beat(now)) effects.push_back(std::move(effect));
    return effects;
  }
  if (auto* refused = std::get_if<to_worker::Refused>(&message))
    return pause(now, settings_.refused_pause, concat("refused by the coordinator: ", refused->reason));
  if (std::holds_alternative<to_worker::Again>(message))
    // While a hello is on its way this answers what was said before it.
    return state_ == State::kServing ? greet(now) : LinkEffects{};
  return only(Deliver{std::move(message)});
}

LinkEffects LinkMachine::holds(SteadyTime now, std::vector<RunningJob> running, bool draining) {
  running_ = std::move(running);
  draining_ = draining;
  if (state_ != State::kServing) return {};
  const SteadyTime earliest = last_beat_ + settings_.progress_interval;
  if (now >= earliest) return beat(now);
  due_ = std::min(due_, earliest);
  return {};
}

LinkEffects LinkMachine::beat(SteadyTime now) {
  last_beat_ = now;
  due_ = now + heartbeat_;
  return only(SendMessage{to_coordinator::Heartbeat{running_, draining_, introduction_.memory_free_bytes}});
}

LinkEffects LinkMachine::report(SteadyTime, to_coordinator::Message message) {
  if (state_ != State::kServing) return {};
  return only(SendMessage{std::move(message)});
}

LinkEffects LinkMachine::tick(SteadyTime now) {
  if (!next_tick() || now < due_) return {};
  switch (state_) {
    case State::kPausing:
      return open(now);
    case State::kConnecting:
      return lost(now, "the coordinator cannot be reached, or does not accept this worker's key");
    case State::kGreeting:
      return lost(now, "the coordinator does not answer");
    case State::kServing:
      return beat(now);
    case State::kIdle:
    case State::kEnded:
      break;
  }
  return {};
}

LinkEffects LinkMachine::finish(SteadyTime) {
  LinkEffects effects;
  if (state_ == State::kServing) effects.emplace_back(SendMessage{to_coordinator::Goodbye{}});
  state_ = State::kEnded;
  effects.emplace_back(CloseConnection{});
  effects.emplace_back(LinkEnded{});
  return effects;
}

std::optional<SteadyTime> LinkMachine::next_tick() const {
  if (state_ == State::kIdle || state_ == State::kEnded) return std::nullopt;
  return due_;
}

}  // namespace musicfleet::daemon
