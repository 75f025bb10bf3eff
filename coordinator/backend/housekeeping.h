// The chores of a running coordinator, each at its time: what retention lets go of, files that no job knows,
// a write-ahead log that must not grow, pages to give back, a look through the database. One chore that fails
// is logged and tried again at its next time. Loop thread; what may take long runs on a thread of its own,
// and a look through the database, or a backup, ends when this goes.
#pragma once

#include "coordinator/backend/retention.h"
#include "coordinator/backend/store_health.h"
#include "coordinator/store/backup.h"

#include <boost/asio/io_context.hpp>

#include <stop_token>

namespace musicfleet::backend {

class Housekeeping {
 public:
  static constexpr std::chrono::minutes kLogInterval{1};
  static constexpr std::chrono::hours kRetentionInterval{1};
  static constexpr std::chrono::hours kSweepInterval{24};
  static constexpr std::chrono::hours kCheckInterval{24};
  // A log of this size is emptied even where commits must wait for readers for kPatience.
  static constexpr std::uint64_t kLargeLog = 64 << 20;
  static constexpr std::chrono::milliseconds kPatience{100};

  // All of it outlives the loop's run; `database` is the file behind `store`.
  Housekeeping(boost::asio::io_context& loop, store::StoreThread& store, Retention& retention,
               StoreHealth& health, const Clock& clock, std::filesystem::path database, Log log);
  ~Housekeeping();

  // Begins: everything once soon, then at its intervals.
  void start();

  // The chores.
  http::Awaitable<> expire();
  http::Awaitable<> sweep();
  http::Awaitable<> empty_log();
  http::Awaitable<> check();

  // An order, beside the chores: a backup in `folder`, as store::take_backup says.
  http::Awaitable<store::BackupFacts> back_up(std::filesystem::path folder);

 private:
  using Chore = http::Awaitable<> (Housekeeping::*)();

  boost::asio::awaitable<void> repeat(Chore chore, const char* name, std::chrono::milliseconds first,
                                      std::chrono::milliseconds interval);
  http::Awaitable<> give_back_pages();

  boost::asio::io_context& loop_;
  store::StoreThread& store_;
  Retention& retention_;
  StoreHealth& health_;
  const Clock& clock_;
  const std::filesystem::path database_;
  Log log_;
  std::stop_source stop_;
  FilePool slow_{1};
};

}  // namespace musicfleet::backend
