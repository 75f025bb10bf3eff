#include "coordinator/providers/circuit_breaker.h"

namespace musicfleet::providers {

std::string_view name_of(CircuitBreaker::State state) {
  switch (state) {
    case CircuitBreaker::State::kClosed:
      return "closed";
    case CircuitBreaker::State::kOpen:
      return "open";
    case CircuitBreaker::State::kHalfOpen:
      return "half_open";
  }
  return {};
}

CircuitBreaker::State CircuitBreaker::state(SteadyTime now) const {
  if (!rests_until_) return State::kClosed;
  return now < *rests_until_ ? State::kOpen : State::kHalfOpen;
}

bool CircuitBreaker::admits(SteadyTime now) const {
  switch (state(now)) {
    case State::kClosed:
      return true;
    case State::kOpen:
      return false;
    case State::kHalfOpen:
      return !probing_;
  }
  return false;
}

CircuitBreaker::Pass CircuitBreaker::enter(SteadyTime now) {
  if (state(now) == State::kHalfOpen) probing_ = true;
  return {era_};
}

void CircuitBreaker::succeeded(Pass pass) {
  if (pass.era != era_) return;
  failures_ = 0;
  if (!rests_until_) return;
  probing_ = false;
  if (++successes_ < settings_.successes) return;
  rests_until_.reset();
  rests_ = 0;
  ++era_;
}

void CircuitBreaker::failed(Pass pass, SteadyTime now) {
  if (pass.era != era_) return;
  if (rests_until_ || ++failures_ >= settings_.failures) open(now);
}

void CircuitBreaker::withdrawn(Pass pass) {
  if (pass.era == era_) probing_ = false;
}

void CircuitBreaker::open(SteadyTime now) {
  rests_until_ = now + settings_.rest.delay(++rests_, next_random(random_state_));
  probing_ = false;
  failures_ = successes_ = 0;
  ++era_;
}

std::optional<SteadyTime> CircuitBreaker::opens_at() const { return rests_until_; }

}  // namespace musicfleet::providers
