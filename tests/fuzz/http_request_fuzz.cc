// libFuzzer: a request, as text, to the routes of both APIs over a coordinator in memory: "METHOD TARGET", a
// header a line, an empty line, the body. Targets below /admin go to the admin API. What Beast never lets
// through (control characters in a header) is not tried. Every answer must be well-formed and none our fault;
// a refusal changes nothing.
#include "common/sha256.h"
#include "coordinator/http/api.h"
#include "coordinator/http/target.h"
#include "tests/coordinator/http/fake_desks.h"
#include "tests/coordinator/http/memory_body.h"
#include "tests/support/temporary_folder.h"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <cstdlib>
#include <fstream>

namespace musicfleet::http {
namespace {

namespace asio = boost::asio;

constexpr std::size_t kSongBytes = 1'000;
constexpr char kRequestId[] = "req_fuzz";

void expect(bool is_so) {
  if (!is_so) std::abort();
}

struct Request {
  HttpRequest head;
  std::string_view body;
};

std::string_view take_line(std::string_view& text) {
  const std::size_t end = text.find('\n');
  const std::string_view line = text.substr(0, end);
  text.remove_prefix(end == text.npos ? text.size() : end + 1);
  return line;
}

bool has_control(std::string_view text) {
  return std::any_of(text.begin(), text.end(),
                     [](unsigned char c) { return (c < 0x20 && c != '\t') || c == 0x7F; });
}

// Nothing for what never gets as far as the routes.
std::optional<Request> request_from(std::string_view text) {
  const std::string_view first = take_line(text);
  const std::size_t blank = first.find(' ');
  if (blank == first.npos || has_control(first) || first.find(' ', blank + 1) != first.npos)
    return std::nullopt;
  Request request;
  request.head.method = first.substr(0, blank);
  request.head.target = first.substr(blank + 1);
  request.head.request_id = kRequestId;
  const Result<Target> target = split_target(request.head.target);
  if (!target) return std::nullopt;
  request.head.path = target->path;
  request.head.query = target->query;
  for (std::string_view line = take_line(text); !line.empty(); line = take_line(text)) {
    const std::size_t colon = line.find(": ");
    if (colon == line.npos || has_control(line)) return std::nullopt;
    request.head.headers.push_back({std::string(line.substr(0, colon)), std::string(line.substr(colon + 2))});
  }
  request.body = text;
  return request;
}

class Coordinator {
 public:
  Coordinator() {
    std::ofstream(folder_ / "song.wav") << std::string(kSongBytes, 's');
    reset();
  }

  void reset() {
    Job done;
    done.id = JobId{"job_1"};
    done.tenant = TenantId{"default"};
    done.state = JobState::kSucceeded;
    done.audio = JobAudio{};
    done.audio->object = "song.wav";
    done.audio->media_type = "audio/wav";
    done.audio->size_bytes = kSongBytes;
    Job cancelled = done;
    cancelled.id = JobId{"job_2"};
    cancelled.state = JobState::kCancelled;
    cancelled.audio.reset();
    backend.job_map = {{"job_1", done}, {"job_2", cancelled}};
    backend.audio_files = {{"job_1", folder_ / "song.wav"}};
    backend.tickets = {{"ticket", {folder_ / "incoming", 4, sha256("abcd")}}};
    backend.open_tickets.clear();
    backend.finished_tickets.clear();
    backend.submissions.clear();
    backend.queries.clear();
    AccessKey key;
    key.id = KeyId{"k1"};
    key.tenant = TenantId{"default"};
    key.scopes = client_scopes();
    keys.list = {{key}};
    backend.worker_list.clear();
  }

