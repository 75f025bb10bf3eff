#include "common/hub/published_models.h"

#include "common/hub/repo_names.h"

#include <algorithm>
#include <array>

namespace musicfleet {
namespace {

// Repositories: the diffusers documentation (api/pipelines/ace_step) and the hub's own pages; ACE-Step
// publishes the 2B checkpoints in a layout of its own, the folders named here are Runware's conversions.
// Steps, shift and guidance: ACE-Step's registry of its checkpoints, as its issue 1114 quotes it.
constexpr std::array<PublishedModel, 6> kModels{{
    {.name = "turbo",
     .size = "2B",
     .variant = "turbo",
     .repository = "Runware/acestep-v15-turbo-diffusers",
     .steps = 8,
     .shift = 3.0,
     .guidance = 1.0,
     .note = "converted by Runware"},
    {.name = "base",
     .size = "2B",
     .variant = "base",
     .repository = "Runware/acestep-v15-base-diffusers",
     .steps = 50,
     .shift = 1.0,
     .guidance = 7.0,
     .note = "converted by Runware"},
    {.name = "sft",
     .size = "2B",
     .variant = "sft",
     .repository = "",
     .steps = 50,
     .shift = 1.0,
     .guidance = 7.0,
     .note = "ACE-Step/acestep-v15-sft has another layout, which is not read"},
    {.name = "xl-turbo",
     .size = "XL",
     .variant = "turbo",
     .repository = "ACE-Step/acestep-v15-xl-turbo-diffusers",
     .steps = 8,
     .shift = 3.0,
     .guidance = 1.0,
     .note = ""},
    {.name = "xl-base",
     .size = "XL",
     .variant = "base",
     .repository = "ACE-Step/acestep-v15-xl-base-diffusers",
     .steps = 50,
     .shift = 1.0,
     .guidance = 7.0,
     .note = ""},
    {.name = "xl-sft",
     .size = "XL",
     .variant = "sft",
     .repository = "ACE-Step/acestep-v15-xl-sft-diffusers",
     .steps = 50,
     .shift = 1.0,
     .guidance = 7.0,
     .note = ""},
}};

}  // namespace

std::span<const PublishedModel> published_models() { return kModels; }

const PublishedModel* find_published_model(std::string_view name) {
  const auto found = std::find_if(kModels.begin(), kModels.end(),
                                  [&](const PublishedModel& model) { return model.name == name; });
  return found == kModels.end() ? nullptr : &*found;
}

Result<std::string> repository_of(std::string_view text) {
  if (const PublishedModel* model = find_published_model(text)) {
    if (!model->repository.empty()) return std::string(model->repository);
    return fail(ErrorCode::kInvalidArgument, "nobody is known to publish '", text,
                "' in the layout that is read here (", model->note,
                "); where you know of one, name it as OWNER/NAME");
  }
  if (text.find('/') == text.npos) {
    std::string names;
    for (const PublishedModel& model : kModels) names += concat(names.empty() ? "" : ", ", model.name);
    return fail(ErrorCode::kInvalidArgument, "'", text.substr(0, 100),
                "' is not the name of a published model (", names, ") and not OWNER/NAME of a repository");
  }
  MF_CHECK(check_repository(text));
  return std::string(text);
}

}  // namespace musicfleet
