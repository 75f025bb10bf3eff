#include "worker/ace_v15/engine.h"

#include "tests/support/temporary_folder.h"
#include "worker/ace_v15/tiny/tiny_checkpoint.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <fstream>

namespace musicfleet::ace_v15 {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

// One embedded model for all tests: they only read it.
class EmbeddedModel : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    folder_ = std::make_unique<musicfleet::testing::TemporaryFolder>();
    ASSERT_TRUE(write_tiny_checkpoint(*folder_ / "tiny"));
  }
  static void TearDownTestSuite() { folder_.reset(); }

  static std::unique_ptr<Engine> engine(const std::string& precision = "fp32") {
    auto made =
        make_engine({.checkpoint = *folder_ / "tiny", .name = "tiny", .precision = precision, .threads = 2});
    EXPECT_TRUE(made) << made.error().message;
    return made ? *std::move(made) : nullptr;
  }
  static JobSpec spec(std::uint64_t seed = 7) {
    JobSpec spec;
    spec.prompt = "lo-fi chill";
    spec.lyrics = "[Verse]\nstay a while";
    spec.duration = std::chrono::milliseconds(3'001);
    spec.seed = seed;
    return spec;
  }
  static Result<Song> make(Engine& engine, const JobSpec& spec) {
    return engine.generate(spec, [](const SongProgress&) {}, {});
  }

  static std::unique_ptr<musicfleet::testing::TemporaryFolder> folder_;
};

std::unique_ptr<musicfleet::testing::TemporaryFolder> EmbeddedModel::folder_;

TEST_F(EmbeddedModel, DescribesItself) {
  const ModelDescription& description = engine()->description();
  EXPECT_EQ(description.name, "tiny");
  EXPECT_EQ(description.family, "ace_v15");
  EXPECT_EQ(description.variant, "turbo");
  EXPECT_EQ(description.device, "cpu fp32");
}

