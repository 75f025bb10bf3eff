#include "coordinator/cli/dev/dev_fleet.h"

#include "common/secret_file.h"
#include "coordinator/cli/dev/dev_access.h"
#include "coordinator/cli/job_follower.h"

#include <csignal>
#include <thread>

namespace musicfleet::cli {
namespace {

namespace fs = std::filesystem;

constexpr std::chrono::milliseconds kLookAgain{200};
constexpr std::chrono::seconds kCoordinatorPatience{30};  // for its answers under way
constexpr std::chrono::seconds kWorkerPatience{600};      // for the songs in hand

constexpr const char* kNoiseNote =
    "The model is the embedded one: its weights are random, so what it makes is NOISE, not music. It proves\n"
    "that everything works together; --model DIR takes a real ACE-Step 1.5 checkpoint.\n";

}  // namespace

DevFleet::DevFleet(DevOptions options, const DevFolder& folder, fs::path programs, Console& console,
                   const Clock& clock)
    : options_(std::move(options)),
      folder_(folder),
      programs_(std::move(programs)),
      console_(console),
      clock_(clock),
      coordinator_(folder, programs_ / "musicfleet-coordinator", clock) {
  for (int i = 1; i <= options_.workers; ++i) names_.push_back(concat("worker-", i));
  if (options_.threads == 0 && options_.workers > 1)
    options_.threads = std::max(1, static_cast<int>(std::thread::hardware_concurrency()) / options_.workers);
}

Result<> DevFleet::run(std::stop_token stop) {
  const Result<> up = bring_up(stop);
  while (up && pause_for(kLookAgain, stop)) {
    coordinator_.program().look_after(clock_.now(), console_);
    for (KeptProgram& worker : workers_) worker.look_after(clock_.now(), console_);
  }
  take_down();
  if (!up && up.error().code == ErrorCode::kCancelled) return {};
  return up;
}

Result<> DevFleet::bring_up(std::stop_token stop) {
  MF_CHECK(check_programs());
  std::error_code ignored;
  fs::remove(folder_.dev_file(), ignored);  // it says that the fleet is ready
  if (embedded_model()) MF_CHECK(folder_.make_model(worker_program()));
  console_.err << "starting the coordinator" << std::endl;
  const DevEndpoints endpoints = MF_TRY(coordinator_.start(options_.http, stop));
  DevFile file{.url = endpoints.http_url, .api_key = {}, .admin_url = endpoints.admin_url, .admin_key = {}};
  file.admin_key = MF_TRY(read_secret_file(folder_.admin_key_file()));
  ApiClient admin({endpoints.admin_url, file.admin_key});
  file.api_key = MF_TRY(working_api_key(admin, endpoints.http_url, folder_));
  MF_CHECK(start_workers(endpoints, admin));
  MF_CHECK(wait_for_workers(admin, stop));
  MF_CHECK(write_dev_file(folder_.dev_file(), file));
  greet(file);
  return {};
}

Result<> DevFleet::check_programs() const {
  for (const char* name : {"musicfleet-coordinator", "musicfleet-worker"})
    if (std::error_code failed; !fs::exists(programs_ / name, failed))
      return fail(ErrorCode::kInvalidArgument, "there is no ", name, " beside this program, in ",
                  programs_.string());
  return {};
}

Result<> DevFleet::start_workers(const DevEndpoints& endpoints, ApiClient& admin) {
  for (const std::string& name : names_) {
    MF_CHECK(let_in(admin, name, MF_TRY(folder_.make_worker(name, worker_program()))));
    workers_.emplace_back(name, worker_command(name, endpoints), folder_.log(name));
    MF_CHECK(workers_.back().start(clock_.now()));
  }
  return {};
}

Command DevFleet::worker_command(const std::string& name, const DevEndpoints& endpoints) const {
  const fs::path model = embedded_model() ? folder_.model() : fs::absolute(options_.model);
  return {worker_program(),
          {"run", "--coordinator", endpoints.fleet_endpoint, "--server-key", endpoints.fleet_public_key,
           "--key", folder_.worker_key(name).string(), "--spool", folder_.spool(name).string(), "--name",
           name, "--model", model.string(), "--device", options_.device, "--precision", options_.precision,
           "--threads", concat(options_.threads)}};
}

Result<> DevFleet::wait_for_workers(ApiClient& admin, std::stop_token stop) {
  console_.err << "loading the model" << std::endl;
  while (!MF_TRY(are_connected(admin, names_))) {
    if (!coordinator_.program().is_running()) return Failure(coordinator_.program().obituary());
    for (KeptProgram& worker : workers_)
      if (!worker.is_running()) return Failure(worker.obituary());
    if (!pause_for(kLookAgain, stop)) return fail(ErrorCode::kCancelled, "stopped");
  }
  return {};
}

void DevFleet::greet(const DevFile& file) {
  console_.out << "musicfleet is ready\n\n"
               << "  page       " << file.url << "/\n"
               << "  its key    " << folder_.api_key_file().string() << "\n"
               << "  HTTP API   " << file.url << "   (described at " << file.url << "/docs)\n"
               << "  admin API  " << file.admin_url << "\n"
               << "  keys       " << folder_.dev_file().string() << "\n"
               << "  logs       " << folder_.log("coordinator").parent_path().string() << "\n\n"
               << "  musicfleet generate --dev " << folder_.path().string()
               << " --prompt \"lo-fi chill, soft piano\" --out song.wav\n\n"
               << (embedded_model() ? kNoiseNote : "") << "Ctrl-C ends it." << std::endl;
}

void DevFleet::take_down() {
  for (KeptProgram& worker : workers_) worker.send(SIGTERM);
  if (!workers_.empty())
    console_.err << "stopping: a song in hand is finished first; Ctrl-C again stops at once" << std::endl;
  const SteadyTime last = clock_.now() + kWorkerPatience;
  for (KeptProgram& worker : workers_) {
    // Without a coordinator no song can be delivered.
    while (worker.is_running() && coordinator_.program().is_running() && clock_.now() < last)
      pause_for(kLookAgain, {});
    if (!worker.is_running()) continue;
    console_.err << "a worker does not leave; it is killed" << std::endl;
    worker.send(SIGKILL);
  }
  coordinator_.program().send(SIGTERM);
  if (!wait_for_end(coordinator_.program(), kCoordinatorPatience)) {
    console_.err << "the coordinator does not leave; it is killed" << std::endl;
    coordinator_.program().send(SIGKILL);
  }
}

bool DevFleet::wait_for_end(KeptProgram& program, std::chrono::seconds patience) {
  const SteadyTime end = clock_.now() + patience;
  while (program.is_running() && clock_.now() < end) pause_for(kLookAgain, {});
  return !program.is_running();
}

}  // namespace musicfleet::cli