  // The answer, and in `streamed` what its stream gave.
  HttpResponse answer(Request& request, std::string& streamed) {
    MemoryBody body(request.body, find_field(request.head.headers, "Transfer-Encoding") != nullptr);
    request.head.body = &body;
    Service& service = request.head.path.starts_with("/admin") ? admin_.service() : public_.service();
    std::optional<HttpResponse> answered;
    asio::co_spawn(loop_, serve(service, request.head, answered, streamed),
                   [](const std::exception_ptr& thrown) { expect(!thrown); });
    while (!answered) loop_.run_one();
    loop_.restart();
    return std::move(*answered);
  }

  FakeBackend backend;
  FakeKeyDesk keys;

 private:
  static ApiOptions options() {
    ApiOptions options;
    options.software_version = "0.1.0";
    options.public_url = "http://music.example";
    return options;
  }

  static asio::awaitable<void> serve(Service& service, HttpRequest& request,
                                     std::optional<HttpResponse>& answered, std::string& streamed) {
    HttpResponse response = co_await service.serve(request);
    while (response.stream) {
      const Result<std::string> piece = co_await response.stream->next();
      expect(piece.has_value());
      if (piece->empty()) break;
      streamed += *piece;
    }
    answered = std::move(response);
  }

  testing::TemporaryFolder folder_;
  asio::io_context loop_;
  asio::executor_work_guard<asio::io_context::executor_type> guard_{loop_.get_executor()};
  FilePool pool_{1};
  FakeIntakeDesk intake_;
  FakeOverviewDesk overview_;
  PublicApi public_{backend, intake_, pool_, options()};
  FakeJobDesk jobs_{backend};
  FakeAuditDesk audit_;
  FakeWorkerDesk worker_keys_;
  FakeWebhookDesk webhooks_;
  FakeDrainDesk drains_{backend};
  FakeTenantDesk tenants_;
  FakeRemovalDesk removals_;
  FakeBackupDesk backups_;
  FakeMoneyDesk money_;
  AdminApi admin_{{backend, keys, jobs_, audit_, worker_keys_, webhooks_, intake_, overview_, drains_,
                   tenants_, removals_, backups_, money_},
                  options()};
};

void check_answer(const HttpResponse& response, const std::string& streamed) {
  expect(response.status >= 200 && response.status < 500);
  const std::string* type = find_field(response.headers, "Content-Type");
  for (const Field& header : response.headers)
    expect(!has_control(header.name) && !has_control(header.value));
  if (response.stream_length)
    expect(streamed.size() == *response.stream_length && streamed.size() <= kSongBytes);
  if (type && *type == "application/json") expect(nlohmann::json::accept(response.body));
  if (response.status < 400) return;
  const auto detail = nlohmann::json::parse(response.body).at("detail");
  expect(!detail.at("code").get<std::string>().empty() && !detail.at("message").get<std::string>().empty());
  expect(detail.at("request_id") == kRequestId);
}

void check_effects(const HttpResponse& response, const FakeBackend& backend, const FakeKeyDesk& keys) {
  if (response.status >= 400)
    expect(backend.submissions.empty() && backend.job_map.size() == 2 && keys.list.size() == 1 &&
           !keys.list[0].key.revoked_at && !keys.list[0].key.successor && backend.worker_list.empty() &&
           backend.finished_tickets.empty());
  for (const Submission& submission : backend.submissions) {
    JobSpec spec = submission.spec;
    spec.seed = submission.seed.value_or(0);
    expect(validate(spec).has_value() && nlohmann::json::accept(submission.metadata_json));
  }
  for (const JobQuery& query : backend.queries) expect(query.limit >= 1 && query.limit <= 200);
}

}  // namespace
}  // namespace musicfleet::http

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace musicfleet::http;
  static Coordinator coordinator;
  auto request = request_from({reinterpret_cast<const char*>(data), size});
  if (!request) return 0;
  coordinator.reset();
  std::string streamed;
  const HttpResponse response = coordinator.answer(*request, streamed);
  check_answer(response, streamed);
  check_effects(response, coordinator.backend, coordinator.keys);
  return 0;
}
