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

// Whoever moves a song into a job's folder, or syncs that folder, comes second: somebody else has just taken
// away what was in it and the folder itself.
class SharedDisk final : public VolatileDisk {
 public:
  Result<> rename(const fs::path& from, const fs::path& to) const override {
    others_come(to.parent_path(), before_rename);
    return VolatileDisk::rename(from, to);
  }
  Result<> sync_folder(const fs::path& folder) const override {
    others_come(folder, before_sync);
    return VolatileDisk::sync_folder(folder);
  }
  // How often they still come.
  mutable int before_rename = 0, before_sync = 0;

 private:
  void others_come(const fs::path& folder, int& left) const {
    if (folder.filename() != kJob.value || left == 0) return;
    --left;
    const std::vector<std::string> left_there = names(folder).value();
    for (const std::string& name : left_there) EXPECT_TRUE(remove_file(folder / name));
    remove_empty_folder(folder);
  }
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

TEST_F(AudioStoreTest, ItsDiskTellsAFolderThatIsGoneFromOtherTrouble) {
  const AudioStore store = opened();
  const fs::path temporary = store.temporary_path(kJob, 1, 1);
  write(temporary, "x");
  const PosixDisk disk;
  EXPECT_EQ(disk.rename(temporary, root_ / "gone" / "x").error().code, ErrorCode::kNotFound);
  EXPECT_EQ(disk.sync_folder(root_ / "gone").error().code, ErrorCode::kNotFound);
  EXPECT_EQ(disk.rename(temporary, temporary / "x").error().code, ErrorCode::kUnavailable);
  EXPECT_EQ(disk.make_folder(root_), false);
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

class AudioStoreWithOthers : public testing::Test {
 protected:
  Result<> publish(Epoch epoch) {
    EXPECT_TRUE(disk->write(store.temporary_path(kJob, epoch, 1), "x"));
    return store.publish(store.temporary_path(kJob, epoch, 1), object(epoch));
  }
  std::string object(Epoch epoch) const { return store.object_key(kJob, epoch, AudioContainer::kWav); }

  const std::shared_ptr<SharedDisk> disk = std::make_shared<SharedDisk>();
  const AudioStore store = AudioStore::open("/audio", disk).value();
};

TEST_F(AudioStoreWithOthers, TwoMayRemoveTheSameSongsAtOnce) {
  ASSERT_TRUE(publish(1));
  disk->before_sync = 1;
  const Result<> one = store.remove(object(1));
  EXPECT_TRUE(one) << one.error().message;
  ASSERT_TRUE(publish(2));
  ASSERT_TRUE(publish(3));
  disk->before_sync = 1;
  const Result<> all = store.remove_all_of(kJob);
  EXPECT_TRUE(all) << all.error().message;
  EXPECT_FALSE(disk->has_folder("/audio/songs/" + kJob.value));
  EXPECT_TRUE(store.jobs()->empty());
}

TEST_F(AudioStoreWithOthers, AFolderThatIsTakenAwayBeforeTheSongIsInItIsMadeAgain) {
  disk->before_rename = 2;
  const Result<> published = publish(1);
  ASSERT_TRUE(published) << published.error().message;
  EXPECT_TRUE(disk->read(store.path_of(object(1))));
}

TEST_F(AudioStoreWithOthers, ASongWhoseFolderIsTakenAwayEveryTimeIsNotPublished) {
  disk->before_rename = 1'000;
  const Result<> published = publish(1);
  ASSERT_FALSE(published);
  EXPECT_EQ(published.error().code, ErrorCode::kUnavailable);
  EXPECT_TRUE(disk->read(store.temporary_path(kJob, 1, 1))) << "its bytes are still there";
}

TEST_F(AudioStoreWithOthers, ASongThatIsRemovedAsSoonAsItIsThereWasPublished) {
  disk->before_sync = 1;
  const Result<> published = publish(1);
  EXPECT_TRUE(published) << published.error().message;
  EXPECT_TRUE(store.jobs()->empty());
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
