#include "coordinator/providers/passed_on_request.h"

#include <curl/curl.h>

namespace musicfleet::providers {
namespace {

// Of an answer's headers, what its client may need. Everything else is about the connection, or about who
// asked.
constexpr std::string_view kKeptHeaders[] = {
    "content-type", "content-disposition",         "song-id",
    "request-id",   "current-concurrent-requests", "maximum-concurrent-requests",
    "retry-after",  "x-ratelimit-reset",           "character-cost"};

}  // namespace

PassedOnRequest::PassedOnRequest(const RequestTarget& target, const std::string& key, PassedOnOrder order,
                                 std::filesystem::path folder, Ended ended)
    : VendorTransfer(target, order.target, key),
      order_(std::move(order)),
      folder_(std::move(folder)),
      ended_(std::move(ended)) {
  CURL* curl = handle();
  if (!curl) return;
  curl_easy_setopt(curl, CURLOPT_CUSTOMREQUEST, order_.method.c_str());
  if (!order_.content_type.empty()) add_header("Content-Type: " + order_.content_type);
  if (!order_.body) return;
  announce(order_.body->size());
  curl_easy_setopt(curl, CURLOPT_UPLOAD, 1L);
  curl_easy_setopt(curl, CURLOPT_INFILESIZE_LARGE, static_cast<curl_off_t>(order_.body->size()));
  curl_easy_setopt(curl, CURLOPT_READFUNCTION, &PassedOnRequest::read_callback);
  curl_easy_setopt(curl, CURLOPT_READDATA, this);
}

void PassedOnRequest::on_header(std::string_view line) {
  for (const std::string_view name : kKeptHeaders)
    if (const auto value = value_of(line, name))
      end_.headers.push_back({std::string(name), std::string(*value)});
}

bool PassedOnRequest::on_good_bytes(std::string_view bytes) {
  if (!end_.answer) {
    auto created = ScratchFile::create(folder_);
    if (!created) return stop_with(created.error().message, true);
    end_.answer = *std::move(created);
  }
  const std::uint64_t most = target().limits.most_song_bytes;
  if (end_.answer->size() + bytes.size() > most)
    return stop_with(concat("the answer has more than ", most, " bytes"));
  if (const auto done = end_.answer->append(std::as_bytes(std::span(bytes.data(), bytes.size()))); !done)
    return stop_with(done.error().message, true);
  return true;
}

void PassedOnRequest::on_end() {
  end_.error_body = error_body();
  end_.request = std::move(result());
  ended_(std::move(end_));
}

std::size_t PassedOnRequest::read_callback(char* into, std::size_t size, std::size_t n, void* self) {
  auto& request = *static_cast<PassedOnRequest*>(self);
  const auto got =
      request.order_.body->read(request.read_, std::as_writable_bytes(std::span(into, size * n)));
  if (!got) return CURL_READFUNC_ABORT;
  request.read_ += *got;
  return *got;
}

}  // namespace musicfleet::providers
