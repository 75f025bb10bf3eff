// Both APIs on loopback over a FakeBackend, with a thread that runs the loop, and the two ways in which tests
// talk to them: the HTTP client, and raw bytes on a socket.
#pragma once

#include "common/http_client.h"
#include "coordinator/http/api.h"
#include "coordinator/http/server.h"
#include "tests/coordinator/http/fake_desks.h"

#include <boost/asio/executor_work_guard.hpp>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <future>
#include <mutex>
#include <thread>

namespace musicfleet::http {

// A time limit that is not what a test is about.
inline constexpr std::chrono::minutes kNeverInATest{10};

// A plain TCP connection to a port of loopback. Reads give up, and fail the test, after 30 seconds.
class RawConnection {
 public:
  explicit RawConnection(std::uint16_t port);
  ~RawConnection();
  RawConnection(const RawConnection&) = delete;
  RawConnection& operator=(const RawConnection&) = delete;

  void send(std::string_view bytes);
  // Begins an order and keeps its body back, which is `{"prompt":"dark trap"}`: the request is under way.
  void begin_order();
  // Sends this byte again and again, at most a thousand times a second, until the peer says something or ends
  // the connection; everything that it says.
  std::string drip(char byte);
  void reset();                                   // closes so that the peer sees a reset
  std::string read_until(std::string_view mark);  // everything up to and with `mark`
  std::string read_to_end();

 private:
  bool read_more();

  int socket_;
  std::string received_;
};

class HttpFixture : public testing::Test {
 protected:
  // Starts the servers; before the first request of a test that wants other options.
  void start(ServerOptions options = {}, ApiOptions api = default_api());
  ~HttpFixture() override;

  static ApiOptions default_api();
  AdminDesks desks() {
    return {backend_,  keys_,   jobs_,    audit_,    worker_keys_, webhooks_, intake_,
            overview_, drains_, tenants_, removals_, backups_,     money_};
  }

  // Runs `work` on the loop thread and waits for it.
  void on_loop(const std::function<void()>& work);
  // A look at the backend from there.
  template <class Look>
  auto seen(Look look) {
    std::optional<decltype(look())> value;
    on_loop([&] { value.emplace(look()); });
    return *std::move(value);
  }
  void stop_server(std::chrono::milliseconds grace);

  std::uint16_t port();
  std::string url(const std::string& path);
  std::string admin_url(const std::string& path);

  HttpReply get(const std::string& path, std::vector<HttpHeader> headers = {});
  HttpReply request(const std::string& method, const std::string& url, const std::string& body = {},
                    std::vector<HttpHeader> headers = {}, const char* key = kGoodKey);
  // POST /v1/jobs with the right content type.
  HttpReply submit(const std::string& body, std::vector<HttpHeader> headers = {});
  // A succeeded job with this file as its song.
  JobId add_song(const std::string& bytes);
  void add_job(const std::string& id, JobState state);

  // What the server reported, once it has reported `count` requests.
  std::vector<AccessRecord> records(std::size_t count);

  std::filesystem::path folder_ = make_folder();
  boost::asio::io_context loop_;
  FilePool pool_;
  FakeBackend backend_;
  FakeKeyDesk keys_;
  FakeJobDesk jobs_{backend_};
  FakeAuditDesk audit_;
  FakeWorkerDesk worker_keys_;
  FakeWebhookDesk webhooks_;
  FakeIntakeDesk intake_;
  FakeOverviewDesk overview_;
  FakeDrainDesk drains_{backend_};
  FakeTenantDesk tenants_;
  FakeRemovalDesk removals_;
  FakeBackupDesk backups_;
  FakeMoneyDesk money_;

 private:
  static std::filesystem::path make_folder();
  void ensure_started();

  std::optional<PublicApi> public_api_;
  std::optional<AdminApi> admin_api_;
  std::unique_ptr<Server> public_server_, admin_server_;
  std::optional<boost::asio::executor_work_guard<boost::asio::io_context::executor_type>> work_;
  std::thread thread_;
  std::mutex mutex_;
  std::condition_variable reported_;
  std::vector<AccessRecord> records_;
};

nlohmann::json json_of(const HttpReply& reply);
// The `detail` of an error's body, whose shape is checked.
nlohmann::json detail_of(const HttpReply& reply);
// Every test's JSON body of a job.
inline constexpr char kSong[] = R"({"prompt":"dark trap"})";

}  // namespace musicfleet::http
