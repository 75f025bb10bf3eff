#include "coordinator/store/store_thread.h"

#include "coordinator/store/reader_pool.h"
#include "tests/coordinator/store/store_fixture.h"

#include <algorithm>
#include <future>

namespace musicfleet::store {
namespace {

class StoreThreadTest : public ::testing::Test {
 protected:
  TemporaryFolder folder;
  std::filesystem::path file = folder / "s.db";
  // Results are delivered on the store's own thread: the tests only look at them after a future.
  StoreThread store{open_migrated(file), [](std::function<void()> run) { run(); }};

  template <class T>
  Result<T> run(std::function<Result<T>(Writer&)> work) {
    std::promise<Result<T>> promise;
    store.post<T>(std::move(work), [&](Result<T> result) { promise.set_value(std::move(result)); });
    return promise.get_future().get();
  }

  // What is posted from now on waits until the promise is kept.
  std::promise<void> hold_store() {
    std::promise<void> started, go;
    store.post<void>(
        [&started, hold = go.get_future().share()](Writer&) -> Result<> {
          started.set_value();
          hold.wait();
          return {};
        },
        [](Result<>) {});
    started.get_future().wait();
    return go;
  }
};

TEST_F(StoreThreadTest, DeliversAResultThatAnotherConnectionAlreadySees) {
  JobReader reader = JobReader::open(file).value();
  std::promise<bool> seen;
  store.post<Inserted>(
      [](Writer& writer) { return writer.jobs.insert(queued_job("job_1"), std::nullopt); },
      [&](Result<Inserted> result) { seen.set_value(result && reader.job(JobId{"job_1"})); });
  EXPECT_TRUE(seen.get_future().get());
}

TEST_F(StoreThreadTest, WhatWaitsSharesOneCommit) {
  std::promise<void> go = hold_store();
  std::vector<std::string> order;
  for (int i = 0; i < 100; ++i)
    store.post<Inserted>(
        [i](Writer& writer) { return writer.jobs.insert(queued_job(concat("job_", i)), std::nullopt); },
        [&order, i](Result<Inserted> result) { order.push_back(concat(result.has_value(), i)); });
  go.set_value();
  ASSERT_TRUE(run<void>([](Writer&) { return Result<>(); }));
  EXPECT_EQ(store.committed_work(), 102u);
  EXPECT_LE(store.commits(), 3u);
  ASSERT_EQ(order.size(), 100u);
  for (int i = 0; i < 100; ++i) EXPECT_EQ(order[static_cast<std::size_t>(i)], concat(1, i)) << "in order";
}

TEST_F(StoreThreadTest, WorkThatFailsTakesBackOnlyItsOwnWrites) {
  std::promise<void> go = hold_store();
  const auto insert = [&](const std::string& id, bool then_fail, std::promise<Result<>>& done) {
    store.post<void>(
        [id, then_fail](Writer& writer) -> Result<> {
          MF_TRY(writer.jobs.insert(queued_job(id), std::nullopt));
          if (then_fail) return fail(ErrorCode::kInvalidArgument, "changed my mind");
          return {};
        },
        [&done](Result<> result) { done.set_value(std::move(result)); });
  };
  std::promise<Result<>> first, second, third;
  insert("job_1", false, first);
  insert("job_2", true, second);
  insert("job_3", false, third);
  go.set_value();
  EXPECT_TRUE(first.get_future().get());
  EXPECT_EQ(second.get_future().get().error().message, "changed my mind");
  EXPECT_TRUE(third.get_future().get());
  JobReader reader = JobReader::open(file).value();
  EXPECT_TRUE(reader.job(JobId{"job_1"}));
  EXPECT_FALSE(reader.job(JobId{"job_2"}));
  EXPECT_TRUE(reader.job(JobId{"job_3"}));
}

TEST_F(StoreThreadTest, NothingOfAChainIsStoredAfterAPieceOfItFailed) {
  std::promise<void> go = hold_store();
  const auto insert = [&](const std::string& id, bool then_fail, Order order) {
    auto done = std::make_shared<std::promise<Result<>>>();
    store.post<void>(
        [id, then_fail](Writer& writer) -> Result<> {
          MF_TRY(writer.jobs.insert(queued_job(id), std::nullopt));
          if (then_fail) return fail(ErrorCode::kInvalidArgument, "refused");
          return {};
        },
        [done](Result<> result) { done->set_value(std::move(result)); }, order);
    return done->get_future();
  };
  auto first = insert("job_1", false, Order::kChained);
  auto failing = insert("job_2", true, Order::kChained);
  auto same_group = insert("job_3", false, Order::kChained);
  auto alone = insert("job_4", false, Order::kAlone);
  go.set_value();
  EXPECT_TRUE(first.get());
  EXPECT_EQ(failing.get().error().message, "refused");
  EXPECT_EQ(same_group.get().error().code, ErrorCode::kUnavailable);
  EXPECT_TRUE(alone.get());
  EXPECT_EQ(insert("job_5", false, Order::kChained).get().error().code, ErrorCode::kUnavailable);
  JobReader reader = JobReader::open(file).value();
  EXPECT_FALSE(reader.job(JobId{"job_3"}));
  EXPECT_TRUE(reader.job(JobId{"job_4"}));
  EXPECT_FALSE(reader.job(JobId{"job_5"}));
}

// A disk that does not answer must not fill the memory with what waits for it.
TEST_F(StoreThreadTest, RefusesWorkBeyondItsBoundButNeverWhatDispatchingDecided) {
  std::promise<void> go = hold_store();
  const auto nothing = [](Writer&) { return Result<>(); };
  std::atomic<std::size_t> stored = 0;
  for (std::size_t i = 0; i < StoreThread::kMostWaiting; ++i)
    store.post<void>(nothing, [&](Result<> result) { stored += result.has_value(); });
  EXPECT_EQ(store.waiting(), StoreThread::kMostWaiting);
  std::optional<Result<>> refused;
  store.post<void>(nothing, [&](Result<> result) { refused = std::move(result); });
  ASSERT_TRUE(refused) << "at once";
  EXPECT_EQ(refused->error().code, ErrorCode::kUnavailable);
  std::promise<bool> chained;
  store.post<void>(
      nothing, [&](Result<> result) { chained.set_value(result.has_value()); }, Order::kChained);
  go.set_value();
  EXPECT_TRUE(chained.get_future().get());
  EXPECT_EQ(stored, StoreThread::kMostWaiting);
}

TEST_F(StoreThreadTest, LookUpsBeyondTheirBoundAreRefused) {
  std::vector<JobReader> readers;
  readers.push_back(JobReader::open(file).value());
  std::promise<void> started, go;
  std::atomic<std::size_t> answered = 0;
  std::optional<Result<Job>> refused;
  {
    ReaderPool pool(std::move(readers), [](std::function<void()> deliver) { deliver(); });
    pool.post<Job>(
        [&](JobReader& reader) {
          started.set_value();
          go.get_future().wait();
          return reader.job(JobId{"job_1"});
        },
        [](Result<Job>) {});
    started.get_future().wait();
    for (std::size_t i = 0; i < ReaderPool::kMostWaiting; ++i)
      pool.post<Job>([](JobReader& reader) { return reader.job(JobId{"job_1"}); },
                     [&](Result<Job>) { ++answered; });
    pool.post<Job>([](JobReader& reader) { return reader.job(JobId{"job_1"}); },
                   [&](Result<Job> result) { refused = std::move(result); });
    ASSERT_TRUE(refused) << "at once";
    go.set_value();
  }
  EXPECT_EQ(refused->error().code, ErrorCode::kUnavailable);
  EXPECT_EQ(answered, ReaderPool::kMostWaiting);
}

TEST(FullDisk, NeverAcknowledgesWhatIsNotStored) {
  TemporaryFolder folder;
  const std::filesystem::path file = folder / "full.db";
  Database database = open_migrated(file);
  const auto pages = database.integer("PRAGMA page_count").value();
  ASSERT_TRUE(database.execute(concat("PRAGMA max_page_count = ", pages + 20).c_str()));
  std::vector<bool> acknowledged(200);
  {
    StoreThread store(std::move(database), [](std::function<void()> run) { run(); });
    for (int i = 0; i < 200; ++i)
      store.post<Inserted>(
          [i](Writer& writer) {
            Job job = queued_job(concat("job_", i));
            job.spec.prompt = std::string(i % 10 == 9 ? 100'000 : 500, 'x');
            return writer.jobs.insert(job, std::nullopt);
          },
          [&acknowledged, i](Result<Inserted> result) {
            acknowledged[static_cast<std::size_t>(i)] = result.has_value();
            if (result) return;
            EXPECT_EQ(result.error().code, ErrorCode::kUnavailable) << result.error().message;
          });
  }
  JobReader reader = JobReader::open(file).value();
  for (int i = 0; i < 200; ++i)
    EXPECT_EQ(reader.job(JobId{concat("job_", i)}).has_value(), acknowledged[static_cast<std::size_t>(i)])
        << i;
  EXPECT_EQ(std::count(acknowledged.begin() + 9, acknowledged.end(), true) > 150, false)
      << "the disk was full";
}

TEST_F(StoreThreadTest, ReadersSeeWhatIsCommittedFromTheirOwnThreads) {
  ASSERT_TRUE(
      run<Inserted>([](Writer& writer) { return writer.jobs.insert(queued_job("job_1"), std::nullopt); }));
  std::vector<JobReader> readers;
  readers.reserve(2);
  for (int i = 0; i < 2; ++i) readers.push_back(JobReader::open(file).value());
  ReaderPool pool(std::move(readers), [](std::function<void()> deliver) { deliver(); });
  std::vector<std::promise<Result<Job>>> answers(20);
  for (auto& answer : answers)
    pool.post<Job>([](JobReader& reader) { return reader.job(JobId{"job_1"}); },
                   [&answer](Result<Job> job) { answer.set_value(std::move(job)); });
  for (auto& answer : answers) EXPECT_EQ(answer.get_future().get().value().id, JobId{"job_1"});
}

}  // namespace
}  // namespace musicfleet::store
