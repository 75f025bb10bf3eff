#include "coordinator/cli/dev/dev_access.h"

#include "common/secret_file.h"
#include "coordinator/cli/dev_file.h"
#include "coordinator/cli/json_fields.h"

#include <nlohmann/json.hpp>

#include <algorithm>

namespace musicfleet::cli {
namespace {

using nlohmann::json;

constexpr const char* kWorkers = "/admin/v1/workers";
constexpr const char* kKeys = "/admin/v1/keys";

// The worker of that name in the list; null without one.
const json* find_worker(const json& list, const std::string& name) {
  for (const json& worker : array_of(list, "workers"))
    if (text_of(worker, "name") == name) return &worker;
  return nullptr;
}

}  // namespace

Result<> let_in(ApiClient& admin, const std::string& name, const std::string& public_key) {
  const json list = MF_TRY(admin.get(kWorkers));
  const json* known = find_worker(list, name);
  if (!known) {
    MF_TRY(admin.post(kWorkers, {{"name", name}, {"public_key", public_key}}));
    return {};
  }
  if (text_of(*known, "public_key") != public_key)
    return fail(ErrorCode::kConflict, "the coordinator knows worker ", name, " with another key");
  if (is_true(*known, "revoked")) return fail(ErrorCode::kConflict, "worker ", name, " is revoked");
  return {};
}

Result<std::string> working_api_key(ApiClient& admin, const std::string& url, const DevFolder& folder) {
  if (auto key = read_secret_file(folder.api_key_file())) {
    const auto tried = ApiClient({url, *key}).get("/v1/jobs?limit=1");
    if (tried) return key;
    if (tried.error().code != ErrorCode::kUnauthenticated) return Failure(tried.error());
  }
  const json made = MF_TRY(admin.post(kKeys, {{"tenant", "default"}, {"label", "musicfleet dev"}}));
  const std::string key = text_of(made, "key");
  MF_CHECK(write_private_file(folder.api_key_file(), key + "\n"));
  return key;
}

Result<bool> are_connected(ApiClient& admin, const std::vector<std::string>& names) {
  const json list = MF_TRY(admin.get(kWorkers));
  return std::all_of(names.begin(), names.end(), [&](const std::string& name) {
    const json* worker = find_worker(list, name);
    return worker && is_true(*worker, "connected") && !array_of(*worker, "models").empty();
  });
}

}  // namespace musicfleet::cli
