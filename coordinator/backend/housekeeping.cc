#include "coordinator/backend/housekeeping.h"

#include "coordinator/backend/awaited.h"
#include "coordinator/store/upkeep.h"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/steady_timer.hpp>

namespace musicfleet::backend {
namespace {

using namespace std::chrono_literals;

// Free pages that leave the file in one commit: a few milliseconds.
constexpr int kPagesAtATime = 128;

}  // namespace

Housekeeping::Housekeeping(boost::asio::io_context& loop, store::StoreThread& store, Retention& retention,
                           StoreHealth& health, const Clock& clock, std::filesystem::path database, Log log)
    : loop_(loop),
      store_(store),
      retention_(retention),
      health_(health),
      clock_(clock),
      database_(std::move(database)),
      log_(std::move(log)) {}

Housekeeping::~Housekeeping() { stop_.request_stop(); }

void Housekeeping::start() {
  const auto begin = [this](Chore chore, const char* name, std::chrono::milliseconds first,
                            std::chrono::milliseconds interval) {
    boost::asio::co_spawn(loop_, repeat(chore, name, first, interval), boost::asio::detached);
  };
  begin(&Housekeeping::empty_log, "emptying the log", kLogInterval, kLogInterval);
  begin(&Housekeeping::expire, "retention", 1s, kRetentionInterval);
  begin(&Housekeeping::sweep, "sweeping the songs", 10s, kSweepInterval);
  // Not at once: a start after a crash has better things to read.
  begin(&Housekeeping::check, "checking the database", 10min, kCheckInterval);
}

boost::asio::awaitable<void> Housekeeping::repeat(Chore chore, const char* name,
                                                  std::chrono::milliseconds first,
                                                  std::chrono::milliseconds interval) {
  boost::asio::steady_timer timer(loop_, first);
  while (true) {
    co_await timer.async_wait(boost::asio::use_awaitable);
    const Result<> done = co_await (this->*chore)();
    if (!done) log_.error("a chore failed", {{"chore", name}, {"error", done.error().message}});
    timer.expires_after(interval);
  }
}

http::Awaitable<> Housekeeping::expire() {
  const auto counts = co_await retention_.expire();
  if (!counts) co_return Failure(counts.error());
  if (counts->jobs > 0)
    log_.info("retention", {{"jobs", counts->jobs},
                            {"songs", counts->songs},
                            {"events", counts->events},
                            {"attempts", counts->attempts}});
  co_return co_await give_back_pages();
}

http::Awaitable<> Housekeeping::sweep() {
  const auto counts = co_await retention_.sweep();
  if (!counts) co_return Failure(counts.error());
  co_return Result<>();
}

http::Awaitable<> Housekeeping::empty_log() {
  const auto work = [this]() -> Result<std::uint64_t> {
    const std::uint64_t before = store::wal_bytes(database_);
    if (before > 0) MF_TRY(store::empty_wal(database_, before < kLargeLog ? 0ms : kPatience));
    return store::wal_bytes(database_);
  };
  const Result<std::uint64_t> left = co_await slow_.compute(work);
  if (!left) co_return Failure(left.error());
  health_.wal_bytes = *left;
  co_return Result<>();
}

http::Awaitable<> Housekeeping::check() {
  const auto work = [this] { return store::check_pages(database_, stop_.get_token()); };
  const Result<> checked = co_await slow_.compute(work);
  // Whether the database is damaged; that it could not be read says nothing of that.
  const bool is_verdict = checked || checked.error().code == ErrorCode::kCorrupt;
  if (!is_verdict) co_return checked;
  health_.sound = checked.has_value();
  health_.checked_at = clock_.wall_now();
  if (checked) log_.info("the database is sound");
  co_return checked;
}

http::Awaitable<store::BackupFacts> Housekeeping::back_up(std::filesystem::path folder) {
  const WallTime now = clock_.wall_now();
  const auto work = [&] { return store::take_backup(database_, folder, now, stop_.get_token()); };
  const Result<store::BackupFacts> taken = co_await slow_.compute(work);
  if (taken)
    log_.info("backup taken", {{"folder", folder.string()}, {"jobs", taken->jobs}, {"songs", taken->songs}});
  co_return taken;
}

http::Awaitable<> Housekeeping::give_back_pages() {
  while (true) {
    std::function<Result<std::int64_t>(store::Writer&)> give = [](store::Writer& writer) {
      return store::give_back_pages(writer.database, kPagesAtATime);
    };
    const Result<std::int64_t> left = co_await written<std::int64_t>(store_, std::move(give));
    if (!left) co_return Failure(left.error());
    if (*left == 0) co_return Result<>();
  }
}

}  // namespace musicfleet::backend
