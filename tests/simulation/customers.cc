#include "tests/simulation/customers.h"

#include <algorithm>

namespace musicfleet::simulation {
namespace {

using std::chrono::seconds;

constexpr Micros kPatience = seconds(5);

}  // namespace

void Customers::order(Micros wait) {
  JobOrder wish;
  wish.tenant = tenant(dice_.draw(kTenants));
  wish.priority = static_cast<int>(dice_.draw(5)) - 2;
  wish.spec.prompt = dice_.one_in(12) ? "invalid" : "a song";
  wish.spec.duration = std::chrono::seconds(10 + dice_.draw(230));
  if (dice_.one_in(2)) wish.spec.model = dice_.one_in(3) ? "base" : "turbo";
  wish.spec.steps = static_cast<int>(4 + dice_.draw(8));
  if (dice_.one_in(6)) wish.deadline = std::chrono::milliseconds(1'000 + dice_.draw(60'000));
  if (!dice_.one_in(3)) wish.key = {concat("key", wishes_.size()), "body"};
  order(wait, wish);
  if (dice_.one_in(6)) wishes_.back().cancel_after = dice_.between(Micros{0}, seconds(15));
  wishes_.back().repeats = wish.key && dice_.one_in(4);
}

void Customers::order(Micros wait, const JobOrder& order) {
  const std::size_t number = wishes_.size();
  wishes_.emplace_back().order = order;
  timeline_.after(wait, [this, number] { submit(number); });
}

void Customers::submit(std::size_t number) {
  Wish& wish = wishes_[number];
  const int attempt = ++wish.attempt;
  timeline_.after(delay(), [this, number] {
    coordinator_.submit(wishes_[number].order, [this, number](const Result<JobId>& answer) {
      if (!lost()) timeline_.after(delay(), [this, number, answer] { answered(number, answer); });
    });
  });
  timeline_.after(kPatience, [this, number, attempt] {
    Wish& waiting = wishes_[number];
    if (waiting.attempt != attempt || (waiting.job && !waiting.repeats)) return;
    // Without a key a second try might be a second job.
    if (!waiting.order.key) return void(waiting.given_up = true);
    submit(number);
  });
}

void Customers::answered(std::size_t number, const Result<JobId>& answer) {
  Wish& wish = wishes_[number];
  if (!answer) return;  // the coordinator is going down: patience decides
  if (wish.job) {
    if (wish.order.key && *wish.job != *answer)
      verdict_.broken("one job a key", *wish.job, " and ", *answer, " were made for the same key and body");
    wish.repeats = false;
    return;
  }
  wish.job = *answer;
  wish.given_up = false;
  timeline_.after(dice_.between(seconds(1), seconds(10)), [this, number] { look(number); });
  if (wish.cancel_after) timeline_.after(*wish.cancel_after, [this, number] { cancel(number); });
  if (wish.repeats) submit_other_body(number);
}

void Customers::submit_other_body(std::size_t number) {
  JobOrder other = wishes_[number].order;
  other.key->body = "another body";
  coordinator_.submit(other, [this, number](const Result<JobId>& answer) {
    if (answer)
      verdict_.broken("one job a key", wishes_[number].order.key->key, " was taken with another body");
  });
}

void Customers::cancel(std::size_t number) {
  Wish& wish = wishes_[number];
  wish.cancelling = true;
  coordinator_.cancel(*wish.job, [this, number](const Result<Job>& answer) {
    if (answer || answer.error().code == ErrorCode::kConflict) wishes_[number].cancelling = false;
  });
  timeline_.after(kPatience, [this, number] {
    if (wishes_[number].cancelling) cancel(number);
  });
}

void Customers::look(std::size_t number) {
  coordinator_.look(*wishes_[number].job, [this, number](const Result<Job>& answer) {
    Wish& wish = wishes_[number];
    if (!answer) return verdict_.broken("no job is lost", *wish.job, " was accepted and is unknown");
    const bool may_go_on = wish.end == JobState::kFailed && coordinator_.was_requeued(*wish.job);
    if (wish.end && answer->state != *wish.end && !may_go_on)
      verdict_.broken("an end is an end", *wish.job, " was ", name_of(*wish.end), " and is ",
                      name_of(answer->state));
    if (is_final(answer->state)) wish.end = answer->state;
  });
  if (!wishes_[number].end)
    timeline_.after(dice_.between(seconds(2), seconds(15)), [this, number] { look(number); });
}

bool Customers::content() const {
  return std::all_of(wishes_.begin(), wishes_.end(), [](const Wish& wish) {
    return wish.given_up || (wish.end && !wish.cancelling && !wish.repeats);
  });
}

std::size_t Customers::accepted() const {
  return static_cast<std::size_t>(
      std::count_if(wishes_.begin(), wishes_.end(), [](const Wish& wish) { return wish.job.has_value(); }));
}

}  // namespace musicfleet::simulation
