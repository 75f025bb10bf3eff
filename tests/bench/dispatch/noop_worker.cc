#include "tests/bench/dispatch/noop_worker.h"

namespace musicfleet::bench {
namespace {

to_coordinator::Hello introduction(int slots) {
  to_coordinator::Hello hello;
  hello.software_version = "bench";
  hello.device = "none";
  hello.models = {{"no-op", "none", "none"}};
  hello.slots = slots;
  return hello;
}

to_coordinator::SongReady announcement(const to_worker::Assign& assign, std::uint64_t size,
                                       const Sha256& sha256) {
  to_coordinator::SongReady song;
  song.lease = assign.lease;
  song.size_bytes = size;
  song.sha256 = sha256;
  song.media_type = media_type_of(assign.spec.format.container);
  song.duration = assign.spec.duration;
  song.sample_rate_hz = assign.spec.format.sample_rate_hz;
  song.channels = 2;
  song.model_name = "no-op";
  return song;
}

}  // namespace

NoopWorker::NoopWorker(boost::asio::io_context& loop, const Clock& clock, const LogOutput& log,
                       daemon::LinkOptions options, int slots, JobEnd end, std::string_view song,
                       Upload upload)
    : end_(end),
      upload_(std::move(upload)),
      song_size_(song.size()),
      song_sha256_(sha256(song)),
      link_(loop, clock, Log(log, "worker"), std::move(options), introduction(slots), *this) {}

void NoopWorker::on_welcome() {
  const auto again = held_;
  for (const auto& [lease, message] : again)
    if (message) tell(lease, *message);
}

void NoopWorker::on_order(to_worker::Message order) {
  if (const auto* assign = std::get_if<to_worker::Assign>(&order)) take(*assign);
  if (const auto* ticket = std::get_if<to_worker::Ticket>(&order))
    upload_(*ticket, [this, lease = ticket->lease] { uploaded(lease); });
  if (const auto* accepted = std::get_if<to_worker::Accepted>(&order)) drop(accepted->lease);
  if (const auto* cancel = std::get_if<to_worker::Cancel>(&order)) drop(cancel->lease);
}

void NoopWorker::take(const to_worker::Assign& assign) {
  const Lease& lease = assign.lease;
  if (end_ == JobEnd::kResult)
    return tell(lease, to_coordinator::Failed{lease, {ErrorCode::kInvalidArgument, "no-op", ""}});
  if (end_ == JobEnd::kSong) tell(lease, announcement(assign, song_size_, song_sha256_));
  if (end_ == JobEnd::kNever) held_.insert_or_assign(lease, std::nullopt);
  holdings_changed();
}

void NoopWorker::tell(const Lease& lease, to_coordinator::Message message) {
  const bool unanswered = !std::holds_alternative<to_coordinator::Failed>(message);
  const bool told = link_.report(message);
  if (told && !unanswered) held_.erase(lease);
  if (!told || unanswered) held_.insert_or_assign(lease, std::move(message));
}

void NoopWorker::uploaded(const Lease& lease) {
  if (held_.count(lease)) tell(lease, to_coordinator::Uploaded{lease});
}

void NoopWorker::drop(const Lease& lease) {
  if (held_.erase(lease) > 0) holdings_changed();
}

void NoopWorker::holdings_changed() {
  std::vector<RunningJob> running;
  for (const auto& [lease, message] : held_) running.push_back({lease, Stage::kUploading, 0, 0});
  link_.holds(std::move(running), false);
}

}  // namespace musicfleet::bench
