#include "coordinator/storage/audio_store.h"

#include "tests/coordinator/storage/volatile_disk.h"

#include <gtest/gtest.h>

#include <fstream>
#include <sstream>

namespace musicfleet {
namespace {

namespace fs = std::filesystem;

const JobId kJob{"job_01ARYZ6S41TSV4RRFFQ69G5FAV"};

void write(const fs::path& path, std::string_view text) { std::ofstream(path, std::ios::binary) << text; }

std::string read(const fs::path& path) {
  std::ostringstream text;
  text << std::ifstream(path, std::ios::binary).rdbuf();
  return text.str();
}

// Whoever syncs a job's folder comes second: somebody else has just taken away what was left of it.
class SharedDisk final : public VolatileDisk {
 public:
  Result<> sync_folder(const fs::path& folder) const override {
    if (others_remove && folder.filename() == kJob.value) remove_empty_folder(folder);
    return VolatileDisk::sync_folder(folder);
  }
  bool others_remove = false;
};

class AudioStoreTest : public testing::Test {
 protected:
  AudioStoreTest() {
    std::string name = testing::TempDir() + "audio_store_XXXXXX";
    root_ = fs::path(::mkdtemp(name.data())) / "audio";
  }
  ~AudioStoreTest() override { fs::remove_all(root_.parent_path()); }

  AudioStore opened() {
    auto store = AudioStore::open(root_);
    EXPECT_TRUE(store) << store.error().message;
    return *store;
  }

