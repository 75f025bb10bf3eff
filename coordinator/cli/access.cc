#include "coordinator/cli/access.h"

#include "common/secret_file.h"
#include "coordinator/cli/dev_file.h"
#include "coordinator/cli/json_fields.h"

#include <nlohmann/json.hpp>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>

namespace musicfleet::cli {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;

Result<DevFile> dev_file(const AccessOptions& options, const char* url_option) {
  const fs::path folder = options.dev_folder.empty() ? DevFile::kDefaultFolder : options.dev_folder;
  const fs::path path = folder / DevFile::kName;
  std::error_code ignored;
  if (options.dev_folder.empty() && !fs::exists(path, ignored))
    return fail(ErrorCode::kInvalidArgument, "which coordinator? Give ", url_option,
                " and its key file, or --dev with the folder of a running `musicfleet dev` (there is no ",
                path.string(), " here)");
  return read_dev_file(path);
}

// Where the coordinator of this folder says that it listens.
Result<json> running_at(const fs::path& data) {
  const fs::path path = data / "endpoints.json";
  std::ifstream file(path);
  if (!file && errno == ENOENT)
    return fail(ErrorCode::kUnavailable, "no coordinator runs on ", data.string(), ": there is no ",
                path.string(), "; start it, or name another one with --data-dir or --admin-url");
  if (!file)
    return fail(ErrorCode::kInvalidArgument, "cannot read ", path.string(), ": ", std::strerror(errno),
                "; run this as the coordinator's user, or give --admin-url and --admin-key-file");
  json endpoints = json::parse(file, nullptr, false);
  if (text_of(endpoints, "admin_url").empty() || text_of(endpoints, "http_url").empty())
    return fail(ErrorCode::kCorrupt, path.string(), " is not a file that a coordinator wrote");
  return endpoints;
}

Result<Endpoint> endpoint(std::string url, const std::string& key_file, const char* key_option) {
  if (key_file.empty())
    return fail(ErrorCode::kInvalidArgument, "give the key to ", url, " with ", key_option);
  while (!url.empty() && url.back() == '/') url.pop_back();
  // Named first: gcc 12 leaks what a braced list has built already when MF_TRY leaves from inside it.
  std::string key = MF_TRY(read_secret_file(key_file));
  return Endpoint{std::move(url), std::move(key)};
}

}  // namespace

void add_access_options(CLI::App& app, AccessOptions& options) {
  const char* group = "Which coordinator";
  app.add_option("--url", options.url, "The public API, e.g. https://music.example")->group(group);
  app.add_option("--api-key-file", options.api_key_file, "A file with an API key")->group(group);
  app.add_option("--admin-url", options.admin_url, "The admin API, on the coordinator's own machine")
      ->group(group);
  app.add_option("--admin-key-file", options.admin_key_file, "A file with the admin key")->group(group);
  app.add_option("--dev", options.dev_folder,
                 "The folder of a running `musicfleet dev`; by default ./musicfleet-dev where it exists")
      ->group(group);
  app.add_option("--data-dir", options.data_folder,
                 "The data folder of a coordinator that runs on this machine; by default /var/lib/musicfleet")
      ->group(group);
}

Result<Endpoint> public_endpoint(const AccessOptions& options) {
  if (!options.url.empty()) return endpoint(options.url, options.api_key_file, "--api-key-file");
  if (!options.data_folder.empty() && options.dev_folder.empty()) {
    const json endpoints = MF_TRY(running_at(options.data_folder));
    return endpoint(text_of(endpoints, "http_url"), options.api_key_file, "--api-key-file");
  }
  const DevFile file = MF_TRY(dev_file(options, "--url"));
  return Endpoint{file.url, file.api_key};
}

Result<Endpoint> admin_endpoint(const AccessOptions& options) {
  if (!options.admin_url.empty())
    return endpoint(options.admin_url, options.admin_key_file, "--admin-key-file");
  const fs::path data = options.data_folder.empty() ? kDefaultDataFolder : options.data_folder;
  std::error_code ignored;
  const bool by_data =
      !options.data_folder.empty() ||
      (!fs::exists(fs::path(DevFile::kDefaultFolder) / DevFile::kName, ignored) && fs::exists(data, ignored));
  if (by_data && options.dev_folder.empty()) {
    const json endpoints = MF_TRY(running_at(data));
    return endpoint(text_of(endpoints, "admin_url"), (data / "admin.key").string(), "--admin-key-file");
  }
  const DevFile file = MF_TRY(dev_file(options, "--admin-url"));
  return Endpoint{file.admin_url, file.admin_key};
}

}  // namespace musicfleet::cli
