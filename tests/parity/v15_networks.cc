#include "tests/parity/v15.h"
#include "tests/parity/v15_prompts.h"
#include "worker/ace_v15/checkpoint.h"
#include "worker/ace_v15/token_batch.h"
#include "worker/sampling/apg.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/max.h>
#include <ATen/ops/ones.h>
#include <nlohmann/json.hpp>

namespace musicfleet::parity::v15 {
namespace {

using ace_v15::Packed;

constexpr Tolerance kTensor{1e-5, Measure::kRelative};
constexpr Tolerance kGuidance{2e-6, Measure::kRelative};
constexpr Tolerance kLargestDifference{1e-5, Measure::kRelative, /*bf16=*/0.2};

// Compares each intermediate result that the golden file holds under `prefix` as the network shows it.
nn::Probe comparing(const std::map<std::string, at::Tensor>& want, const std::string& stage, Report& report,
                    int& seen) {
  return [&want, stage, &report, &seen](std::string_view name, const at::Tensor& got) {
    const auto found = want.find(std::string(name));
    if (found == want.end()) return;
    ++seen;
    report.compare(stage, got, found->second, kTensor);
  };
}

// A golden intermediate that no probe showed is a failure, not a silent pass.
void expect_all_seen(const std::map<std::string, at::Tensor>& want, int seen, const std::string& stage,
                     Report& report) {
  if (seen != static_cast<int>(want.size()))
    report.broken(stage, concat("saw ", seen, " of ", want.size(), " intermediate tensors"));
}

Result<> text_stage(const GoldenFolder& golden, const GoldenFile& file, const Target& target,
                    Report& report) {
  const std::filesystem::path folder = golden.checkpoint_of(file.stem());
  const ace_v15::TextEncoder encoder = MF_TRY(ace_v15::load_text_encoder(folder, target.device, target.type));
  for (const std::string& group : file.groups()) {
    const std::string stage = file.stage(group);
    if (group == "batch") {
      const ace_v15::Tokenization tokenization = MF_TRY(ace_v15::Tokenization::load(folder / "tokenizer"));
      const std::vector<ace_v15::PromptTexts> prompts = prompts_of(MF_TRY(golden.json("stage_text_batch")));
      const ace_v15::TokenBatch text =
          MF_TRY(tokenization(texts_of(prompts), ace_v15::Pipeline::kMaxTextTokens));
      const ace_v15::TokenBatch lyric =
          MF_TRY(tokenization(lyrics_of(prompts), ace_v15::Pipeline::kMaxLyricTokens));
      report.compare(stage, text.mask, file["batch.text_mask"], kExact);
      report.compare(stage, lyric.mask, file["batch.lyric_mask"], kExact);
      report.compare(stage, encoder(target.to(text.ids)), file["batch.text_hidden"], kTensor);
      report.compare(stage, encoder.embed(target.to(lyric.ids)), file["batch.lyric_hidden"], kTensor);
      continue;
    }
    const auto part = [&](std::string_view name) { return file[concat(group, ".", name)]; };
    const nn::Probe probe = [&](std::string_view name, const at::Tensor& got) {
      report.compare(stage, got, part(name), name == "embed" ? kExact : kTensor);
    };
    report.compare(stage, encoder(target.to(part("ids")), &probe), part("hidden"), kTensor);
    report.compare(stage, encoder.embed(target.to(part("lyric_ids"))), part("lyric_embed"), kExact);
  }
  return {};
}

Result<> condition_stage(const GoldenFolder& golden, const GoldenFile& file, const Target& target,
                         Report& report) {
  const ace_v15::ConditionEncoder encoder =
      MF_TRY(ace_v15::load_condition_encoder(golden.checkpoint_of(file.stem()), target.device, target.type));
  const auto in = [&](std::string_view name) { return target.to(file[name]); };
  const Packed text{in("in.text_hidden"), in("in.text_mask").to(at::kBool)};
  const Packed lyric{in("in.lyric_hidden"), in("in.lyric_mask").to(at::kBool)};

  const std::map<std::string, at::Tensor> mid = file.under("mid.");
  int seen = 0;
  const nn::Probe probe = comparing(mid, file.stage("mid"), report, seen);
  const at::Tensor timbre = encoder.timbre(in("in.refer_latents"), &probe);
  const Packed grouped = ace_v15::group_by_item(timbre, file["in.refer_order"]);
  probe("timbre_out", grouped.hidden);
  const Packed out = encoder(text, lyric, grouped, &probe);
  expect_all_seen(mid, seen, file.stage("mid"), report);
  report.compare(file.stage("out"), out.hidden, file["out.encoder_hidden"], kTensor);
  report.compare(file.stage("out"), out.mask, file["out.encoder_mask"], kExact);

  const Packed several = encoder(
      text, lyric,
      ace_v15::group_by_item(encoder.timbre(in("multi.in.refer_latents")), file["multi.in.refer_order"]));
  report.compare(file.stage("multi"), several.hidden, file["multi.out.encoder_hidden"], kTensor);
  report.compare(file.stage("multi"), several.mask, file["multi.out.encoder_mask"], kExact);

  report.compare(file.stage("null_condition_emb"), encoder.null_condition(), file["null_condition_emb"],
                 kExact);
  const std::int64_t frames = file["silence.frames"].item().toLong();
  report.compare(file.stage("silence"),
                 encoder.timbre(encoder.silence_latent().narrow(1, 0, frames)).unsqueeze(0),
                 file["silence.timbre_out"], kTensor);
  return {};
}

Result<> transformer_stage(const GoldenFolder& golden, const GoldenFile& file, const Target& target,
                           Report& report) {
  const ace_v15::Transformer transformer =
      MF_TRY(ace_v15::load_transformer(golden.checkpoint_of(file.stem()), target.device, target.type));
  for (const std::string& group : file.groups()) {
    const std::string stage = file.stage(group);
    const auto in = [&](std::string_view name) { return target.to(file[concat(group, ".in.", name)]); };
    const std::map<std::string, at::Tensor> mid = file.under(group + ".mid.");
    int seen = 0;
    const nn::Probe probe = comparing(mid, stage, report, seen);
    // Times stay fp32: in bf16 another time would be meant.
    const at::Tensor t = file[group + ".in.t"].to(target.device);
    const ace_v15::Transformer::Song song = transformer.prepare(in("enc"), in("context"), &probe);
    const at::Tensor velocity =
        in("r").defined()
            ? transformer.velocity(song, in("x"), t, file[group + ".in.r"].to(target.device), &probe)
            : transformer.velocity(song, in("x"), t, &probe);
    expect_all_seen(mid, seen, stage, report);
    report.compare(stage, velocity, file[group + ".out.v"], kTensor);
  }
  return {};
}

Result<> vae_stage(const GoldenFolder& golden, const GoldenFile& file, const Target& target, Report& report) {
  const ace_v15::VaeDecoder decoder =
      MF_TRY(ace_v15::load_vae_decoder(golden.checkpoint_of(file.stem()), target.device, target.type));
  for (const std::string& group : file.groups()) {
    const std::string stage = file.stage(group);
    if (group == "dec") {
      report.compare(stage, decoder(target.to(file["dec.z"])), file["dec.audio"], kTensor);
    } else if (group == "tiled") {
      const at::Tensor z = target.to(file["tiled.z"]), params = file["tiled.params"];
      const ace_v15::Tiling tiling{.length = params[0].item().toLong(), .overlap = params[1].item().toLong()};
      const at::Tensor audio = decoder.tiled(z, tiling, [](int, int) { return true; });
      report.compare(stage, audio, file["tiled.audio"], kTensor);
      report.compare(stage, at::max((audio - decoder(z)).abs()).view({1}), file["tiled.maxdiff_vs_plain"],
                     kLargestDifference);
    } else {
      report.absent(stage);
    }
  }
  return {};
}

Result<> guidance_stage(const GoldenFile& file, const Target& target, Report& report) {
  sampling::AdaptiveProjectedGuidance guide(file["guidance_scale"].item().toDouble());
  for (const std::string& group : file.groups()) {
    if (!file.has(group + ".cond")) continue;
    report.compare(file.stage(group),
                   guide(target.to(file[group + ".cond"]), target.to(file[group + ".uncond"])),
                   file[group + ".out"], kGuidance);
  }
  return {};
}

}  // namespace

Result<bool> run_network_stage(const GoldenFolder& golden, const GoldenFile& file, const Target& target,
                               Report& report) {
  Result<> done;
  if (file.stem() == "stage_text")
    done = text_stage(golden, file, target, report);
  else if (file.stem() == "stage_cond")
    done = condition_stage(golden, file, target, report);
  else if (file.stem() == "stage_dit")
    done = transformer_stage(golden, file, target, report);
  else if (file.stem() == "stage_vae")
    done = vae_stage(golden, file, target, report);
  else if (file.stem() == "stage_apg")
    done = guidance_stage(file, target, report);
  else
    return false;
  if (!done) report.broken(file.stage("load"), done.error().message);
  return true;
}

}  // namespace musicfleet::parity::v15
