#include "coordinator/providers/song_request.h"

#include <curl/curl.h>

namespace musicfleet::providers {

SongRequest::SongRequest(const RequestTarget& target, const std::string& key, SongOrder order,
                         std::filesystem::path file, Ended ended)
    : VendorTransfer(target, "/v1/music?output_format=" + order.output_format, key),
      order_(std::move(order)),
      path_(std::move(file)),
      ended_(std::move(ended)) {
  CURL* curl = handle();
  if (!curl) return;
  add_header("Content-Type: application/json");
  add_header("Accept: audio/*, application/json");
  curl_easy_setopt(curl, CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(order_.body_json.size()));
  curl_easy_setopt(curl, CURLOPT_POSTFIELDS, order_.body_json.c_str());
  announce(order_.body_json.size());
}

bool SongRequest::on_good_bytes(std::string_view bytes) {
  if (!file_) {
    auto created = IncomingFile::create(path_);
    if (!created) return stop_with(created.error().message, true);
    file_ = *std::move(created);
  }
  const std::uint64_t most = target().limits.most_song_bytes;
  result().size_bytes += bytes.size();
  if (result().size_bytes > most) return stop_with(concat("the song has more than ", most, " bytes"));
  if (head_.size() < kHeadBytes) head_.append(bytes.substr(0, kHeadBytes - head_.size()));
  if (const auto done = file_->append(std::as_bytes(std::span(bytes.data(), bytes.size()))); !done)
    return stop_with(done.error().message, true);
  return true;
}

void SongRequest::on_good_end() {
  result().problem = song_check(order_, head_, result().size_bytes);
  if (!result().problem.empty()) return;
  auto hash = file_->finish();
  if (!hash) {
    stop_with(hash.error().message, true);
    return;
  }
  result().sha256 = *hash;
  result().exchange.is_song = true;
}

void SongRequest::on_end() { ended_(std::move(result())); }

}  // namespace musicfleet::providers
