#include "coordinator/http/vendor_routes.h"

#include "coordinator/elevenlabs/refusal.h"
#include "coordinator/http/json_body.h"
#include "coordinator/http/spool.h"

#include <algorithm>

namespace musicfleet::http {
namespace {

constexpr std::size_t kChunkBytes = 256 * 1024;
constexpr JsonSchema kVendorError{"VendorError", {}, true};
constexpr std::string_view kForm = "multipart/form-data", kJson = "application/json";

// What stands in the vendor's ids. Anything else could lead to another path over there.
bool is_vendor_id(const std::string& id) {
  return id.size() <= 128 && std::all_of(id.begin(), id.end(), [](unsigned char c) {
           return std::isalnum(c) || c == '-' || c == '_';
         });
}

HttpResponse refuse(const HttpRequest& request, const ProblemKind& kind, std::string_view why) {
  return problem(kind, why, {}, request.request_id);
}

class ScratchBody final : public ResponseBody {
 public:
  ScratchBody(FilePool& pool, ScratchFile file) : pool_(pool), file_(std::move(file)) {}

  Awaitable<std::string> next() override {
    std::string chunk(kChunkBytes, '\0');
    const auto work = [&] { return file_.read(at_, std::as_writable_bytes(std::span(chunk))); };
    const Result<std::size_t> n = co_await pool_.compute(work);
    if (!n) co_return Failure(n.error());
    at_ += *n;
    chunk.resize(*n);
    co_return chunk;
  }

