#include "coordinator/backend/upload_tickets.h"

#include "common/random.h"

namespace musicfleet::backend {
namespace {

constexpr std::size_t kTokenCharacters = 43;  // of base 62: 256 bits

}  // namespace

std::string UploadTickets::issue(const WorkerId& worker, const to_coordinator::SongReady& song,
                                 AudioContainer container) {
  sweep();
  std::erase_if(tickets_, [&](const auto& entry) { return entry.second.song.lease == song.lease; });
  std::string token = random_token(kTokenCharacters);
  tickets_.emplace(token, UploadTicket{worker, song, container, ++issued_, clock_.now() + kLifetime});
  return token;
}

UploadTicket* UploadTickets::find(const std::string& token) {
  sweep();
  const auto found = tickets_.find(token);
  return found == tickets_.end() ? nullptr : &found->second;
}

void UploadTickets::remove(const std::string& token) { tickets_.erase(token); }

void UploadTickets::sweep() {
  const SteadyTime now = clock_.now();
  std::erase_if(tickets_,
                [&](const auto& entry) { return !entry.second.in_use && entry.second.expires <= now; });
}

}  // namespace musicfleet::backend
