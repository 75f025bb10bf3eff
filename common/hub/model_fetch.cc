#include "common/hub/model_fetch.h"

#include "common/hub/durable_file.h"
#include "common/hub/fetch_journal.h"
#include "common/hub/fetch_plan.h"
#include "common/hub/folder_lock.h"
#include "common/hub/hub_client.h"
#include "common/hub/parallel_fetch.h"
#include "common/hub/repo_names.h"
#include "common/random.h"

#include <algorithm>
#include <set>

namespace musicfleet {
namespace {

namespace fs = std::filesystem;

Result<> check(const FetchOptions& options) {
  MF_CHECK(check_repository(options.repository));
  MF_CHECK(check_revision(options.revision));
  if (options.parallel < 1 || options.parallel > 16)
    return fail_field("--parallel", "must be from 1 to 16, not ", options.parallel);
  return {};
}

// The folder's manifest, where it has a good one.
std::optional<ModelManifest> known_manifest(const fs::path& folder, FetchListener& listener) {
  Result<ModelManifest> manifest = read_manifest(folder);
  if (manifest) return *std::move(manifest);
  if (manifest.error().code != ErrorCode::kNotFound)
    listener.noted(manifest.error().message + "; every file is looked at");
  return {};
}

// Paths that fetches gave the folder so far: by its manifest, and by those that were not completed.
std::set<std::string> paths_before(const fs::path& folder, const std::optional<ModelManifest>& known,
                                   FetchListener& listener) {
  Result<std::set<std::string>> journal = read_journal(folder / kPartialFolder);
  if (!journal) listener.noted(journal.error().message + "; what an earlier fetch left may stay");
  std::set<std::string> paths = std::move(journal).value_or(std::set<std::string>());
  if (known)
    for (const ManifestFile& file : known->files) paths.insert(file.path);
  return paths;
}

// From here on the folder is not what its manifest says.
Result<> begin_change(const fs::path& folder, const FetchPlan& plan, std::set<std::string> paths) {
  for (const RepoFile& file : plan.missing) paths.insert(file.path);
  for (const ManifestFile& file : plan.present) paths.insert(file.path);
  MF_CHECK(make_folder(folder / kPartialFolder));
  MF_CHECK(write_journal(folder / kPartialFolder, paths));
  return remove_durably(folder / kManifestName);
}

// Files of other revisions that this one does not have: the engine would load what it finds.
Result<> remove_outdated(const fs::path& folder, const std::set<std::string>& before,
                         const ModelManifest& now) {
  for (const std::string& path : before)
    if (!now.find(path)) MF_CHECK(remove_durably(folder / path));
  return {};
}

void remove_partials(const fs::path& folder) {
  std::error_code ignored;
  fs::remove_all(folder / kPartialFolder, ignored);
}

// Where nothing has arrived, nothing is left behind.
void remove_partials_if_empty(const fs::path& folder) {
  const Result<std::set<std::string>> journal = read_journal(folder / kPartialFolder);
  const auto is_there = [&](const std::string& path) {
    std::error_code ignored;
    return fs::exists(folder / path, ignored);
  };
  if (!journal || std::any_of(journal->begin(), journal->end(), is_there)) return;
  std::error_code ignored;
  if (remove_journal(folder / kPartialFolder)) fs::remove(folder / kPartialFolder, ignored);
}

ModelManifest manifest_of(const FetchOptions& options, const FetchPlan& plan,
                          std::vector<ManifestFile> fetched) {
  ModelManifest manifest{.repository = options.repository,
                         .revision = options.revision,
                         .commit = plan.commit,
                         .files = plan.present};
  manifest.files.insert(manifest.files.end(), fetched.begin(), fetched.end());
  std::sort(manifest.files.begin(), manifest.files.end(),
            [](const ManifestFile& a, const ManifestFile& b) { return a.path < b.path; });
  return manifest;
}

Result<FetchOutcome> carry_out(const FetchOptions& options, const FetchPlan& plan,
                               const std::optional<ModelManifest>& known, FetchListener& listener,
                               const std::stop_token& stop) {
  FetchProgress progress;
  std::uint64_t bytes = 0, present = 0;
  for (const RepoFile& file : plan.missing) bytes += file.size;
  for (const ManifestFile& file : plan.present) present += file.size;
  progress.begin(plan.missing.size() + plan.present.size(), bytes + present);
  progress.kept(present);
  for (std::size_t i = 0; i < plan.present.size(); ++i) progress.file_done();

  const std::set<std::string> before = paths_before(options.folder, known, listener);
  std::vector<ManifestFile> fetched;
  if (!plan.missing.empty()) {
    MF_CHECK(begin_change(options.folder, plan, before));
    fetched = MF_TRY(fetch_missing(options, plan, progress, listener, stop));
  }
  FetchOutcome outcome{.manifest = manifest_of(options, plan, std::move(fetched)),
                       .was_complete = plan.missing.empty(),
                       .bytes_received = progress.snapshot().bytes_received};
  MF_CHECK(remove_outdated(options.folder, before, outcome.manifest));
  MF_CHECK(write_manifest(options.folder, outcome.manifest));
  remove_partials(options.folder);
  return outcome;
}

}  // namespace

Result<FetchOutcome> fetch_model(const FetchOptions& options, FetchListener& listener, std::stop_token stop) {
  MF_CHECK(check(options));
  MF_CHECK(make_folder(options.folder));
  const FolderLock lock = MF_TRY(FolderLock::take(options.folder));
  const std::optional<ModelManifest> known = known_manifest(options.folder, listener);

  HubConnection connection(options.access);
  Patience patience(options.patience, random_u64(),
                    [&](const std::string& why, std::chrono::milliseconds time) {
                      listener.noted(concat(why, "; trying again in ", (time.count() + 999) / 1000, " s"));
                    });
  HubClient hub(connection, patience);
  const std::string commit = is_commit(options.revision)
                                 ? options.revision
                                 : MF_TRY(hub.commit_of(options.repository, options.revision, stop));
  if (known && known->repository == options.repository && known->commit == commit &&
      differences(options.folder, *known, /*hash=*/false).empty()) {
    remove_partials(options.folder);
    return FetchOutcome{.manifest = *known, .was_complete = true};
  }
  WantedFiles files = MF_TRY(choose_files(MF_TRY(hub.files_of(options.repository, commit, stop))));
  const FetchPlan plan = MF_TRY(plan_fetch(options, commit, std::move(files), known, stop));
  MF_CHECK(check_room(options.folder, plan));
  listener.planned(plan);
  Result<FetchOutcome> outcome = carry_out(options, plan, known, listener, stop);
  if (!outcome) remove_partials_if_empty(options.folder);
  return outcome;
}

}  // namespace musicfleet
