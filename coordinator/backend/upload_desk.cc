#include "coordinator/backend/upload_desk.h"

namespace musicfleet::backend {
namespace {

JobAudio facts_of(const UploadTicket& ticket, std::string object) {
  const to_coordinator::SongReady& song = ticket.song;
  JobAudio audio;
  audio.object = std::move(object);
  audio.size_bytes = song.size_bytes;
  audio.sha256 = song.sha256;
  audio.media_type = media_type_of(ticket.container);  // never the worker's text: it becomes a header
  audio.duration = song.duration;
  audio.sample_rate_hz = song.sample_rate_hz;
  audio.channels = song.channels;
  audio.loudness_lufs = song.loudness_lufs;
  audio.true_peak_dbtp = song.true_peak_dbtp;
  audio.model = song.model_name;
  audio.generate_time = song.generate_time;
  audio.encode_time = song.encode_time;
  return audio;
}

Failure lease_lost(const Lease& lease) {
  return fail(ErrorCode::kConflict, "the lease of job ", lease.job, " with epoch ", lease.epoch, " is lost");
}

Failure being_published(const Lease& lease) {
  return fail(ErrorCode::kConflict, "a song of job ", lease.job, " with epoch ", lease.epoch,
              " is being published");
}

// A lease's place among those whose song is being published, until its end.
class Publishing {
 public:
  Publishing(std::shared_ptr<std::set<Lease>> all, const Lease& lease) : all_(std::move(all)), lease_(lease) {
    all_->insert(lease_);
  }
  ~Publishing() { all_->erase(lease_); }
  Publishing(const Publishing&) = delete;
  Publishing& operator=(const Publishing&) = delete;

 private:
  std::shared_ptr<std::set<Lease>> all_;
  Lease lease_;
};

}  // namespace

UploadDesk::UploadDesk(UploadTickets& tickets, DispatchLoop& dispatch, const AudioStore& audio,
                       FilePool& files)
    : tickets_(tickets), dispatch_(dispatch), audio_(audio), files_(files) {}

Result<http::UploadTarget> UploadDesk::open(const std::string& token) {
  UploadTicket* ticket = tickets_.find(token);
  if (!ticket) return fail(ErrorCode::kNotFound, "this upload ticket is unknown, used or expired");
  if (ticket->in_use) return fail(ErrorCode::kConflict, "an upload with this ticket is under way");
  const Lease lease = ticket->song.lease;
  if (!dispatch_.dispatcher().is_current(lease)) {
    tickets_.remove(token);
    return lease_lost(lease);
  }
  if (publishing_->count(lease)) return being_published(lease);
  ticket->in_use = true;
  return http::UploadTarget{audio_.temporary_path(lease.job, lease.epoch, ticket->number),
                            ticket->song.size_bytes, ticket->song.sha256};
}

http::Awaitable<> UploadDesk::finish(std::string token) {
  const UploadTicket* found = tickets_.find(token);
  if (!found || !found->in_use)
    co_return fail(ErrorCode::kNotFound, "no upload with this ticket is under way");
  const UploadTicket ticket = *found;
  const Lease lease = ticket.song.lease;
  const std::string object = audio_.object_key(lease.job, lease.epoch, ticket.container);

  if (!dispatch_.dispatcher().is_current(lease)) {
    tickets_.remove(token);
    co_return lease_lost(lease);
  }
  if (publishing_->count(lease)) co_return being_published(lease);
  const Publishing publishing(publishing_, lease);
  const auto publish = [&] {
    return audio_.publish_anew(audio_.temporary_path(lease.job, lease.epoch, ticket.number), object);
  };
  const Result<> published = co_await files_.compute(publish);
  if (!published) co_return published;
  tickets_.remove(token);
  const bool current = dispatch_.dispatcher().is_current(lease);
  dispatch::Event event = dispatch::UploadVerified{lease, facts_of(ticket, object), ticket.song.warnings};
  co_await dispatch_.applied(std::move(event));
  if (!dispatch_.store_ok()) co_return fail(ErrorCode::kUnavailable, "the song could not be recorded");
  if (!current) co_return lease_lost(lease);
  co_return Result<>();
}

void UploadDesk::abandon(const std::string& token) {
  if (UploadTicket* ticket = tickets_.find(token)) ticket->in_use = false;
}

void UploadDesk::refuse(const std::string& token, const Error& why) {
  UploadTicket* ticket = tickets_.find(token);
  if (!ticket) return;
  ticket->in_use = false;
  const Lease lease = ticket->song.lease;
  std::erase_if(refused_, [&](const auto& entry) { return !dispatch_.dispatcher().is_current(entry.first); });
  if (++refused_[lease] < kMostRefused) return;
  refused_.erase(lease);
  tickets_.remove(token);
  dispatch_.apply(dispatch::SongRefused{
      lease, Error{ErrorCode::kCorrupt, concat("the worker's upload was refused ", kMostRefused,
                                               " times, at last because ", why.message)}});
}

}  // namespace musicfleet::backend
