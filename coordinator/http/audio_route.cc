#include "coordinator/http/audio_route.h"

#include "common/sha256.h"
#include "coordinator/http/byte_range.h"
#include "coordinator/http/entity_tag.h"
#include "coordinator/http/error_response.h"
#include "coordinator/http/file_body.h"

namespace musicfleet::http {
namespace {

std::string_view extension_of(const JobAudio& audio) {
  const std::string_view object = audio.object;
  const std::size_t dot = object.rfind('.');
  return dot == object.npos ? std::string_view() : object.substr(dot);
}

// A Range counts for GET, unless If-Range names another file; a date there never matches, as no Last-Modified
// is sent.
RangeAnswer wanted_range(const HttpRequest& request, std::string_view etag, std::uint64_t size) {
  const std::string* range = find_field(request.headers, "Range");
  const std::string* only_if = find_field(request.headers, "If-Range");
  if (!range || request.method != "GET" || (only_if && trimmed(*only_if) != etag)) return WholeBody{};
  return parse_range(*range, size);
}

}  // namespace

AudioRoute::AudioRoute(Backend& backend, FilePool& pool) : backend_(backend), pool_(pool) {}

std::vector<Route> AudioRoute::routes() {
  return {{.method = "GET",
           .pattern = "/v1/jobs/{id}/audio",
           .access = Access::kApiKey,
           .summary = "The song's file",
           .answers = {{200, "The whole file", "audio/*"},
                       {206, "The range that was asked for", "audio/*"},
                       {304, "If-None-Match names the file: it has not changed"}},
           .handler = [this](HttpRequest& request) { return serve(request); }}};
}

Awaitable<HttpResponse> AudioRoute::serve(HttpRequest& request) {
  const JobId id{request.path_parameter("id")};
  const Result<AudioFile> found = co_await backend_.audio(request.who, id);
  if (!found) co_return Failure(found.error());
  const JobAudio& audio = found->audio;
  const std::string etag = concat('"', to_hex(audio.sha256), '"');
  HttpResponse response;
  response.headers = {{"ETag", etag}, {"Accept-Ranges", "bytes"}, {"Cache-Control", "private, max-age=3600"}};

  if (const std::string* known = find_field(request.headers, "If-None-Match");
      known && names_etag(*known, etag)) {
    response.status = 304;
    co_return response;
  }
  const RangeAnswer range = wanted_range(request, etag, audio.size_bytes);
  if (std::holds_alternative<UnsatisfiableRange>(range)) {
    HttpResponse refusal =
        problem(416, "range_not_satisfiable", concat("the file has ", audio.size_bytes, " bytes"), "Range",
                request.request_id);
    refusal.headers.push_back({"Content-Range", concat("bytes */", audio.size_bytes)});
    co_return refusal;
  }
  std::uint64_t first = 0, length = audio.size_bytes;
  if (const ByteRange* part = std::get_if<ByteRange>(&range)) {
    first = part->first;
    length = part->length();
    response.status = 206;
    response.headers.push_back(
        {"Content-Range", concat("bytes ", part->first, "-", part->last, "/", audio.size_bytes)});
  }
  response.headers.push_back({"Content-Type", audio.media_type});
  response.headers.push_back(
      {"Content-Disposition", concat("attachment; filename=\"", id, extension_of(audio), "\"")});
  auto body = co_await FileBody::open(pool_, found->path, audio.size_bytes, first, length);
  if (!body) co_return Failure(body.error());
  response.stream = std::move(*body);
  response.stream_length = length;
  co_return response;
}

}  // namespace musicfleet::http
