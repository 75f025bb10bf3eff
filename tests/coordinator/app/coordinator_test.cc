// The whole coordinator in one process: clients come over HTTP, a worker over ZeroMQ with CURVE.
#include "coordinator/coordinator.h"

#include "common/http_client.h"
#include "common/sha256.h"
#include "coordinator/store/database.h"
#include "tests/support/fleet_client.h"
#include "tests/support/loop_runner.h"
#include "tests/support/still_process.h"
#include "tests/support/temporary_folder.h"

#include <boost/asio/post.hpp>
#include <fcntl.h>
#include <nlohmann/json.hpp>
#include <sys/stat.h>
#include <unistd.h>

#include <fstream>
#include <sstream>
#include <thread>

namespace musicfleet {
namespace {

using namespace std::chrono_literals;
using nlohmann::json;

class CoordinatorTest : public ::testing::Test {
 protected:
  CoordinatorTest() {
    config.data_dir = folder / "data";
    config.http_listen = config.admin_listen = config.fleet_listen = {"127.0.0.1", 0};
  }
  ~CoordinatorTest() override { stop(); }

  void start() {
    loop = std::make_unique<boost::asio::io_context>(1);
    auto started = Coordinator::start(*loop, config, log_output, "1.2.3");
    ASSERT_TRUE(started) << started.error().message;
    coordinator = std::move(*started);
    thread = std::thread([this] { loop->run(); });
    if (api_key.empty()) make_keys();
  }

  void leave() {
    boost::asio::post(*loop, [this] { coordinator->stop({0s, 1s}); });
    thread.join();
  }

  void stop() {
    if (!coordinator) return;
    leave();
    coordinator.reset();
    loop.reset();
  }

  json call(const std::string& method, const std::string& url, const json& body, const std::string& key,
            int status) {
    const auto reply = client.request(
        method, url, {{"Authorization", "Bearer " + key}, {"Content-Type", "application/json"}},
        body.is_null() ? std::string() : body.dump());
    if (!reply) throw std::runtime_error(reply.error().message);
    EXPECT_EQ(reply->status, status) << reply->body;
    return reply->body.empty() ? json() : json::parse(reply->body);
  }
  json api(const std::string& method, const std::string& path, const json& body, int status) {
    return call(method, coordinator->endpoints().http_url + path, body, api_key, status);
  }

  void make_keys() {
    std::ifstream(config.data_dir / "admin.key") >> admin_key;
    const std::string admin = coordinator->endpoints().admin_url;
    api_key = call("POST", admin + "/admin/v1/keys", {{"label", "test"}}, admin_key, 201).at("key");
    call("POST", admin + "/admin/v1/workers", {{"name", "gpu-1"}, {"public_key", worker_keys.public_key}},
         admin_key, 201);
  }

  std::unique_ptr<testing::FleetClient> connect_worker() { return connect_worker(worker_keys); }
  std::unique_ptr<testing::FleetClient> connect_worker(const zmq::CurveKeyPair& keys) {
    return std::make_unique<testing::FleetClient>(
        worker_loop, testing::FleetClientOptions{coordinator->endpoints().fleet_endpoint,
                                                 coordinator->endpoints().fleet_public_key, keys});
  }
  static to_coordinator::Hello hello() {
    return {1, 1, "0.1.0", "cpu", {{"tiny", "ace_v15", "turbo"}}, {}, 1};
  }

  // Waits for the worker's next message of this kind.
  template <class M>
  M next(testing::FleetClient& worker) {
    std::optional<M> found;
    EXPECT_TRUE(testing::run_until(worker_loop, [&] {
      for (auto at = worker.received.begin(); at != worker.received.end() && !found; ++at)
        if (const auto* one = std::get_if<M>(&*at)) {
          found = *one;
          worker.received.erase(at);
          break;
        }
      return found.has_value();
    }));
    return found.value();
  }

  // What a worker does with a finished song: announces it, uploads it, and waits until it is accepted.
  void deliver(testing::FleetClient& worker, const Lease& lease, const std::string& bytes) {
    to_coordinator::SongReady song;
    song.lease = lease;
    song.size_bytes = bytes.size();
    song.sha256 = sha256(bytes);
    song.media_type = "audio/wav";
    song.duration = 30s;
    song.sample_rate_hz = 48'000;
    song.channels = 2;
    song.model_name = "tiny";
    song.loudness_lufs = -14;
    worker.say(song);
    const auto ticket = next<to_worker::Ticket>(worker);
    std::ofstream(folder / "song", std::ios::binary) << bytes;
    std::vector<HttpHeader> headers;
    for (const auto& header : ticket.headers) headers.push_back({header.name, header.value});
    EXPECT_EQ(client.put_file(ticket.url, headers, folder / "song").value(), 204);
    EXPECT_EQ(next<to_worker::Accepted>(worker).lease, lease);
    worker.say(to_coordinator::Uploaded{lease});
  }

