// What a worker does with its jobs: orders, the imitated GPU, encoder and upload.
#include "tests/simulation/trace_text.h"
#include "tests/simulation/worker_process.h"

#include <algorithm>
#include <utility>

namespace musicfleet::simulation {
namespace {

using std::chrono::milliseconds;

constexpr int kUploadAttempts = 8;
constexpr Backoff kUploadRetry{milliseconds(1'000), milliseconds(30'000)};

const Error kCancelled{ErrorCode::kCancelled, "cancelled"};
const Error kGivenBack{ErrorCode::kCancelled, "given back"};

}  // namespace

void WorkerProcess::take(const to_worker::Assign& assign) {
  const Lease lease = assign.lease;
  if (held_.count(lease)) return;
  seen_.push_back(lease);
  std::vector<Lease> older;
  for (const auto& [held, job] : held_)
    if (held.job == lease.job) older.push_back(held);
  for (const Lease& held : older) cancel(held);
  Held& job = held_[lease];
  job.running.lease = lease;
  job.spec = assign.spec;
  if (draining_) return give_up(job, kGivenBack);
  gpu_queue_.push_back(lease);
  holdings_changed();
  if (!on_gpu_) begin_next();
}

void WorkerProcess::cancel(const Lease& lease) {
  const auto found = held_.find(lease);
  if (found == held_.end() || dice_.one_in(manners_.ignores_cancel_one_in)) return;
  Held& job = found->second;
  job.stop = true;
  if (job.phase == Phase::kGenerating && withdraw(lease)) return give_up(job, kCancelled);
  if (job.phase == Phase::kNeedsTicket || job.phase == Phase::kUploaded) return give_up(job, kCancelled);
  if (job.phase == Phase::kFailed) drop(lease);
}

void WorkerProcess::drain() {
  if (std::exchange(draining_, true)) return;
  for (const Lease& lease : std::exchange(gpu_queue_, {})) give_up(held_.at(lease), kGivenBack);
  holdings_changed();
}

void WorkerProcess::give_back(const Lease& lease) {
  Held* job = find(lease, Phase::kGenerating);
  if (!job || !withdraw(lease)) return;
  if (tell(to_coordinator::Returned{lease})) return drop(lease);
  give_up(*job, kGivenBack);
}

void WorkerProcess::resume() {
  if (leaving_ || !std::exchange(draining_, false)) return;
  holdings_changed();
}

bool WorkerProcess::withdraw(const Lease& lease) {
  const auto queued = std::find(gpu_queue_.begin(), gpu_queue_.end(), lease);
  if (queued == gpu_queue_.end()) return false;
  gpu_queue_.erase(queued);
  return true;
}

void WorkerProcess::begin_next() {
  on_gpu_.reset();
  if (gpu_queue_.empty()) return;
  on_gpu_ = gpu_queue_.front();
  gpu_queue_.pop_front();
  Held& job = held_.at(*on_gpu_);
  job.running.stage = Stage::kConditioning;
  holdings_changed();
  process_.later(dice_.between(milliseconds(100), milliseconds(1'500)),
                 [this, lease = *on_gpu_] { make_step(lease); });
}

bool WorkerProcess::fits(const JobSpec& song) const {
  const FleetModel& model = machine_.models.front();
  const auto seconds = static_cast<std::uint64_t>(song.duration.count()) / 1'000;
  const std::uint64_t need = model.memory_fixed_bytes + seconds * model.memory_bytes_per_second;
  return memory_free_bytes() == 0 || need <= memory_free_bytes();
}

void WorkerProcess::make_step(const Lease& lease) {
  // Its device stands still; only the end of the process will end this.
  if (manners_.hangs) return timeline_.note(worker_name(number_), " hangs in ", text_of(lease));
  Held* job = find(lease, Phase::kGenerating);
  if (!job) return generated(lease, kCancelled);
  RunningJob& running = job->running;
  if (job->stop) return generated(lease, kCancelled);
  if (job->spec.prompt == "invalid") return generated(lease, Error{ErrorCode::kInvalidArgument, "invalid"});
  if (running.stage == Stage::kDecoding)
    return generated(lease, dice_.one_in(manners_.out_of_memory_one_in) || !fits(job->spec)
                                ? std::optional(Error{ErrorCode::kOutOfMemory, "out of memory"})
                                : std::nullopt);
  const int steps = job->spec.steps.value_or(8);
  if (running.stage == Stage::kConditioning) {
    running.stage = Stage::kDenoising;
    running.steps = steps;
  } else if (++running.step >= steps) {
    running.stage = Stage::kDecoding;
    running.step = running.steps = 0;
  }
  holdings_changed();
  const auto length = dice_.between(milliseconds(300), milliseconds(700));
  process_.later(Micros(static_cast<std::int64_t>(static_cast<double>(length.count()) * manners_.slowness)),
                 [this, lease] { make_step(lease); });
}

void WorkerProcess::generated(const Lease& lease, std::optional<Error> error) {
  begin_next();
  Held* job = find(lease, Phase::kGenerating);
  if (!job) return;
  if (!error && job->stop) error = kCancelled;
  if (error) return give_up(*job, *std::move(error));
  enter(*job, Phase::kEncoding, Stage::kEncoding);
  encoder_free_at_ =
      std::max(encoder_free_at_, timeline_.elapsed()) + dice_.between(milliseconds(50), milliseconds(500));
  process_.later(encoder_free_at_ - timeline_.elapsed(), [this, lease] { encoded(lease); });
}

void WorkerProcess::encoded(const Lease& lease) {
  Held* job = find(lease, Phase::kEncoding);
  if (!job) return;
  if (dice_.one_in(manners_.encoder_fails_one_in))
    return give_up(*job, {ErrorCode::kInternal, "the encoder failed"});
  if (job->stop) return give_up(*job, kCancelled);
  enter(*job, Phase::kNeedsTicket, Stage::kUploading);
  report(*job);
}

void WorkerProcess::upload(const to_worker::Ticket& ticket) {
  Held* job = find(ticket.lease, Phase::kNeedsTicket);
  if (!job) return;
  enter(*job, Phase::kUploading, Stage::kUploading);
  const Lease lease = ticket.lease;
  const std::string token = ticket.url;
  // The first answer counts: of the coordinator, or of the client's own patience.
  const auto over = std::make_shared<bool>(false);
  const auto answer = [this, lease, over](const Result<>& status) {
    if (std::exchange(*over, true)) return;
    process_.enter([this, lease, status] { uploaded(lease, status); });
  };
  const auto reply = [this, answer](const Result<>& status) {
    const bool lost = dice_.one_in(manners_.upload_breaks_one_in);
    if (!lost) process_.later(network_.delay(), [answer, status] { answer(status); });
  };
  process_.later(milliseconds(30'000), [answer] { answer(fail(ErrorCode::kTimeout, "no answer")); });
  process_.later(network_.delay(), [this, token, reply] {
    if (network_.blocked(number_)) return;
    coordinator_.open_upload(token, [this, token, reply](const Result<Lease>& opened) {
      if (!opened) return reply(Failure(opened.error()));
      const Micros transfer = dice_.between(milliseconds(20), milliseconds(2'000));
      const bool breaks = dice_.one_in(manners_.upload_breaks_one_in);
      timeline_.after(transfer, [this, token, reply, breaks] {
        if (!breaks) return coordinator_.finish_upload(token, reply);
        coordinator_.abandon_upload(token);
      });
    });
  });
}

void WorkerProcess::uploaded(const Lease& lease, const Result<>& status) {
  Held* job = find(lease, Phase::kUploading);
  if (!job) return;
  if (status) {
    enter(*job, Phase::kUploaded, Stage::kUploading);
    return report(*job);
  }
  if (job->stop) return give_up(*job, kCancelled);
  if (++job->failed_uploads >= kUploadAttempts)
    return give_up(*job, {ErrorCode::kUnavailable, "the song could not be uploaded"});
  enter(*job, Phase::kNeedsTicket, Stage::kUploading);
  report_after(*job, kUploadRetry.delay(job->failed_uploads, dice_.any()));
}

}  // namespace musicfleet::simulation
