#include "coordinator/http/music_routes.h"

#include "common/random.h"
#include "coordinator/elevenlabs/detailed_answer.h"
#include "coordinator/elevenlabs/music_fields.h"
#include "coordinator/elevenlabs/plan_json.h"
#include "coordinator/elevenlabs/refusal.h"
#include "coordinator/elevenlabs/wav_data.h"
#include "coordinator/elevenlabs/waveform.h"
#include "coordinator/http/file_body.h"
#include "coordinator/http/json_body.h"
#include "coordinator/http/missing_song.h"
#include "coordinator/http/song_body.h"

#include <algorithm>

namespace musicfleet::http {
namespace {

using elevenlabs::ComposeOrder;
using elevenlabs::Delivery;
using elevenlabs::PromptPolicy;
using nlohmann::ordered_json;

constexpr std::string_view kGroup = "ElevenLabs music API";
constexpr std::size_t kBoundaryCharacters = 24;  // of base 62: nobody can have put it into a prompt
constexpr std::string_view kDeniedPrompt = "the prompt asks for what this server does not make";
constexpr std::string_view kDeniedPlan = "the composition plan asks for what this server does not make";

// The song as the client gets it, and how long it is then.
struct SongBytes {
  std::unique_ptr<ResponseBody> body;
  std::uint64_t length = 0;
};

Awaitable<SongBytes> open_song(FilePool& pool, const AudioFile& file,
                               const elevenlabs::OutputFormat& format) {
  std::uint64_t first = 0, length = file.audio.size_bytes;
  int channels = 0;
  if (format.delivery != Delivery::kFile) {
    const auto look = [&] { return elevenlabs::find_wav_data(file.path); };
    const Result<elevenlabs::WavData> data = co_await pool.compute(look);
    if (!data) co_return Failure(data.error());
    first = data->offset;
    length = data->bytes;
    channels = data->channels;
  }
  auto body = co_await FileBody::open(pool, file.path, file.audio.size_bytes, first, length);
  if (!body) co_return Failure(body.error());
  if (format.delivery != Delivery::kUlaw && format.delivery != Delivery::kAlaw)
    co_return SongBytes{std::move(*body), length};
  co_return SongBytes{std::make_unique<G711Body>(std::move(*body), channels, format.delivery),
                      length / 2 / static_cast<std::uint64_t>(channels)};
}

std::optional<HttpResponse> policy_refusal(const PromptPolicy& policy, const std::string& prompt,
                                           const elevenlabs::Plan& plan, const std::string& request_id) {
  if (!prompt.empty())
    if (const auto denial = policy.judge(prompt)) {
      const std::string clean = denial->may_suggest ? policy.cleaned(prompt) : "";
      return elevenlabs::prompt_refusal(kDeniedPrompt,
                                        clean.empty() ? nlohmann::json() : nlohmann::json(clean), request_id);
    }
  const ordered_json given = elevenlabs::to_json(plan);
  const auto denial = policy.judge_all(given);
  if (!denial) return std::nullopt;
  const nlohmann::json suggestion =
      denial->may_suggest && prompt.empty() ? nlohmann::json(policy.cleaned_all(given)) : nlohmann::json();
  if (prompt.empty()) return elevenlabs::plan_refusal(kDeniedPlan, suggestion, request_id);
  return elevenlabs::prompt_refusal(kDeniedPrompt, nullptr, request_id);
}

// What a hook suggests, if it is of the kind that the client has sent.
HttpResponse hook_refusal(const PromptVerdict& verdict, bool prompted, const std::string& request_id) {
  const bool fits = prompted ? verdict.suggestion.is_string() : verdict.suggestion.is_object();
  const nlohmann::json suggestion = fits ? verdict.suggestion : nlohmann::json();
  return prompted ? elevenlabs::prompt_refusal(kDeniedPrompt, suggestion, request_id)
                  : elevenlabs::plan_refusal(kDeniedPlan, suggestion, request_id);
}

}  // namespace

MusicRoutes::MusicRoutes(Backend& backend, const IntakeDesk& intake, FilePool& pool, MusicOptions options)
    : backend_(backend), pool_(pool), options_(std::move(options)), maker_(backend, intake, options_) {}

std::vector<Route> MusicRoutes::routes() {
  const RouteAnswer wrong_fields{422, "Everything that is wrong with the request",
                                 elevenlabs::field_refusal_schema()};
  const auto song_route = [&](const char* pattern, Shape shape, const char* summary, JsonSchema body,
                              std::vector<std::string_view> media_types) {
    return Route{
        .method = "POST",
        .pattern = pattern,
        .access = Access::kApiKey,
        .scope = KeyScope::kJobsWrite,
        .group = kGroup,
        .summary = summary,
        .answers = {{200, "The song", {}, std::move(media_types), elevenlabs::song_headers()}, wrong_fields},
        .problems = {404, 409, 429, 504},
        .handler = [this, shape](HttpRequest& request) { return compose(request, shape); },
        .query = elevenlabs::compose_parameters(),
        .body = body,
        .error_form = elevenlabs::error_refusal,
        .open_query = true};
  };
  const std::vector<std::string_view> audio{"audio/mpeg", "audio/ogg", "audio/pcm", "audio/basic",
                                            "audio/PCMA"};
  return {
      song_route("/v1/music", Shape::kAudio, "Make a song and wait for it", elevenlabs::compose_schema(),
                 audio),
      song_route(
          "/v1/music/stream", Shape::kAudio,
          "The same; the first byte comes when the whole song is made, whose loudness depends on all of it",
          elevenlabs::compose_schema(), audio),
      song_route("/v1/music/detailed", Shape::kDetailed, "Make a song and wait for it and for its plan",
                 elevenlabs::detailed_schema(), {"multipart/mixed"}),
      song_route("/v1/music/detailed/stream", Shape::kEvents,
                 "The same as server-sent events: composition_plan, song_metadata, audio_chunk…, completion",
                 elevenlabs::detailed_schema(), {"text/event-stream"}),
      {.method = "POST",
       .pattern = "/v1/music/plan",
       .access = Access::kApiKey,
       .scope = KeyScope::kJobsWrite,
       .group = kGroup,
       .summary = "Write a composition plan for a prompt",
       .answers = {{200, "The plan", elevenlabs::plan_schema()}, wrong_fields},
       .handler = [this](HttpRequest& request) { return plan(request); },
       .body = elevenlabs::plan_request_schema(),
       .error_form = elevenlabs::error_refusal,
       .open_query = true}};
}

boost::asio::awaitable<std::optional<HttpResponse>> MusicRoutes::refusal(const HttpRequest& request,
                                                                         const std::string& prompt,
                                                                         const elevenlabs::Plan& plan) {
  if (auto denied = policy_refusal(*options_.policy, prompt, plan, request.request_id)) co_return denied;
  if (!options_.judge) co_return std::nullopt;
  PromptQuestion question{.tenant = request.who.tenant,
                          .request_id = request.request_id,
                          .prompt = prompt,
                          .plan = prompt.empty() ? elevenlabs::to_json(plan) : ordered_json()};
  const Result<PromptVerdict> verdict = co_await options_.judge->judge(std::move(question));
  if (!verdict) co_return elevenlabs::error_refusal(verdict.error(), request.request_id);
  if (verdict->admitted) co_return std::nullopt;
  co_return hook_refusal(*verdict, !prompt.empty(), request.request_id);
}

Awaitable<HttpResponse> MusicRoutes::plan(HttpRequest& request) {
  JsonBody body = co_await read_json_body(request, kMaxMusicBytes);
  if (body.refusal) co_return std::move(*body.refusal);
  const auto order = elevenlabs::plan_order_from(body.document);
  if (!order) co_return elevenlabs::field_refusal(order.error());
  std::optional<HttpResponse> denied = co_await refusal(request, order->prompt, order->plan);
  if (denied) co_return std::move(*denied);
  co_return json_response(200, elevenlabs::to_json(order->plan).dump());
}

Awaitable<HttpResponse> MusicRoutes::compose(HttpRequest& request, Shape shape) {
  JsonBody body = co_await read_json_body(request, kMaxMusicBytes);
  if (body.refusal) co_return std::move(*body.refusal);
  auto order = elevenlabs::compose_order_from(body.document, request.query_parameters, options_.models);
  if (!order) co_return elevenlabs::field_refusal(order.error());
  std::optional<HttpResponse> denied = co_await refusal(request, order->prompt, order->plan);
  if (denied) co_return std::move(*denied);

  std::shared_ptr<const int>& place = waiting_[request.who.tenant];
  if (!place) place = std::make_shared<int>();
  const int waiting = static_cast<int>(place.use_count()) - 1;
  Result<HttpResponse> response = HttpResponse();
  Fields limits{
      {"current-concurrent-requests", std::to_string(std::min(waiting + 1, options_.max_concurrent))},
      {"maximum-concurrent-requests", std::to_string(options_.max_concurrent)}};
  if (waiting >= options_.max_concurrent) {
    response = problem(problems::kConcurrentLimit,
                       concat("at most ", options_.max_concurrent, " songs at a time; wait for one of them"),
                       {}, request.request_id);
  } else {
    const std::shared_ptr<const int> held = place;
    response = co_await song(request, shape, *std::move(order), std::move(body.raw));
  }
  if (!response) response = elevenlabs::error_refusal(response.error(), request.request_id);
  for (Field& header : limits) response->headers.push_back(std::move(header));
  co_return response;
}

Awaitable<HttpResponse> MusicRoutes::song(HttpRequest& request, Shape shape, ComposeOrder order,
                                          std::string body) {
  Submission submission;
  submission.spec = order.spec;
  submission.seed = order.seed;
  submission.deadline = options_.song_deadline;
  submission.metadata_json = R"({"api":"elevenlabs"})";
  submission.vendor_order = order.vendor_order;
  const Result<MadeSong> made = co_await maker_.make(request, std::move(submission), body);
  if (!made) co_return Failure(made.error());
  if (const auto& away = made->turned_away) {
    HttpResponse refusal = elevenlabs::error_refusal(away->why, request.request_id);
    for (Field& header : refusal.headers)
      if (header.name == "Retry-After")
        header.value = std::to_string(std::max(away->retry_after.count(), std::int64_t{1}));
    co_return refusal;
  }
  auto response = co_await answer(*made, shape, order);
  if (!response && response.error().code == ErrorCode::kNotFound) {
    Error why = co_await why_missing(backend_, request.who, made->job.id);
    co_return Failure(std::move(why));
  }
  co_return response;
}

Awaitable<HttpResponse> MusicRoutes::answer(const MadeSong& made, Shape shape, const ComposeOrder& order) {
  auto song = co_await open_song(pool_, made.file, order.format);
  if (!song) co_return Failure(song.error());
  std::optional<std::vector<int>> waveform;
  if (order.with_waveform && shape != Shape::kAudio) {
    const auto measure = [&] { return elevenlabs::measure_waveform(made.file.path, order.spec.duration); };
    auto measured = co_await pool_.compute(measure);
    if (!measured) co_return Failure(measured.error());
    waveform = std::move(*measured);
  }
  HttpResponse response;
  response.headers = {{"song-id", made.job.id.value}};
  std::unique_ptr<ResponseBody> body = std::move(song->body);
  response.stream_length = song->length;
  std::string content_type(order.format.media_type());
  if (shape == Shape::kDetailed) {
    auto envelope = elevenlabs::envelope(elevenlabs::song_details(order, waveform),
                                         concat(made.job.id, '.', order.format.extension()), content_type,
                                         "mf" + random_token(kBoundaryCharacters));
    response.stream_length = envelope.head.size() + song->length + envelope.tail.size();
    content_type = std::move(envelope.content_type);
    body = std::make_unique<FramedBody>(std::move(envelope.head), std::move(body), std::move(envelope.tail));
  } else if (shape == Shape::kEvents) {
    ordered_json details = elevenlabs::song_details(order, waveform);
    std::string head = elevenlabs::sse_event(
        {{"type", "composition_plan"}, {"composition_plan", std::move(details["composition_plan"])}});
    details.erase("composition_plan");
    ordered_json told{{"type", "song_metadata"}};
    told.update(details);
    head += elevenlabs::sse_event(told);
    std::string tail = elevenlabs::sse_event({{"type", "completion"}, {"song_id", made.job.id.value}});
    body = std::make_unique<FramedBody>(
        std::move(head), std::make_unique<ChunkEventsBody>(std::move(body), song->length), std::move(tail));
    response.stream_length.reset();
    content_type = "text/event-stream";
  }
  response.headers.push_back({"Content-Type", std::move(content_type)});
  const std::function<void()> delivered = [this, ordered = made.order] { maker_.delivered(*ordered); };
  response.stream = std::make_unique<WatchedBody>(std::move(body), delivered);
  co_return response;
}

}  // namespace musicfleet::http
