#include "worker/daemon/worker_daemon.h"

#include <boost/asio/post.hpp>

#include <cmath>
#include <system_error>
#include <utility>

namespace musicfleet::daemon {
namespace {

Stage stage_of(SongStage stage) {
  switch (stage) {
    case SongStage::kConditioning:
      return Stage::kConditioning;
    case SongStage::kDenoising:
      return Stage::kDenoising;
    case SongStage::kDecoding:
      return Stage::kDecoding;
  }
  return Stage::kConditioning;
}

}  // namespace

template <class... Arguments>
auto WorkerDaemon::on_loop(void (WorkerDaemon::*method)(Arguments...)) {
  return [&loop = loop_, weak = std::weak_ptr(self_), method](std::decay_t<Arguments>... arguments) {
    boost::asio::post(loop, [weak, method, ... kept = std::move(arguments)]() mutable {
      if (const auto self = weak.lock()) ((*self)->*method)(std::move(kept)...);
    });
  };
}

WorkerDaemon::WorkerDaemon(boost::asio::io_context& loop, const Clock& clock, const LogOutput& log,
                           DaemonOptions options, Spool spool, DaemonParts parts,
                           std::function<void(Result<>)> ended)
    : loop_(loop),
      clock_(clock),
      log_output_(log),
      log_(log, "worker"),
      options_(std::move(options)),
      spool_(std::move(spool)),
      ended_(std::move(ended)),
      patience_(loop),
      jitter_(options_.link.settings.jitter_seed),
      self_(std::make_shared<WorkerDaemon*>(this)),
      encoder_(
          std::move(parts.encode), std::move(parts.upload),
          {on_loop(&WorkerDaemon::encoded), on_loop(&WorkerDaemon::sent), on_loop(&WorkerDaemon::uploaded)}),
      gpu_(std::move(parts.make_engine),
           {on_loop(&WorkerDaemon::has_free), on_loop(&WorkerDaemon::loaded),
            on_loop(&WorkerDaemon::progressed), on_loop(&WorkerDaemon::generated),
            on_loop(&WorkerDaemon::broken)},
           options_.memory_interval) {}

WorkerDaemon::~WorkerDaemon() {
  for (auto& [lease, job] : held_) job.stop.request_stop();
}

void WorkerDaemon::has_free(std::uint64_t bytes) {
  // In steps: each rise makes the coordinator look at its queue again.
  constexpr std::uint64_t kStep = std::uint64_t{16} << 20;
  memory_free_bytes_ = bytes < kStep ? bytes : bytes - bytes % kStep;
  if (link_) link_->has_free(memory_free_bytes_);
}

void WorkerDaemon::loaded(Result<ModelDescription> model) {
  if (!model) return end(Failure(std::move(model).error()));
  if (leaving_) return end({});
  log_.info("model loaded", {{"model", model->name}, {"device", model->device}});
  model_ = *model;
  to_coordinator::Hello hello;
  hello.software_version = options_.software_version;
  hello.device = model->device;
  hello.models = {{.name = model->name,
                   .family = model->family,
                   .variant = model->variant,
                   .memory_fixed_bytes = model->song_memory.fixed_bytes,
                   .memory_bytes_per_second = model->song_memory.bytes_per_second}};
  hello.slots = options_.slots;
  hello.memory_free_bytes = memory_free_bytes_;
  LinkListener& listener = *this;
  link_ = std::make_unique<CoordinatorLink>(loop_, clock_, Log(log_output_, "link"), options_.link,
                                            std::move(hello), listener);
  link_->start();
}

void WorkerDaemon::on_welcome() {
  awaiting_coordinator_ = false;
  patience_.cancel();
  std::vector<Lease> leases;  // a report may end a job
  for (const auto& [lease, job] : held_) leases.push_back(lease);
  for (const Lease& lease : leases)
    if (const auto job = held_.find(lease); job != held_.end()) report(job->second);
}

void WorkerDaemon::on_trouble() { await_coordinator(); }

void WorkerDaemon::await_coordinator() {
  if (!leaving_ || !link_ || link_->serving() || !ended_ || std::exchange(awaiting_coordinator_, true))
    return;
  patience_.expires_after(options_.leave_patience);
  patience_.async_wait([this](const boost::system::error_code& error) {
    // A welcome may have come while this waited for its turn.
    if (error || !awaiting_coordinator_ || !ended_) return;
    log_.warn("leaving without a coordinator", {{"held", held_.size()}});
    for (auto& [lease, job] : held_) job.stop.request_stop();
    link_->finish();
  });
}

void WorkerDaemon::on_order(to_worker::Message order) {
  struct Reader {
    WorkerDaemon& daemon;
    void operator()(to_worker::Assign& assign) { daemon.take(std::move(assign)); }
    void operator()(to_worker::Cancel& cancel) { daemon.cancel(cancel.lease); }
    void operator()(to_worker::Ticket& ticket) { daemon.upload(std::move(ticket)); }
    void operator()(to_worker::Accepted& accepted) { daemon.accepted(accepted.lease); }
    void operator()(to_worker::Drain&) { daemon.drain(); }
    void operator()(to_worker::Recall& recall) { daemon.give_back(recall.lease); }
    void operator()(to_worker::Resume&) { daemon.resume(); }
    // The link's own affair.
    void operator()(to_worker::Welcome&) {}
    void operator()(to_worker::Refused&) {}
    void operator()(to_worker::Again&) {}
  };
  std::visit(Reader{*this}, order);
}

void WorkerDaemon::take(to_worker::Assign assign) {
  if (held_.contains(assign.lease)) return;
  // A newer lease of a job that is still here: what was done for the older one is worthless.
  std::vector<Lease> older;
  for (const auto& [held, job] : held_)
    if (held.job == assign.lease.job) older.push_back(held);
  for (const Lease& held : older) cancel(held);
  const Lease lease = assign.lease;
  HeldJob& job = held_[lease];
  job.running.lease = lease;
  job.format = assign.spec.format;
  job.tags = {assign.spec.title, "musicfleet " + options_.software_version,
              model_.name,       model_.family,
              model_.variant,    assign.spec.seed};
  job.file = spool_.file_for(lease, job.format.container);
  job.repeat = std::make_unique<boost::asio::steady_timer>(loop_);
  if (draining_) return give_up(job, {ErrorCode::kCancelled, "given back: the worker takes no new job"});
  log_.info("job taken", {{"job", lease.job}, {"epoch", lease.epoch}});
  gpu_.submit({lease, std::move(assign.spec), job.stop.get_token()});
  holdings_changed();
}

void WorkerDaemon::cancel(const Lease& lease) {
  const auto found = held_.find(lease);
  if (found == held_.end()) return;
  HeldJob& job = found->second;
  job.stop.request_stop();
  const Error cancelled{ErrorCode::kCancelled, "cancelled"};
  switch (job.phase) {
    case HeldJob::Phase::kGenerating:
      if (gpu_.withdraw(lease)) give_up(job, cancelled);
      return;  // else it ends at its next step
    case HeldJob::Phase::kEncoding:
    case HeldJob::Phase::kUploading:
      return;  // the encoder thread's answer ends it
    case HeldJob::Phase::kNeedsTicket:
    case HeldJob::Phase::kUploaded:
      return give_up(job, cancelled);
    case HeldJob::Phase::kFailed:
      return drop(lease);
  }
}

void WorkerDaemon::upload(to_worker::Ticket ticket) {
  HeldJob* job = find(ticket.lease, HeldJob::Phase::kNeedsTicket);
  if (!job) return;
  if (ticket.method != "PUT")
    return give_up(*job, {ErrorCode::kInternal, concat("an upload ticket for method ", ticket.method)});
  enter(*job, HeldJob::Phase::kUploading, Stage::kUploading);
  encoder_.upload(std::move(ticket), job->file, job->stop.get_token());
}

void WorkerDaemon::accepted(const Lease& lease) {
  if (!held_.contains(lease)) return;
  log_.info("song accepted", {{"job", lease.job}, {"epoch", lease.epoch}});
  drop(lease);
}

void WorkerDaemon::drain() {
  if (std::exchange(draining_, true)) return;
  log_.info("taking no new job", {{"held", held_.size()}});
  std::vector<Lease> waiting;
  for (const auto& [lease, job] : held_)
    if (job.phase == HeldJob::Phase::kGenerating && gpu_.withdraw(lease)) waiting.push_back(lease);
  for (const Lease& lease : waiting)
    give_up(held_.at(lease), {ErrorCode::kCancelled, "given back: the worker takes no new job"});
  holdings_changed();
}

void WorkerDaemon::give_back(const Lease& lease) {
  HeldJob* job = find(lease, HeldJob::Phase::kGenerating);
  if (!job || !gpu_.withdraw(lease)) return;
  log_.info("job given back", {{"job", lease.job}, {"epoch", lease.epoch}});
  if (link_->report(to_coordinator::Returned{lease})) return drop(lease);
  // The connection has just broken: said at the next welcome, in words that every version knows.
  give_up(*job, {ErrorCode::kCancelled, "given back: it was recalled"});
}

void WorkerDaemon::resume() {
  if (leaving_ || !std::exchange(draining_, false)) return;
  log_.info("taking jobs again", {{"held", held_.size()}});
  holdings_changed();
}

void WorkerDaemon::leave() {
  if (std::exchange(leaving_, true)) return;
  drain();
  holdings_changed();
  await_coordinator();
}

void WorkerDaemon::progressed(const Lease& lease, const SongProgress& progress) {
  HeldJob* job = find(lease, HeldJob::Phase::kGenerating);
  if (!job) return;
  job->running.stage = stage_of(progress.stage);
  job->running.step = progress.step;
  job->running.steps = progress.steps;
  holdings_changed();
}

void WorkerDaemon::generated(const Lease& lease, Result<GeneratedSong> song) {
  HeldJob* job = find(lease, HeldJob::Phase::kGenerating);
  if (!job) return;
  if (!song) return give_up(*job, std::move(song).error());
  if (job->stop.stop_requested()) return give_up(*job, {ErrorCode::kCancelled, "cancelled"});
  Pcm& pcm = song->song.pcm;
  job->song.lease = lease;
  job->song.media_type = media_type_of(job->format.container);
  job->song.duration = std::chrono::milliseconds(std::llround(pcm.seconds() * 1'000));
  job->song.sample_rate_hz = job->format.sample_rate_hz;
  job->song.channels = pcm.channels;
  job->song.model_name = model_.name;
  job->song.generate_time = song->generate_time;
  job->song.warnings = std::move(song->song.warnings);
  enter(*job, HeldJob::Phase::kEncoding, Stage::kEncoding);
  encoder_.encode(lease, std::move(pcm), job->format, job->tags, job->file);
}

void WorkerDaemon::broken(Error error) {
  log_.error("the device is broken, leaving", {{"reason", error.message}});
  departure_ = Failure(std::move(error));
  leave();
}

void WorkerDaemon::encoded(const Lease& lease, Result<EncodedFile> file) {
  HeldJob* job = find(lease, HeldJob::Phase::kEncoding);
  if (!job) return;
  if (!file) return give_up(*job, std::move(file).error());
  if (job->stop.stop_requested()) return give_up(*job, {ErrorCode::kCancelled, "cancelled"});
  job->song.size_bytes = file->song.size_bytes;
  job->song.sha256 = file->sha256;
  job->song.encode_time = file->encode_time;
  job->song.loudness_lufs = file->song.loudness_lufs;
  job->song.true_peak_dbtp = file->song.true_peak_dbtp;
  log_.info("song made", {{"job", lease.job},
                          {"epoch", lease.epoch},
                          {"generate_ms", job->song.generate_time.count()},
                          {"encode_ms", job->song.encode_time.count()},
                          {"bytes", job->song.size_bytes}});
  enter(*job, HeldJob::Phase::kNeedsTicket, Stage::kUploading);
  report(*job);
}

void WorkerDaemon::sent(const Lease& lease, int percent) {
  HeldJob* job = find(lease, HeldJob::Phase::kUploading);
  if (!job) return;
  job->running.step = percent;
  job->running.steps = 100;
  holdings_changed();
}

void WorkerDaemon::uploaded(const Lease& lease, Result<int> status) {
  HeldJob* job = find(lease, HeldJob::Phase::kUploading);
  if (!job) return;
  const bool stored = status && *status >= 200 && *status < 300;
  // Also when it is cancelled by now: the coordinator knows better than we whether the song came too late.
  if (stored) {
    enter(*job, HeldJob::Phase::kUploaded, Stage::kUploading);
    return report(*job);
  }
  if (job->stop.stop_requested()) return give_up(*job, {ErrorCode::kCancelled, "cancelled"});
  const std::string reason = status ? concat("HTTP status ", *status) : status.error().message;
  log_.warn("upload failed", {{"job", lease.job}, {"attempt", job->failed_uploads + 1}, {"reason", reason}});
  if (++job->failed_uploads >= options_.upload_attempts)
    return give_up(*job, {ErrorCode::kUnavailable, concat("the song could not be uploaded: ", reason)});
  enter(*job, HeldJob::Phase::kNeedsTicket, Stage::kUploading);
  report_after(*job, options_.upload_retry.delay(job->failed_uploads, next_random(jitter_)));
}

HeldJob* WorkerDaemon::find(const Lease& lease, HeldJob::Phase phase) {
  const auto found = held_.find(lease);
  return found != held_.end() && found->second.phase == phase ? &found->second : nullptr;
}

void WorkerDaemon::enter(HeldJob& job, HeldJob::Phase phase, Stage stage) {
  job.phase = phase;
  job.running.stage = stage;
  job.running.step = job.running.steps = 0;
  job.repeat->cancel();
  holdings_changed();
}

void WorkerDaemon::report(HeldJob& job) {
  const Lease lease = job.running.lease;
  switch (job.phase) {
    case HeldJob::Phase::kNeedsTicket:
      link_->report(job.song);
      return report_after(job, options_.answer_timeout);
    case HeldJob::Phase::kUploaded:
      link_->report(to_coordinator::Uploaded{lease});
      return report_after(job, options_.answer_timeout);
    case HeldJob::Phase::kFailed:
      if (link_->report(to_coordinator::Failed{lease, job.error})) drop(lease);
      return;
    case HeldJob::Phase::kGenerating:
    case HeldJob::Phase::kEncoding:
    case HeldJob::Phase::kUploading:
      return;
  }
}

void WorkerDaemon::report_after(HeldJob& job, std::chrono::milliseconds wait) {
  job.repeat->expires_after(wait);
  job.repeat->async_wait([this, lease = job.running.lease](const boost::system::error_code& error) {
    if (error) return;
    if (const auto found = held_.find(lease); found != held_.end()) report(found->second);
  });
}

void WorkerDaemon::give_up(HeldJob& job, Error error) {
  const Lease lease = job.running.lease;
  log_.info("job given up", {{"job", lease.job}, {"epoch", lease.epoch}, {"code", name_of(error.code)}});
  job.error = std::move(error);
  job.phase = HeldJob::Phase::kFailed;
  job.repeat->cancel();
  report(job);
  holdings_changed();
}

void WorkerDaemon::drop(const Lease& lease) {
  const auto found = held_.find(lease);
  std::error_code ignored;
  std::filesystem::remove(found->second.file, ignored);
  held_.erase(found);
  holdings_changed();
}

void WorkerDaemon::holdings_changed() {
  if (!link_) return;
  std::vector<RunningJob> running;
  bool unfinished = false;
  for (const auto& [lease, job] : held_) {
    running.push_back(job.running);
    unfinished = unfinished || job.phase != HeldJob::Phase::kFailed;
  }
  link_->holds(std::move(running), draining_);
  // A failure that cannot be told now is told by the silence about its job.
  if (leaving_ && !unfinished && ended_) link_->finish();
}

void WorkerDaemon::on_link_ended() { end(departure_); }

void WorkerDaemon::end(Result<> how) {
  if (!ended_) return;
  boost::asio::post(loop_, [ended = std::exchange(ended_, nullptr), how = std::move(how)] { ended(how); });
}

}  // namespace musicfleet::daemon
