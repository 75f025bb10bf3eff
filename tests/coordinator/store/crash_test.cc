// A process that is killed without warning has lost nothing that it had acknowledged.
#include "coordinator/store/store_thread.h"
#include "tests/coordinator/store/store_fixture.h"

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

namespace musicfleet::store {
namespace {

// Inserts jobs 0, 1, 2, … for ever and writes each number to `pipe` once its insertion is acknowledged.
[[noreturn]] void insert_until_killed(const std::filesystem::path& file, int pipe) {
  StoreThread store(open_migrated(file), [](std::function<void()> run) { run(); });
  for (int i = 0;; ++i) {
    store.post<Inserted>(
        [i](Writer& writer) { return writer.jobs.insert(queued_job(concat("job_", i)), std::nullopt); },
        [i, pipe](Result<Inserted> result) {
          if (!result || write(pipe, &i, sizeof i) != sizeof i) _exit(1);
        });
    // Not faster than the reader takes them in: a full pipe holds up the store's thread, not this one.
    if (i % 64 == 0) usleep(1000);
  }
}

TEST(Crash, LosesNothingThatWasAcknowledged) {
  TemporaryFolder folder;
  const std::filesystem::path file = folder / "crash.db";
  int ends[2];
  ASSERT_EQ(pipe(ends), 0);
  const pid_t child = fork();
  ASSERT_GE(child, 0);
  if (child == 0) {
    close(ends[0]);
    insert_until_killed(file, ends[1]);
  }
  close(ends[1]);
  std::vector<int> acknowledged;
  int number = 0;
  while (acknowledged.size() < 300 && read(ends[0], &number, sizeof number) == sizeof number)
    acknowledged.push_back(number);
  kill(child, SIGKILL);
  while (read(ends[0], &number, sizeof number) == sizeof number) acknowledged.push_back(number);
  int status = 0;
  ASSERT_EQ(waitpid(child, &status, 0), child);
  ASSERT_TRUE(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
  ASSERT_GE(acknowledged.size(), 300u);

  const Database reopened = open_migrated(file);
  JobReader reader = JobReader::open(file).value();
  for (const int i : acknowledged) EXPECT_TRUE(reader.job(JobId{concat("job_", i)})) << i;
}

}  // namespace
}  // namespace musicfleet::store