  testing::TemporaryFolder folder;
  Config config;
  std::ostringstream log_text;
  LogOutput log_output{LogLevel::kError, log_text};
  std::unique_ptr<boost::asio::io_context> loop;
  std::unique_ptr<Coordinator> coordinator;
  std::thread thread;
  HttpClient client;
  std::string admin_key, api_key;
  zmq::CurveKeyPair worker_keys = zmq::generate_key_pair();
  boost::asio::io_context worker_loop;
};

TEST_F(CoordinatorTest, ASongTravelsFromItsSubmissionToItsDownload) {
  start();
  const json job = api("POST", "/v1/jobs", {{"prompt", "dark trap"}, {"seed", 7}}, 202);
  const auto worker = connect_worker();
  worker->say(hello());
  const auto assign = next<to_worker::Assign>(*worker);
  EXPECT_EQ(assign.lease.job.value, job.at("id"));
  EXPECT_EQ(assign.spec.prompt, "dark trap");
  EXPECT_EQ(assign.spec.seed, 7u);
  const std::string bytes = "RIFF" + std::string(100'000, '\x01');
  deliver(*worker, assign.lease, bytes);

  const std::string path = "/v1/jobs/" + assign.lease.job.value;
  const json done = api("GET", path, nullptr, 200);
  EXPECT_EQ(done.at("state"), "succeeded");
  EXPECT_EQ(done.at("audio").at("sha256"), to_hex(sha256(bytes)));
  const auto audio = client.request("GET", coordinator->endpoints().http_url + path + "/audio",
                                    {{"Authorization", "Bearer " + api_key}});
  ASSERT_TRUE(audio);
  EXPECT_EQ(audio->status, 200);
  EXPECT_EQ(audio->body, bytes);
}

TEST_F(CoordinatorTest, ASongThatIsTooLongForADeviceGoesToTheOneWithRoomOrWaitsForRoom) {
  start();
  const auto large_keys = zmq::generate_key_pair();
  call("POST", coordinator->endpoints().admin_url + "/admin/v1/workers",
       {{"name", "gpu-2"}, {"public_key", large_keys.public_key}}, admin_key, 201);
  // 1 GB and 10 MB a second: 100 s fit into the small one's 2 GB, 300 s do not.
  auto hello_with = [](std::uint64_t free_bytes, int slots) {
    to_coordinator::Hello made{2, 1, "0.1.0", "cuda:0", {{"tiny", "ace_v15", "turbo"}}, {}, slots};
    made.models[0].memory_fixed_bytes = 1'000'000'000;
    made.models[0].memory_bytes_per_second = 10'000'000;
    made.memory_free_bytes = free_bytes;
    return made;
  };
  const auto small = connect_worker(), large = connect_worker(large_keys);
  small->say(hello_with(2'000'000'000, 2));
  next<to_worker::Welcome>(*small);
  const auto order = [&](int seconds) {
    return api("POST", "/v1/jobs", {{"prompt", "lo-fi"}, {"duration_seconds", seconds}}, 202).at("id");
  };
  const json first_long = order(300);
  large->say(hello_with(8'000'000'000, 1));
  EXPECT_EQ(next<to_worker::Assign>(*large).lease.job.value, first_long);
  const json second_long = order(300), brief = order(100);
  const Lease made = next<to_worker::Assign>(*small).lease;
  EXPECT_EQ(made.job.value, brief);
  // Whatever took the small one's memory is gone.
  small->say(to_coordinator::Heartbeat{{RunningJob{made, Stage::kDenoising, 1, 8}}, false, 8'000'000'000});
  EXPECT_EQ(next<to_worker::Assign>(*small).lease.job.value, second_long);
}

TEST_F(CoordinatorTest, WhatRunsWhenItEndsIsFinishedUnderTheSameLeaseAfterARestart) {
  start();
  const json job = api("POST", "/v1/jobs", {{"prompt", "lo-fi"}}, 202);
  auto worker = connect_worker();
  worker->say(hello());
  const Lease lease = next<to_worker::Assign>(*worker).lease;
  worker->say(to_coordinator::Heartbeat{{RunningJob{lease, Stage::kDenoising, 1, 8}}, false});
  stop();
  worker.reset();

  start();
  const std::string path = "/v1/jobs/" + lease.job.value;
  EXPECT_EQ(api("GET", path, nullptr, 200).at("state"), "leased");
  worker = connect_worker();
  auto again = hello();
  again.running = {RunningJob{lease, Stage::kDenoising, 5, 8}};
  worker->say(again);
  deliver(*worker, lease, "RIFF and a song");
  const json done = api("GET", path, nullptr, 200);
  EXPECT_EQ(done.at("state"), "succeeded");
  EXPECT_EQ(done.at("epoch"), lease.epoch);
  EXPECT_EQ(done.at("attempts"), 1);
  EXPECT_EQ(done.at("id"), job.at("id"));
}

TEST_F(CoordinatorTest, ARunningSongIsCancelled) {
  start();
  const auto worker = connect_worker();
  worker->say(hello());
  next<to_worker::Welcome>(*worker);
  const std::string path =
      "/v1/jobs/" + std::string(api("POST", "/v1/jobs", {{"prompt", "edm"}}, 202).at("id"));
  const Lease lease = next<to_worker::Assign>(*worker).lease;
  EXPECT_EQ(client.request("DELETE", coordinator->endpoints().http_url + path,
                           {{"Authorization", "Bearer " + api_key}})
                    .value()
                    .status /
                100,
            2);
  EXPECT_EQ(next<to_worker::Cancel>(*worker).lease, lease);
  worker->say(to_coordinator::Failed{lease, {ErrorCode::kCancelled, "stopped"}});
  json seen = api("GET", path + "?wait=30", nullptr, 200);
  EXPECT_EQ(seen.at("state"), "cancelled");
}

TEST_F(CoordinatorTest, EndsByItselfWhenItsStoreCannotCommit) {
  start();
  const auto worker = connect_worker();
  worker->say(hello());
  next<to_worker::Welcome>(*worker);
  {
    auto other =
        store::Database::open(config.data_dir / "musicfleet.db", store::Database::Mode::kReadWrite).value();
    ASSERT_TRUE(other.execute("DROP TABLE attempts"));
  }
  (void)client.request("POST", coordinator->endpoints().http_url + "/v1/jobs",
                       {{"Authorization", "Bearer " + api_key}, {"Content-Type", "application/json"}},
                       R"({"prompt":"x"})");
  thread.join();
  EXPECT_TRUE(coordinator->failure().has_value());
  EXPECT_NE(log_text.str().find("the store cannot commit"), std::string::npos);
  coordinator.reset();
  loop.reset();
}

TEST_F(CoordinatorTest, RefusesAFolderThatIsInUseOrOfANewerBuild) {
  start();
  boost::asio::io_context other_loop;
  const auto second = Coordinator::start(other_loop, config, log_output, "1.2.3");
  ASSERT_FALSE(second);
  EXPECT_NE(second.error().message.find("another coordinator is running"), std::string::npos);
  stop();
  {
    auto database =
        store::Database::open(config.data_dir / "musicfleet.db", store::Database::Mode::kReadWrite).value();
    ASSERT_TRUE(database.execute("PRAGMA user_version = 99"));
  }
  const auto newer = Coordinator::start(other_loop, config, log_output, "1.2.3");
  ASSERT_FALSE(newer);
  EXPECT_NE(newer.error().message.find("musicfleet.db: the database has schema version 99"),
            std::string::npos);
}

TEST_F(CoordinatorTest, WorkOnFilesThatIsStillToBeDoneFindsAllPartsWhenItEnds) {
  config.failover.enabled = true;
  config.failover.target.base_url = "http://127.0.0.1:9";
  config.failover.services = {VendorService::kUpload};
  config.failover.key_files = {folder / "key"};
  std::ofstream(folder / "key") << "secret";
  std::filesystem::permissions(folder / "key", std::filesystem::perms::owner_read);
  start();
  const auto worker = connect_worker();
  worker->say(hello());
  next<to_worker::Welcome>(*worker);
  api("POST", "/v1/jobs", {{"prompt", "dark trap"}}, 202);
  const Lease lease = next<to_worker::Assign>(*worker).lease;
  deliver(*worker, lease, "RIFF");
  // Whoever opens the song from now on waits for somebody who writes to it: both threads for files do.
  const std::filesystem::path song = config.data_dir / "audio" / "songs" / lease.job.value / "1.wav";
  std::filesystem::remove(song);
  ASSERT_EQ(::mkfifo(song.c_str(), 0600), 0);
  // Does not wait for readers itself, and lets go also where this test ends early.
  const auto let_go = [&song] { ::close(::open(song.c_str(), O_RDWR | O_NONBLOCK | O_CLOEXEC)); };
  const std::shared_ptr<void> at_the_end(nullptr, [&](void*) { let_go(); });
  std::vector<std::jthread> clients;
  const auto send = [&](const std::string& method, const std::string& path) {
    clients.emplace_back([this, method, url = coordinator->endpoints().http_url + path] {
      (void)HttpClient().request(method, url, {{"Authorization", "Bearer " + api_key}}, "");
    });
    testing::wait_until_still();
  };
  for (int i = 0; i < 2; ++i) send("GET", "/v1/jobs/" + lease.job.value + "/audio");
  send("POST", "/v1/music/upload");
  leave();
  std::thread end([this] { coordinator.reset(); });
  testing::wait_until_still();
  EXPECT_TRUE(std::filesystem::exists(config.data_dir / "endpoints.json")) << "it has begun to go";
  let_go();
  end.join();
}

TEST_F(CoordinatorTest, TakesBackItsAnnouncementWhenItEnds) {
  start();
  EXPECT_TRUE(std::filesystem::exists(config.data_dir / "endpoints.json"));
  stop();
  EXPECT_FALSE(std::filesystem::exists(config.data_dir / "endpoints.json"));
}

}  // namespace
}  // namespace musicfleet
