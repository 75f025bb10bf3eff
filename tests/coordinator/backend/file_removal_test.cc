// Files of removals that are committed: what the disk does not let go fails whoever waits for it, and several
// who remove files at once do not get in each other's way.
#include "tests/coordinator/backend/retention_fixture.h"

#include <boost/asio/post.hpp>

#include <atomic>
#include <future>
#include <latch>

namespace musicfleet::backend {
namespace {

namespace fs = std::filesystem;

// Tells when somebody looks into the folder of a job, and when somebody is about to take it away.
class WatchedDisk final : public PosixDisk {
 public:
  Result<std::vector<std::string>> names(const fs::path& folder) const override {
    if (on_list) on_list(folder.filename());
    return PosixDisk::names(folder);
  }
  void remove_empty_folder(const fs::path& folder) const override {
    if (on_remove) std::exchange(on_remove, {})();
    PosixDisk::remove_empty_folder(folder);
  }
  std::function<void(const fs::path&)> on_list;
  mutable std::function<void()> on_remove;  // once
};

// Several at once: files are removed from a disk that can be watched, by a pool of two.
class BusyRetentionTest : public RetentionTest {
 protected:
  const std::shared_ptr<WatchedDisk> disk = std::make_shared<WatchedDisk>();
  const AudioStore audio = AudioStore::open(folder / "audio", disk).value();
  FilePool files{2};
  Retention keeper{{clock, process->store, process->readers, process->board, audio, files},
                   {},
                   Log(process->log_output, "retention")};
};

TEST_F(RetentionTest, AFolderThatCannotBeRemovedFailsWhoeverWantsItGoneAndNobodyElse) {
  const JobId stuck = ended("job_1", 1), next = ended("job_2", 1), last = ended("job_3", 1);
  const fs::path strange = folder / "audio" / "songs" / stuck.value / "a folder";
  fs::create_directory(strange);
  Retention keeper = retention();
  const auto refused = await(keeper.purge({stuck, next}));
  ASSERT_FALSE(refused);
  EXPECT_NE(refused.error().message.find("a folder"), std::string::npos) << refused.error().message;
  EXPECT_FALSE(has_object(next)) << "it does not wait for the other";
  const auto purged = await(keeper.purge({last}));
  EXPECT_TRUE(purged) << purged.error().message;
  EXPECT_FALSE(has_object(last));
  EXPECT_NE(process->log_text.str().find("songs that should go are still there"), std::string::npos);
  EXPECT_FALSE(await(keeper.purge({stuck}))) << "it is still there";
  EXPECT_TRUE(await(keeper.expire())) << "nobody waits for it";
  EXPECT_FALSE(await(keeper.purge({stuck}))) << "whoever has met it before";
  fs::remove(strange);
  EXPECT_TRUE(await(keeper.purge({stuck})));
  EXPECT_TRUE(await(keeper.expire()));
  EXPECT_FALSE(fs::exists(strange.parent_path()));
}

TEST_F(RetentionTest, AnErasureFailsForAsLongAsAFileOfTheTenantsIsThere) {
  const JobId stuck = ended("job_1", 20), old = ended("job_2", 20);
  const fs::path strange = folder / "audio" / "songs" / stuck.value / "a folder";
  fs::create_directory(strange);
  Retention keeper = retention({std::chrono::days(10), {}, {}});
  ASSERT_TRUE(await(keeper.expire()));
  EXPECT_FALSE(has_object(old));
  EXPECT_FALSE(await(keeper.erase(who.tenant)));
  EXPECT_FALSE(await(keeper.erase(who.tenant))) << "also the second time";
  EXPECT_TRUE(await(keeper.erase(TenantId{"another"})));
  fs::remove(strange);
  EXPECT_TRUE(await(keeper.erase(who.tenant)));
}

TEST_F(RetentionTest, APurgeByAgeFailsForItsOwnJobsOnly) {
  const JobId stuck = ended("job_1", 20);
  ended("job_2", 40);
  const fs::path strange = folder / "audio" / "songs" / stuck.value / "a folder";
  fs::create_directory(strange);
  Retention keeper = retention();
  EXPECT_FALSE(await(keeper.purge_ended({.ended_before = clock.wall - std::chrono::days(10)})));
  ended("job_3", 40);
  EXPECT_TRUE(await(keeper.purge_ended({.ended_before = clock.wall - std::chrono::days(30)})));
}

TEST_F(BusyRetentionTest, ASongThatArrivesWhileItsJobsSongsAreRemovedIsRemovedToo) {
  const JobId job = ended("job_1", 1);
  write(order_to_compare(job));
  disk->on_remove = [&] {
    put_object(job, kShadow);
    std::promise<Result<>> committed;
    process->store.post<void>(take_in_to_compare(job),
                              [&](Result<> done) { committed.set_value(std::move(done)); });
    EXPECT_TRUE(committed.get_future().get());
  };
  ASSERT_TRUE(await(keeper.purge({job})));
  EXPECT_FALSE(disk->on_remove) << "the song has arrived";
  EXPECT_FALSE(has_object(job, kShadow));
  store::Database database =
      store::Database::open(folder / "musicfleet.db", store::Database::Mode::kReadOnly).value();
  EXPECT_EQ(database.integer("SELECT count(*) FROM removals").value(), 0);
}

TEST_F(BusyRetentionTest, FilesAreRemovedByOneAtATime) {
  const JobId first = ended("job_1", 1), second = ended("job_2", 1);
  std::atomic<int> looks = 0;
  std::latch may_go_on(1);
  disk->on_list = [&](const fs::path& name) {
    if (name != first.value) return;
    const bool is_first = ++looks == 1;
    boost::asio::post(loop, [] {});  // who waits for it looks again
    if (is_first) may_go_on.wait();
  };
  int done = 0;
  const auto purge = [&](const JobId& job) {
    boost::asio::co_spawn(loop, keeper.purge({job}), [&](std::exception_ptr, auto counts) {
      EXPECT_TRUE(counts);
      ++done;
    });
  };
  purge(first);
  EXPECT_TRUE(run_until([&] { return looks > 0; }));
  purge(second);
  EXPECT_TRUE(run_until([&] { return !has_job(second); }));
  // Whatever the second has begun before these ends before they do.
  for (int i = 0; i < 2; ++i) write([](store::Writer&) { return Result<>(); });
  const auto nothing = [] { return 0; };
  await(files.compute(nothing));
  EXPECT_EQ(looks, 1) << "the second has looked at what the first removes";
  may_go_on.count_down();
  EXPECT_TRUE(run_until([&] { return done == 2; }));
  EXPECT_FALSE(has_object(first));
  EXPECT_FALSE(has_object(second));
}

TEST_F(BusyRetentionTest, OfTwoPurgesTheOneWhoseFileStaysFails) {
  const JobId first = ended("job_1", 1), stuck = ended("job_2", 1);
  fs::create_directory(folder / "audio" / "songs" / stuck.value / "a folder");
  std::latch may_go_on(1);
  disk->on_list = [&](const fs::path& name) {
    if (name == first.value) may_go_on.wait();
  };
  std::map<JobId, bool> succeeded;
  const auto purge = [&](const JobId& job) {
    boost::asio::co_spawn(loop, keeper.purge({job}), [&succeeded, job](std::exception_ptr, auto counts) {
      succeeded[job] = counts.has_value();
    });
  };
  purge(first);
  EXPECT_TRUE(run_until([&] { return !has_job(first); }));
  purge(stuck);
  EXPECT_TRUE(run_until([&] { return !has_job(stuck); }));
  may_go_on.count_down();
  EXPECT_TRUE(run_until([&] { return succeeded.size() == 2; }));
  EXPECT_TRUE(succeeded[first]) << "the other's file is none of its own";
  EXPECT_FALSE(succeeded[stuck]);
}

}  // namespace
}  // namespace musicfleet::backend