 private:
  FilePool& pool_;
  const ScratchFile file_;
  std::uint64_t at_ = 0;
};

}  // namespace

struct VendorRoutes::Endpoint {
  VendorService service;
  const char* method;
  const char* pattern;
  const char* summary;
  std::string_view body;    // its media type; empty: it has none
  std::string_view answer;  // media type of a 200
};

VendorRoutes::VendorRoutes(FilePool& pool, PassOnDesk* desk, std::set<VendorService> allowed)
    : pool_(pool), desk_(desk), allowed_(std::move(allowed)) {}

std::vector<Route> VendorRoutes::routes() {
  using enum VendorService;
  static constexpr const char* kFinetunesPath = "/v1/music/finetunes";
  static constexpr const char* kFinetunePath = "/v1/music/finetunes/{id}";
  static constexpr Endpoint kEndpoints[] = {
      {kUpload, "POST", "/v1/music/upload", "Bring a song of one's own to ElevenLabs", kForm, kJson},
      {kStems, "POST", "/v1/music/stem-separation", "Have ElevenLabs take a song apart", kForm, "*/*"},
      {kVideo, "POST", "/v1/music/video-to-music", "Have ElevenLabs make music for videos", kForm, "*/*"},
      {kFinetunes, "GET", kFinetunesPath, "Finetunes at ElevenLabs", {}, kJson},
      {kFinetunes, "POST", kFinetunesPath, "Have ElevenLabs make a finetune", kForm, kJson},
      {kFinetunes, "GET", kFinetunePath, "A finetune at ElevenLabs", {}, kJson},
      {kFinetunes, "PATCH", kFinetunePath, "Change a finetune at ElevenLabs", kJson, kJson},
      {kFinetunes, "DELETE", kFinetunePath, "Delete a finetune at ElevenLabs", {}, kJson}};
  std::vector<Route> all;
  all.reserve(std::size(kEndpoints));
  for (const Endpoint& endpoint : kEndpoints) all.push_back(route(endpoint));
  return all;
}

Route VendorRoutes::route(const Endpoint& endpoint) {
  const bool is_served = desk_ && allowed_.contains(endpoint.service);
  Route route{
      .method = endpoint.method,
      .pattern = endpoint.pattern,
      .access = Access::kApiKey,
      .scope = std::string_view(endpoint.method) == "GET" ? KeyScope::kJobsRead : KeyScope::kJobsWrite,
      .group = "ElevenLabs music API",
      .summary = concat(is_served ? "" : "Not served here: ", endpoint.summary),
      .answers = {},
      .problems = {501},
      .handler = [this, &endpoint](HttpRequest& request) { return answer(request, endpoint); },
      .body_media_type = endpoint.body,
      .error_form = elevenlabs::error_refusal,
      .open_query = true};
  if (!is_served) return route;
  route.answers = {{200, "What ElevenLabs answers", {}, {endpoint.answer}},
                   {kAnyStatus, "Whatever else ElevenLabs answers, as it came"}};
  for (const int status : {400, 403, 404, 422, 429, 500, 503})
    route.answers.push_back({status, "Refused, by this server or by ElevenLabs", kVendorError});
  route.problems = {404, 413, 424, 429, 501};
  return route;
}

std::optional<HttpResponse> VendorRoutes::refusal(const HttpRequest& request,
                                                  const Endpoint& endpoint) const {
  const bool may_cost = std::string_view(endpoint.method) == "POST";
  const auto why =
      desk_ ? desk_->refusal(endpoint.service, request.who.tenant, may_cost) : PassOnRefusal::kNotAllowed;
  if (!why) return std::nullopt;
  switch (*why) {
    case PassOnRefusal::kNotAllowed:
      break;
    case PassOnRefusal::kOverBudget:
      return refuse(request, problem_of(ErrorCode::kForbidden), "the budget for ElevenLabs is used up");
    case PassOnRefusal::kTooMany:
      return refuse(request, problems::kConcurrentLimit,
                    "as many such requests as are passed on are under way");
    case PassOnRefusal::kClosed:
      return refuse(request, problem_of(ErrorCode::kUnavailable), "this server is ending; try again");
  }
  return refuse(request, problems::kNotImplemented, "this server makes songs from prompts and plans only");
}

Awaitable<HttpResponse> VendorRoutes::answer(HttpRequest& request, const Endpoint& endpoint) {
  if (auto refused = refusal(request, endpoint)) co_return *std::move(refused);
  if (const std::string* id = find_field(request.path_parameters, "id"); id && !is_vendor_id(*id))
    co_return refuse(request, problem_of(ErrorCode::kNotFound), "there is no such finetune");

  const std::string target = request.query.empty() ? request.path : concat(request.path, '?', request.query);
  VendorRequest passed{endpoint.service, request.who.tenant, request.request_id, endpoint.method, target};
  if (!endpoint.body.empty()) {
    if (const std::string* type = find_field(request.headers, "Content-Type")) passed.content_type = *type;
    const BodyPlace place = place_for_body(request.who.tenant);
    if (!place)
      co_return refuse(request, problems::kConcurrentLimit,
                       "as many bodies as are taken in at a time are on their way");
    auto body = co_await collect(request);
    if (!body) co_return body_refusal(body.error(), request);
    passed.body = std::move(*body);
    // Others have left while the body came. Nothing suspends between this answer and pass_on().
    if (auto refused = refusal(request, endpoint)) co_return *std::move(refused);
  }
  auto answered = co_await desk_->pass_on(std::move(passed));
  if (!answered) co_return Failure(answered.error());
  if (!*answered)
    co_return refuse(request, problems::kOutcomeUnknown,
                     "the request was sent, and the answer of ElevenLabs did not arrive: look there "
                     "before you send it again");
  co_return to_response(std::move(**answered));
}

VendorRoutes::BodyPlace VendorRoutes::place_for_body(const TenantId& tenant) {
  const BodyPlace& of_tenant = bodies_.try_emplace(tenant, std::make_shared<const int>()).first->second;
  return of_tenant.use_count() > kMostBodies ? nullptr : of_tenant;
}

Awaitable<std::optional<ScratchFile>> VendorRoutes::collect(HttpRequest& request) {
  const auto create = [&] { return ScratchFile::create(desk_->folder()); };
  Result<ScratchFile> file = co_await pool_.compute(create);
  if (!file) co_return Failure(file.error());
  const AppendBytes append = [&](std::span<const std::byte> bytes) { return file->append(bytes); };
  const Result<> received = co_await spool(*request.body, pool_, kMaxBodyBytes, append);
  if (!received) co_return Failure(received.error());
  co_return std::optional<ScratchFile>(std::move(*file));
}

HttpResponse VendorRoutes::to_response(VendorAnswer answer) {
  HttpResponse response;
  response.status = answer.status;
  response.headers = std::move(answer.headers);
  response.body = std::move(answer.text);
  if (!answer.file) return response;
  response.stream_length = answer.file->size();
  response.stream = std::make_unique<ScratchBody>(pool_, std::move(*answer.file));
  return response;
}

}  // namespace musicfleet::http