TEST_F(EmbeddedModel, MakesASongOfTheExactLengthWithItsPeakAtMinusOneDecibel) {
  const Result<Song> song = make(*engine(), spec());
  ASSERT_TRUE(song) << song.error().message;
  EXPECT_EQ(song->pcm.sample_rate_hz, 48000);
  EXPECT_EQ(song->pcm.channels, 2);
  EXPECT_EQ(song->pcm.frames, 144'048u);  // 3.001 s
  ASSERT_EQ(song->pcm.samples.size(), 2 * song->pcm.frames);
  float peak = 0;
  for (const float sample : song->pcm.samples) {
    ASSERT_TRUE(std::isfinite(sample));
    peak = std::max(peak, std::abs(sample));
  }
  EXPECT_LE(peak, 0.8913F);
  EXPECT_GT(peak, 0.1F);
  EXPECT_TRUE(song->warnings.empty());
}

TEST_F(EmbeddedModel, TheSameSeedMakesTheSameSongAndAnotherSeedAnother) {
  const auto first = engine(), second = engine();
  const Result<Song> a = make(*first, spec(7)), b = make(*second, spec(7)), c = make(*first, spec(8));
  ASSERT_TRUE(a && b && c);
  EXPECT_EQ(a->pcm.samples, b->pcm.samples);
  EXPECT_NE(a->pcm.samples, c->pcm.samples);
}

TEST_F(EmbeddedModel, ThePromptAndTheLyricsChangeTheSong) {
  const auto maker = engine();
  JobSpec other_prompt = spec(), other_lyrics = spec();
  other_prompt.prompt = "dark trap";
  other_lyrics.lyrics = "[Verse]\nleave at once";
  const Result<Song> a = make(*maker, spec()), b = make(*maker, other_prompt), c = make(*maker, other_lyrics);
  ASSERT_TRUE(a && b && c);
  EXPECT_NE(a->pcm.samples, b->pcm.samples);
  EXPECT_NE(a->pcm.samples, c->pcm.samples);
}

TEST_F(EmbeddedModel, Bf16IsCloseToFp32) {
  const Result<Song> wide = make(*engine("fp32"), spec()), narrow = make(*engine("bf16"), spec());
  ASSERT_TRUE(wide && narrow);
  ASSERT_EQ(wide->pcm.samples.size(), narrow->pcm.samples.size());
  double dot = 0, a = 0, b = 0;
  for (std::size_t i = 0; i < wide->pcm.samples.size(); ++i) {
    dot += static_cast<double>(wide->pcm.samples[i]) * narrow->pcm.samples[i];
    a += static_cast<double>(wide->pcm.samples[i]) * wide->pcm.samples[i];
    b += static_cast<double>(narrow->pcm.samples[i]) * narrow->pcm.samples[i];
  }
  // Eight bits of mantissa through eight solver steps and random weights; unrelated songs are near 0.
  EXPECT_GT(dot / std::sqrt(a * b), 0.9);
}

TEST_F(EmbeddedModel, ReportsEverySolverStepAndTheTiles) {
  std::vector<std::string> seen;
  JobSpec job = spec();
  job.steps = 3;
  const auto report = [&](const SongProgress& progress) {
    seen.push_back(concat(static_cast<int>(progress.stage), ":", progress.step, "/", progress.steps));
  };
  ASSERT_TRUE(engine()->generate(job, report, {}));
  EXPECT_THAT(seen, ::testing::ElementsAre("0:0/0", "1:0/3", "1:1/3", "1:2/3", "1:3/3", "2:0/1"));
}

TEST_F(EmbeddedModel, StopsBetweenSolverStepsAndServesTheNextJob) {
  const auto maker = engine();
  std::stop_source stop;
  int steps = 0;
  const Result<Song> cancelled = maker->generate(
      spec(),
      [&](const SongProgress& progress) {
        if (progress.stage == SongStage::kDenoising && progress.step == 2) stop.request_stop();
        if (progress.stage == SongStage::kDenoising) steps = progress.step;
      },
      stop.get_token());
  ASSERT_FALSE(cancelled);
  EXPECT_EQ(cancelled.error().code, ErrorCode::kCancelled);
  EXPECT_EQ(steps, 2);
  EXPECT_TRUE(make(*maker, spec()));
}

TEST_F(EmbeddedModel, SaysWhatItCut) {
  JobSpec job = spec();
  job.prompt.clear();
  for (int i = 0; i < 400; ++i) job.prompt += "drum ";
  for (int i = 0; i < 2100; ++i) job.lyrics += " la";
  const Result<Song> song = make(*engine(), job);
  ASSERT_TRUE(song) << song.error().message;
  EXPECT_THAT(song->warnings,
              ::testing::ElementsAre(HasSubstr("prompt was cut"), HasSubstr("lyrics were cut")));
}

TEST_F(EmbeddedModel, ARefusedPromptLeavesTheEngineServing) {
  const auto maker = engine();
  JobSpec broken = spec();
  broken.prompt = "\xFF";
  const Result<Song> refused = make(*maker, broken);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::kInvalidArgument);
  EXPECT_TRUE(make(*maker, spec()));
}

TEST_F(EmbeddedModel, IsTheSameBytesFromTheSameSeed) {
  ASSERT_TRUE(write_tiny_checkpoint(*folder_ / "again"));
  for (const std::string file :
       {"transformer/diffusion_pytorch_model.safetensors", "vae/diffusion_pytorch_model.safetensors"}) {
    std::ifstream a(*folder_ / "tiny" / file, std::ios::binary),
        b(*folder_ / "again" / file, std::ios::binary);
    EXPECT_TRUE(std::equal(std::istreambuf_iterator<char>(a), {}, std::istreambuf_iterator<char>(b), {}))
        << file;
  }
}

TEST_F(EmbeddedModel, IsNotWrittenOverSomethingElse) {
  const Result<> written = write_tiny_checkpoint(*folder_ / "tiny");
  ASSERT_FALSE(written);
  EXPECT_EQ(written.error().code, ErrorCode::kConflict);
}

