#include "coordinator/http/audio_route.h"

#include "common/sha256.h"
#include "coordinator/http/byte_range.h"
#include "coordinator/http/entity_tag.h"
#include "coordinator/http/error_response.h"
#include "coordinator/http/file_body.h"
#include "coordinator/http/missing_song.h"

namespace musicfleet::http {
namespace {

constexpr FieldRule kConditions[] = {
    {.name = "Range", .description = "one range: \"bytes=0-99\"; of several, all is sent"},
    {.name = "If-None-Match", .description = "the ETag of a copy: 304 if it is still the same"},
    {.name = "If-Range", .description = "the ETag for which Range is meant"}};
constexpr FieldRule kEtag{.name = "ETag", .description = "of the file: its SHA-256", .required = true};
constexpr FieldRule kAcceptRanges{.name = "Accept-Ranges", .required = true};
constexpr FieldRule kDisposition{
    .name = "Content-Disposition", .description = "a file name", .required = true};
constexpr FieldRule kContentRange{.name = "Content-Range", .required = true};
constexpr FieldRule kTagHeader[] = {kEtag};
constexpr FieldRule kFileHeaders[] = {kEtag, kAcceptRanges, kDisposition};
constexpr FieldRule kPartHeaders[] = {kEtag, kAcceptRanges, kDisposition, kContentRange};

std::vector<std::string_view> audio_types() {
  std::vector<std::string_view> types;
  for (const auto container :
       {AudioContainer::kWav, AudioContainer::kFlac, AudioContainer::kMp3, AudioContainer::kOpus})
    types.push_back(media_type_of(container));
  return types;
}

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
           .scope = KeyScope::kJobsRead,
           .group = "Jobs",
           .summary = "The song's file",
           .answers = {{200, "The whole file", {}, audio_types(), kFileHeaders},
                       {206, "The range that was asked for", {}, audio_types(), kPartHeaders},
                       {304, "If-None-Match names the file: it has not changed", {}, {}, kTagHeader}},
           .problems = {404, 409, 416},
           .handler = [this](HttpRequest& request) { return serve(request); },
           .headers = kConditions}};
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
        problem(problems::kRangeNotSatisfiable, concat("the file has ", audio.size_bytes, " bytes"), "Range",
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
  if (!body && body.error().code == ErrorCode::kNotFound) {
    Error why = co_await why_missing(backend_, request.who, id);
    co_return Failure(std::move(why));
  }
  if (!body) co_return Failure(body.error());
  response.stream = std::move(*body);
  response.stream_length = length;
  co_return response;
}

}  // namespace musicfleet::http