  fs::path root_;
};

TEST_F(AudioStoreTest, NamesObjectsByJobAndEpoch) {
  EXPECT_EQ(opened().object_key(kJob, 3, AudioContainer::kMp3), "songs/" + kJob.value + "/3.mp3");
}

TEST_F(AudioStoreTest, EveryUploadHasItsOwnTemporaryFile) {
  EXPECT_NE(opened().temporary_path(kJob, 3, 1), opened().temporary_path(kJob, 3, 2));
}

TEST_F(AudioStoreTest, PublishesAFileUnderItsObjectName) {
  const AudioStore store = opened();
  const fs::path temporary = store.temporary_path(kJob, 1, 1);
  write(temporary, "la la la");
  const std::string object = store.object_key(kJob, 1, AudioContainer::kWav);
  ASSERT_TRUE(store.publish(temporary, object));
  EXPECT_EQ(read(store.path_of(object)), "la la la");
  EXPECT_FALSE(fs::exists(temporary));
}

TEST_F(AudioStoreTest, NeverOverwritesAnObject) {
  const AudioStore store = opened();
  const fs::path temporary = store.temporary_path(kJob, 1, 1);
  const std::string object = store.object_key(kJob, 1, AudioContainer::kWav);
  write(temporary, "first");
  ASSERT_TRUE(store.publish(temporary, object));
  write(temporary, "second");
  const auto again = store.publish(temporary, object);
  ASSERT_FALSE(again);
  EXPECT_EQ(again.error().code, ErrorCode::kConflict);
  EXPECT_EQ(read(store.path_of(object)), "first");
}

TEST_F(AudioStoreTest, ReplacesWhatNobodyHasSeenWhereItIsToldTo) {
  const AudioStore store = opened();
  const std::string object = store.object_key(kJob, 1, AudioContainer::kWav);
  for (const char* text : {"left behind", "la la la"}) {
    write(store.temporary_path(kJob, 1, 1), text);
    ASSERT_TRUE(store.publish_anew(store.temporary_path(kJob, 1, 1), object)) << text;
  }
  EXPECT_EQ(read(store.path_of(object)), "la la la");
  EXPECT_FALSE(store.publish_anew(store.temporary_path(kJob, 1, 1), object)) << "there is no file";
}

TEST_F(AudioStoreTest, AShadowsSongLiesBesideTheOneThatIsDelivered) {
  const std::string shadow = opened().shadow_key(kJob, 3, AudioContainer::kMp3);
  EXPECT_EQ(shadow, "songs/" + kJob.value + "/3-shadow.mp3");
}

TEST_F(AudioStoreTest, SaysWhichFileIsMissing) {
  const AudioStore store = opened();
  const auto published = store.publish(store.temporary_path(kJob, 9, 1), "songs/job_x/9.wav");
  ASSERT_FALSE(published);
  EXPECT_EQ(published.error().code, ErrorCode::kUnavailable);
  EXPECT_NE(published.error().message.find(kJob.value + ".9.1.part"), std::string::npos);
}

TEST_F(AudioStoreTest, RefusesNamesThatAreNotObjectKeys) {
  const AudioStore store = opened();
  const fs::path temporary = store.temporary_path(kJob, 1, 1);
  write(temporary, "x");
  for (const std::string name : {"", "songs", "songs/1.wav", "songs/../1.wav", "songs/a/../b", "/etc/x/y",
                                 "songs/a/.hidden", "songs//1.wav", "other/a/1.wav"}) {
    EXPECT_FALSE(store.publish(temporary, name)) << name;
    EXPECT_FALSE(store.remove(name)) << name;
  }
  EXPECT_TRUE(fs::exists(temporary));
}

TEST_F(AudioStoreTest, RemovesAnObjectAndItsEmptyFolderAndAgainWithoutComplaint) {
  const AudioStore store = opened();
  const std::string object = store.object_key(kJob, 1, AudioContainer::kFlac);
  write(store.temporary_path(kJob, 1, 1), "x");
  ASSERT_TRUE(store.publish(store.temporary_path(kJob, 1, 1), object));
  EXPECT_TRUE(store.remove(object));
  EXPECT_FALSE(fs::exists(store.path_of(object).parent_path()));
  EXPECT_TRUE(store.remove(object));
}

TEST(AudioStoreWithOthers, TwoMayRemoveTheSameSongsAtOnce) {
  const auto disk = std::make_shared<SharedDisk>();
  const auto store = AudioStore::open("/audio", disk);
  ASSERT_TRUE(store) << store.error().message;
  const auto publish = [&](Epoch epoch) {
    ASSERT_TRUE(disk->write(store->temporary_path(kJob, epoch, 1), "x"));
    ASSERT_TRUE(store->publish(store->temporary_path(kJob, epoch, 1),
                               store->object_key(kJob, epoch, AudioContainer::kWav)));
  };
  publish(1);
  disk->others_remove = true;
  const Result<> one = store->remove(store->object_key(kJob, 1, AudioContainer::kWav));
  EXPECT_TRUE(one) << one.error().message;
  disk->others_remove = false;
  publish(2);
  publish(3);
  disk->others_remove = true;
  const Result<> all = store->remove_all_of(kJob);
  EXPECT_TRUE(all) << all.error().message;
  EXPECT_FALSE(disk->has_folder("/audio/songs/" + kJob.value));
  disk->others_remove = false;
  EXPECT_TRUE(store->jobs()->empty());
}

TEST_F(AudioStoreTest, SweepsUnfinishedUploadsAtStartAndKeepsObjects) {
  std::string object;
  fs::path left;
  {
    const AudioStore store = opened();
    object = store.object_key(kJob, 1, AudioContainer::kWav);
    write(store.temporary_path(kJob, 1, 1), "kept");
    ASSERT_TRUE(store.publish(store.temporary_path(kJob, 1, 1), object));
    left = store.temporary_path(kJob, 2, 1);
    write(left, "half a so");
  }
  const AudioStore store = opened();
  EXPECT_FALSE(fs::exists(left));
  EXPECT_EQ(read(store.path_of(object)), "kept");
}

TEST_F(AudioStoreTest, RefusesARootThatCannotBeAFolder) {
  write(root_, "a file");
  const auto store = AudioStore::open(root_);
  ASSERT_FALSE(store);
  EXPECT_EQ(store.error().code, ErrorCode::kUnavailable);
}

}  // namespace
}  // namespace musicfleet
