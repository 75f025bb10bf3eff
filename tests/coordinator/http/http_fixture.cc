#include "tests/coordinator/http/http_fixture.h"

#include "common/sha256.h"
#include "coordinator/http/openapi.h"

#include <arpa/inet.h>
#include <boost/asio/post.hpp>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <fstream>

namespace musicfleet::http {

namespace asio = boost::asio;

RawConnection::RawConnection(std::uint16_t port) : socket_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  const timeval patience{30, 0};
  ::setsockopt(socket_, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
  EXPECT_EQ(::connect(socket_, reinterpret_cast<const sockaddr*>(&address), sizeof address), 0);
}

RawConnection::~RawConnection() {
  if (socket_ >= 0) ::close(socket_);
}

void RawConnection::send(std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t n = ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (n <= 0) return;  // the peer has closed: what it said first is still to be read
    bytes.remove_prefix(static_cast<std::size_t>(n));
  }
}

void RawConnection::begin_order() {
  send(
      "POST /v1/jobs HTTP/1.1\r\nHost: x\r\nxi-api-key: mf_good\r\nContent-Type: application/json\r\n"
      "Content-Length: 22\r\nExpect: 100-continue\r\n\r\n");
  read_until("\r\n\r\n");
}

std::string RawConnection::drip(char byte) {
  pollfd answer{socket_, POLLIN, 0};
  while (::poll(&answer, 1, 1) == 0) send({&byte, 1});
  return read_to_end();
}

