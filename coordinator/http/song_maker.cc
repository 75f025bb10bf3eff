#include "coordinator/http/song_maker.h"

#include "common/sha256.h"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <algorithm>

namespace musicfleet::http {
namespace {

namespace asio = boost::asio;
using std::chrono::milliseconds;
using std::chrono::steady_clock;

constexpr milliseconds kLookAgain{250};  // for workers that come
// For clients that go and ways that end, once a job is there: thousands may wait, and its news comes by
// itself.
constexpr milliseconds kWatch{2'000};

// What makes two requests the same: key, target and body.
Sha256 fingerprint_of(const HttpRequest& request, std::string_view body) {
  Sha256Hasher hasher;
  for (const std::string_view part :
       {std::string_view(request.who.tenant.value), std::string_view(request.who.key.value),
        std::string_view(request.target)}) {
    hasher.update(part);
    hasher.update(std::string_view("\n"));
  }
  hasher.update(body);
  return hasher.finish();
}

class Waiting {
 public:
  explicit Waiting(SongOrder& order) : order_(order) { ++order_.waiting; }
  ~Waiting() { --order_.waiting; }
  Waiting(const Waiting&) = delete;
  Waiting& operator=(const Waiting&) = delete;

 private:
  SongOrder& order_;
};

}  // namespace

Awaitable<MadeSong> SongMaker::make(const HttpRequest& request, Submission submission,
                                    std::string_view body) {
  const SteadyTime until = steady_clock::now() + options_.patience;
  submission.body_sha256 = fingerprint_of(request, body);
  while (true) {
    const auto joined = join(request, submission.body_sha256, steady_clock::now());
    if (!joined) co_return Failure(joined.error());
    const std::shared_ptr<SongOrder>& open = *joined;
    const bool was_ordered = open->job.has_value();
    Outcome outcome = co_await song_of(request, submission, open, until);
    const bool was_removed_since = was_ordered && outcome.is_removed;
    if (!was_removed_since || backend_.may_be_paid_for(*open->job)) co_return std::move(outcome.song);
    orders_.close(*open);
  }
}

asio::awaitable<SongMaker::Outcome> SongMaker::song_of(const HttpRequest& request, Submission submission,
                                                       std::shared_ptr<SongOrder> open, SteadyTime until) {
  const Waiting waiting(*open);
  // What the backend answers about the job. Why a job failed is another matter, though it may be called the
  // same.
  const auto unanswered = [](const Error& why) {
    return Outcome{Failure(why), why.code == ErrorCode::kNotFound};
  };
  Result<SubmitReply> reply = co_await order(request, std::move(submission), *open);
  if (!reply || reply->turned_away) {
    if (!open->job && open->waiting == 1) orders_.close(*open);
    if (!reply) co_return unanswered(reply.error());
    MadeSong none;
    none.turned_away = std::move(reply->turned_away);
    co_return Outcome{std::move(none)};
  }
  open->job = reply->job.id;
  Result<Job> job = co_await wait(request, std::move(reply->job), *open, until);
  if (!job) co_return unanswered(job.error());
  if (job->state != JobState::kSucceeded) {
    close_unless_paid_for(*open);
    if (job->error) co_return Outcome{Failure(*job->error)};
    co_return Outcome{fail(ErrorCode::kUnavailable, "the song was cancelled")};
  }
  auto file = co_await backend_.audio(request.who, job->id);
  if (!file) co_return unanswered(file.error());
  co_return Outcome{MadeSong{std::move(*job), std::move(*file), std::move(open)}};
}

Result<std::shared_ptr<SongOrder>> SongMaker::join(const HttpRequest& request, const Sha256& fingerprint,
                                                   SteadyTime now) {
  const std::string* key = find_field(request.headers, "Idempotency-Key");
  if (key && !key->empty()) return orders_.join(request.who.tenant, *key, fingerprint, now);
  return orders_.join(fingerprint, now);
}

void SongMaker::close_unless_paid_for(const SongOrder& open) {
  if (!backend_.may_be_paid_for(*open.job)) orders_.close(open);
}

Awaitable<SubmitReply> SongMaker::order(const HttpRequest& request, Submission submission, SongOrder& open) {
  if (!open.job) {
    if (intake_.intake().paused())
      co_return fail(ErrorCode::kUnavailable, "the intake of songs is paused; try again later");
    SubmitReply refused;
    refused.turned_away = co_await find_way(request, submission, open);
    if (refused.turned_away) co_return refused;
  }
  if (!open.job) {
    submission.idempotency_key = open.idempotency_key;
    co_return co_await backend_.submit(request.who, std::move(submission));
  }
  Result<Job> job = co_await backend_.job(request.who, *open.job);
  if (!job) co_return Failure(job.error());
  co_return SubmitReply{std::move(*job), true, {}};
}

asio::awaitable<std::optional<TurnedAway>> SongMaker::find_way(const HttpRequest& request,
                                                               const Submission& submission,
                                                               const SongOrder& open) {
  const SteadyTime until = steady_clock::now() + options_.worker_patience;
  asio::steady_timer timer(co_await asio::this_coro::executor);
  while (true) {
    if (open.job) co_return std::nullopt;  // another request has found one
    auto away = backend_.no_way_for(request.who, submission);
    if (!away || steady_clock::now() >= until || request.peer_gone()) co_return away;
    timer.expires_after(kLookAgain);
    co_await timer.async_wait(asio::as_tuple(asio::use_awaitable));
  }
}

Awaitable<Job> SongMaker::wait(const HttpRequest& request, Job job, SongOrder& open, SteadyTime until) {
  SteadyTime way_seen = steady_clock::now();
  while (!is_final(job.state)) {
    const SteadyTime now = steady_clock::now();
    if (now >= until)
      co_return fail(ErrorCode::kTimeout,
                     "the song is not done in time; it is still being made, and the same "
                     "request gets it");
    const bool gone = request.peer_gone();
    const bool is_bought = backend_.is_being_bought(job.id);
    const bool has_way = is_bought || job.state == JobState::kLeased;
    const auto away = has_way ? std::nullopt : backend_.no_way_for(job);
    if (!away) way_seen = now;
    const bool hopeless = now - way_seen > options_.worker_patience;
    // Others may wait for the same song. What a client's own key stands for is not taken from it: its
    // deadline ends it.
    const bool given_up = hopeless && !open.is_clients_key;
    // What is being bought is paid for, wanted or not: the same request gets it.
    const bool abandoned = gone && options_.cancel_abandoned && !is_bought;
    if ((given_up || abandoned) && open.waiting == 1) co_await give_up(request, open);
    if (hopeless && open.waiting == 1) co_return Failure(away->why);
    if (gone) co_return fail(ErrorCode::kCancelled, "the client has gone");
    const auto left = std::chrono::duration_cast<milliseconds>(until - now);
    auto update = co_await backend_.next_update(request.who, job.id, job.revision,
                                                std::clamp(left, milliseconds(1), kWatch));
    if (!update) co_return update;
    job = std::move(*update);
  }
  co_return job;
}

asio::awaitable<void> SongMaker::give_up(const HttpRequest& request, SongOrder& open) {
  // Whoever came while the cancellation is recorded would be told that its song was cancelled.
  open.given_up = !backend_.may_be_paid_for(*open.job);
  const Result<Job> cancelled = co_await backend_.cancel(request.who, *open.job);
  open.given_up = false;
  if (cancelled) close_unless_paid_for(open);
}

}  // namespace musicfleet::http
