// The power fails at every single step of the audio store's work: what was said to be published is there,
// with every byte, what was said to be removed is gone, and no object is there by half.
#include "coordinator/storage/audio_store.h"
#include "tests/coordinator/storage/volatile_disk.h"

#include <gtest/gtest.h>

namespace musicfleet {
namespace {

namespace fs = std::filesystem;

constexpr int kSongs = 5;

JobId job(int number) { return JobId{concat("job_", number)}; }
std::string song(int number) { return std::string(1'000, static_cast<char>('a' + number)); }

// Publishes songs and removes every other one until the power fails; notes what was acknowledged.
class Shift {
 public:
  explicit Shift(std::shared_ptr<VolatileDisk> disk) : disk_(std::move(disk)) {}

  void run() {
    const auto store = AudioStore::open("/audio", disk_);
    if (!store) return;
    for (int i = 0; i < kSongs; ++i) {
      const std::string object = store->object_key(job(i), 1, AudioContainer::kFlac);
      const fs::path temporary = store->temporary_path(job(i), 1, 1);
      if (!disk_->write(temporary, song(i)) || !store->publish(temporary, object)) return;
      published.insert(i);
      if (i % 2 == 0) continue;
      published.erase(i);  // from here on it may be gone
      if (!store->remove(object)) return;
      removed.insert(i);
    }
  }

  // Empty where the disk keeps what was promised.
  std::string wrong() const {
    const auto store = AudioStore::open("/audio", disk_);
    if (!store) return store.error().message;
    for (int i = 0; i < kSongs; ++i) {
      const std::string* bytes =
          disk_->read(store->path_of(store->object_key(job(i), 1, AudioContainer::kFlac)));
      if (bytes && *bytes != song(i)) return concat("song ", i, " is there by half");
      if (!bytes && published.count(i)) return concat("song ", i, " is lost");
      if (bytes && removed.count(i)) return concat("song ", i, " is back");
    }
    if (!disk_->names("/audio/incoming")->empty()) return "unfinished uploads are left";
    return "";
  }

 private:
  std::shared_ptr<VolatileDisk> disk_;
  std::set<int> published, removed;
};

// What was wrong after a shift whose power failed at operation `k`, and how many operations there were.
std::string wrong_after(std::uint64_t k, std::uint64_t seed, VolatileDisk::Ignores ignores,
                        std::uint64_t* operations = nullptr) {
  const auto disk = std::make_shared<VolatileDisk>(ignores);
  disk->fail_at(k);
  Shift shift(disk);
  shift.run();
  if (operations) *operations = disk->operations();
  disk->restart(seed);
  return shift.wrong();
}

int losses(VolatileDisk::Ignores ignores) {
  std::uint64_t all = 0;
  wrong_after(0, 0, ignores, &all);
  int found = 0;
  for (std::uint64_t k = 1; k <= all; ++k)
    for (std::uint64_t seed = 0; seed < 12; ++seed)
      if (!wrong_after(k, seed, ignores).empty()) ++found;
  return found;
}

TEST(AudioPowerFailure, KeepsEveryPublishedSongWhereverItStrikes) {
  std::uint64_t all = 0;
  ASSERT_EQ(wrong_after(0, 0, VolatileDisk::Ignores::kNothing, &all), "");
  ASSERT_GT(all, 30u);
  for (std::uint64_t k = 1; k <= all; ++k)
    for (std::uint64_t seed = 0; seed < 60; ++seed)
      ASSERT_EQ(wrong_after(k, seed, VolatileDisk::Ignores::kNothing), "")
          << "the power failed at operation " << k << " of " << all << ", seed " << seed;
}

TEST(AudioPowerFailure, IsSeenToLoseSongsWhoseBytesOrNamesAreNotSynced) {
  EXPECT_GT(losses(VolatileDisk::Ignores::kFileSyncs), 0);
  EXPECT_GT(losses(VolatileDisk::Ignores::kFolderSyncs), 0);
}

}  // namespace
}  // namespace musicfleet