void RawConnection::reset() {
  const linger at_once{1, 0};
  ::setsockopt(socket_, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
  ::close(std::exchange(socket_, -1));
}

bool RawConnection::read_more() {
  std::array<char, 4096> piece;
  const ssize_t n = ::recv(socket_, piece.data(), piece.size(), 0);
  EXPECT_FALSE(n < 0 && errno == EAGAIN) << "nothing came for 30 seconds after: " << received_;
  if (n <= 0) return false;
  received_.append(piece.data(), static_cast<std::size_t>(n));
  return true;
}

std::string RawConnection::read_until(std::string_view mark) {
  std::size_t at;
  while ((at = received_.find(mark)) == std::string::npos)
    if (!read_more()) {
      ADD_FAILURE() << "the connection ended before " << mark << "; it said: " << received_;
      return {};
    }
  std::string text = received_.substr(0, at + mark.size());
  received_.erase(0, at + mark.size());
  return text;
}

std::string RawConnection::read_to_end() {
  while (read_more()) {
  }
  return std::exchange(received_, {});
}

std::filesystem::path HttpFixture::make_folder() {
  std::string name = testing::TempDir() + "http_XXXXXX";
  return ::mkdtemp(name.data());
}

ApiOptions HttpFixture::default_api() { return {.software_version = "1.2.3", .public_url = ""}; }

namespace {

// That /openapi.json lists the answer: the promise that every test of this fixture holds the routes to.
void expect_documented(const Service& service, const AccessRecord& record) {
  for (const Route& route : service.router().routes()) {
    if (route.pattern != record.route || route.method != (record.method == "HEAD" ? "GET" : record.method))
      continue;
    std::vector<int> listed = problem_statuses(route);
    for (const RouteAnswer& answer : route.answers) listed.push_back(answer.status);
    const int numbers[] = {record.status, kAnyStatus};
    EXPECT_NE(std::find_first_of(listed.begin(), listed.end(), std::begin(numbers), std::end(numbers)),
              listed.end())
        << record.method << ' ' << record.route << " answered " << record.status
        << ", which its route does not list";
  }
}

}  // namespace

void HttpFixture::start(ServerOptions options, ApiOptions api) {
  ServerOptions admin_options = options;
  admin_options.on_request = [this](const AccessRecord& record) {
    expect_documented(admin_api_->service(), record);
  };
  options.on_request = [this](const AccessRecord& record) {
    expect_documented(public_api_->service(), record);
    const std::lock_guard lock(mutex_);
    records_.push_back(record);
    reported_.notify_all();
  };
  public_api_.emplace(backend_, intake_, pool_, api);
  admin_api_.emplace(desks(), api);
  auto listening = Server::listen(loop_, public_api_->service(), options);
  ASSERT_TRUE(listening) << listening.error().message;
  public_server_ = std::move(*listening);
  admin_server_ = std::move(*Server::listen(loop_, admin_api_->service(), admin_options));
  work_.emplace(loop_.get_executor());
  thread_ = std::thread([this] { loop_.run(); });
}

void HttpFixture::ensure_started() {
  if (!thread_.joinable()) start();
}

HttpFixture::~HttpFixture() {
  if (thread_.joinable()) {
    on_loop([this] {
      public_server_.reset();
      admin_server_.reset();
    });
    loop_.stop();
    thread_.join();
  }
  std::filesystem::remove_all(folder_);
}

void HttpFixture::on_loop(const std::function<void()>& work) {
  if (!thread_.joinable()) return work();
  std::promise<void> done;
  asio::post(loop_, [&] {
    work();
    done.set_value();
  });
  done.get_future().get();
}

void HttpFixture::stop_server(std::chrono::milliseconds grace) {
  on_loop([&] { public_server_->stop(grace); });
}

std::uint16_t HttpFixture::port() {
  ensure_started();
  return public_server_->port();
}

std::string HttpFixture::url(const std::string& path) { return concat("http://127.0.0.1:", port(), path); }

std::string HttpFixture::admin_url(const std::string& path) {
  ensure_started();
  return concat("http://127.0.0.1:", admin_server_->port(), path);
}

HttpReply HttpFixture::get(const std::string& path, std::vector<HttpHeader> headers) {
  return request("GET", url(path), {}, std::move(headers));
}

HttpReply HttpFixture::request(const std::string& method, const std::string& to, const std::string& body,
                               std::vector<HttpHeader> headers, const char* key) {
  if (*key) headers.push_back({"Authorization", concat("Bearer ", key)});
  HttpClient client;
  auto reply = client.request(method, to, headers, body);
  EXPECT_TRUE(reply) << reply.error().message;
  return reply.value_or(HttpReply{});
}

HttpReply HttpFixture::submit(const std::string& body, std::vector<HttpHeader> headers) {
  headers.push_back({"Content-Type", "application/json"});
  return request("POST", url("/v1/jobs"), body, std::move(headers));
}

void HttpFixture::add_job(const std::string& id, JobState state) {
  Job job;
  job.id = JobId{id};
  job.tenant = TenantId{"default"};
  job.state = state;
  job.spec.prompt = "p";
  on_loop([&] { backend_.job_map[id] = job; });
}

JobId HttpFixture::add_song(const std::string& bytes) {
  const std::filesystem::path path = folder_ / "song.mp3";
  std::ofstream(path, std::ios::binary) << bytes;
  const JobId id{"job_song"};
  add_job(id.value, JobState::kSucceeded);
  on_loop([&] {
    JobAudio audio;
    audio.object = "songs/job_song/1.mp3";
    audio.size_bytes = bytes.size();
    audio.sha256 = sha256(bytes);
    audio.media_type = "audio/mpeg";
    backend_.job_map[id.value].audio = audio;
    backend_.audio_files[id.value] = path;
  });
  return id;
}

std::vector<AccessRecord> HttpFixture::records(std::size_t count) {
  std::unique_lock lock(mutex_);
  reported_.wait(lock, [&] { return records_.size() >= count; });
  return records_;
}

nlohmann::json json_of(const HttpReply& reply) {
  auto document = nlohmann::json::parse(reply.body, nullptr, false);
  EXPECT_FALSE(document.is_discarded()) << reply.body;
  return document;
}

nlohmann::json detail_of(const HttpReply& reply) {
  const nlohmann::json document = json_of(reply);
  if (!document.is_object() || !document.contains("detail")) {
    ADD_FAILURE() << "not an error body: " << reply.body;
    return {};
  }
  const nlohmann::json& detail = document["detail"];
  for (const char* name : {"type", "code", "status", "message", "param", "request_id"})
    EXPECT_TRUE(detail.contains(name)) << name;
  EXPECT_EQ(detail["status"], detail["code"]);
  EXPECT_EQ(detail["request_id"], std::string(reply.header("X-Request-Id")));
  return detail;
}

}  // namespace musicfleet::http