// A copy of the embedded model with something wrong.
class BrokenModel : public EmbeddedModel {
 protected:
  void SetUp() override {
    std::filesystem::copy(*folder_ / "tiny", copy_ / "model", std::filesystem::copy_options::recursive);
  }
  std::string refusal() {
    const auto made = make_engine({.checkpoint = copy_ / "model"});
    return made ? "accepted" : made.error().message;
  }
  void replace(const std::string& file, const std::string& what, const std::string& with) {
    std::ifstream in(copy_ / "model" / file, std::ios::binary);
    std::string text((std::istreambuf_iterator<char>(in)), std::istreambuf_iterator<char>());
    const std::size_t at = text.find(what);
    ASSERT_NE(at, std::string::npos);
    text.replace(at, what.size(), with);
    std::ofstream(copy_ / "model" / file, std::ios::binary) << text;
  }

  musicfleet::testing::TemporaryFolder copy_;
};

TEST_F(BrokenModel, AFolderThatIsNoCheckpointIsToldWhatItLacks) {
  std::filesystem::remove_all(copy_ / "model" / "vae");
  std::filesystem::remove(copy_ / "model" / "tokenizer" / "tokenizer.json");
  EXPECT_THAT(refusal(), AllOf(HasSubstr("missing"), HasSubstr("vae/config.json"),
                               HasSubstr("vae/diffusion_pytorch_model.safetensors"),
                               HasSubstr("tokenizer/tokenizer.json")));
}

TEST_F(BrokenModel, AnotherPipelineIsRefused) {
  replace("model_index.json", "AceStepPipeline", "StableAudioPipeline");
  EXPECT_THAT(refusal(), HasSubstr("_class_name is 'StableAudioPipeline'"));
}

TEST_F(BrokenModel, AWidthThatDoesNotFitTheWeightsIsNamed) {
  replace("transformer/config.json", "\"intermediate_size\": 192", "\"intermediate_size\": 190");
  EXPECT_THAT(refusal(), AllOf(HasSubstr("transformer"), HasSubstr("gate_proj.weight is [192, 96]")));
}

TEST_F(BrokenModel, AMissingWidthIsNamed) {
  replace("transformer/config.json", "\"head_dim\"", "\"tail_dim\"");
  replace("transformer/config.json", "\"rope_theta\": 1000000.0", "\"rope_theta\": -1.0");
  EXPECT_THAT(refusal(), HasSubstr("rope_theta is not a number above zero"));
}

TEST_F(BrokenModel, AnOddRatioOfTheDecoderIsRefused) {
  const auto ratios = [&](const char* fourth) {
    return concat("2,\n    4,\n    4,\n    ", fourth, ",\n    10");
  };
  replace("vae/config.json", ratios("6"), ratios("5"));
  EXPECT_THAT(refusal(), AllOf(HasSubstr("vae/config.json"), HasSubstr("downsampling ratio 5 is odd")));
}

TEST_F(BrokenModel, ATruncatedFileIsNamed) {
  std::filesystem::resize_file(copy_ / "model" / "vae" / "diffusion_pytorch_model.safetensors", 1000);
  EXPECT_THAT(refusal(),
              AllOf(HasSubstr("vae/diffusion_pytorch_model.safetensors"), HasSubstr("says its header has")));
}

TEST_F(BrokenModel, APaddingTokenThatIsNoTokenIsNamed) {
  replace("tokenizer/tokenizer_config.json", "\"pad_token\": \"<|endoftext|>\"",
          "\"pad_token\": \"<|pad|>\"");
  EXPECT_THAT(refusal(), HasSubstr("pad_token '<|pad|>'"));
}

TEST_F(EmbeddedModel, TilesThatAreAllOverlapAreRefused) {
  EXPECT_EQ(make_engine({.checkpoint = *folder_ / "tiny", .tile_frames = 20}).error().param, "tile_frames");
}

TEST(EngineOptions, RefusesWhatItCannotDo) {
  EXPECT_EQ(make_engine({.checkpoint = "x", .device = "gpu"}).error().param, "device");
  EXPECT_EQ(make_engine({.checkpoint = "x", .precision = "int8"}).error().param, "precision");
  EXPECT_THAT(make_engine({.checkpoint = "/nowhere"}).error().message, HasSubstr("no such folder"));
}

}  // namespace
}  // namespace musicfleet::ace_v15
