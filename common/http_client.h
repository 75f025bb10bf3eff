// HTTP for the side that asks: the CLI's requests, downloads and event streams, the hub client's files, and
// the worker's upload of a finished song (libcurl). What the answers mean is left to the caller: any HTTP
// status is a value here; an Error is a request that got no answer. Blocking; a client keeps its connection
// and belongs to one thread.
#pragma once

#include "common/http_reply.h"
#include "common/result.h"

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

namespace musicfleet {

class HttpTransfer;

struct HttpClientOptions {
  std::chrono::milliseconds connect_timeout{10'000};
  // A transfer that moves no byte for this long is given up. Above the longest long poll (60 s) and the
  // heartbeat of an event stream (15 s).
  std::chrono::seconds idle_timeout{90};
  std::size_t max_body_bytes = std::size_t{64} << 20;  // of an answer kept in memory
};

// Every call ends within about a second of `stop` with kCancelled. Other errors: kTimeout, kUnavailable (no
// connection, or it broke), kTooLarge (an answer above max_body_bytes), kInvalidArgument (not an http or
// https URL, no such file). Proxies of the environment are used, except towards loopback. Redirects are not
// followed.
class HttpClient {
 public:
  // Bytes so far and in all; 0 in all while that is unknown. Return false to give up (kCancelled).
  using Progress = std::function<bool(std::uint64_t done, std::uint64_t total)>;
  // A line without its end. Return false once you have heard enough.
  using OnLine = std::function<bool(std::string_view line)>;
  // Some bytes of a 2xx answer whose status and headers are in `head`; an error stops the request and is what
  // it ends with.
  using OnBytes = std::function<Result<>(const HttpReply& head, std::string_view bytes)>;

  explicit HttpClient(HttpClientOptions options = {});
  ~HttpClient();
  HttpClient(const HttpClient&) = delete;
  HttpClient& operator=(const HttpClient&) = delete;

  Result<HttpReply> request(const std::string& method, const std::string& url,
                            const std::vector<HttpHeader>& headers = {}, std::string_view body = {},
                            std::stop_token stop = {});

  // GETs into a new or truncated file. Only a 2xx answer is written there; the body of any other is in the
  // reply, and `path` is then left as it was.
  Result<HttpReply> download(const std::string& url, const std::vector<HttpHeader>& headers,
                             const std::filesystem::path& path, const Progress& progress = {},
                             std::stop_token stop = {});

  // GETs and hands over each line of a 2xx answer as it arrives; the body of any other answer is in the
  // reply.
  Result<HttpReply> stream_lines(const std::string& url, const std::vector<HttpHeader>& headers,
                                 const OnLine& on_line, std::stop_token stop = {});

  // GETs and hands over the bytes of a 2xx answer as they arrive; the body of any other answer is in the
  // reply. An answer without a body hands over nothing.
  Result<HttpReply> stream_bytes(const std::string& url, const std::vector<HttpHeader>& headers,
                                 const OnBytes& on_bytes, std::stop_token stop = {});

  // PUTs the file's bytes from disk; the answer's status. `headers` may name Content-Type and the like; the
  // length is the file's. `progress` hears of what was sent.
  Result<int> put_file(const std::string& url, const std::vector<HttpHeader>& headers,
                       const std::filesystem::path& path, std::stop_token stop = {},
                       const Progress& progress = {});

 private:
  struct Free {
    void operator()(void* curl) const;
  };

  // The handle, set up for one request; null when there is none.
  void* prepare(HttpTransfer& transfer, const std::string& url, const std::vector<HttpHeader>& headers);
  Result<HttpReply> perform(HttpTransfer& transfer);

  HttpClientOptions options_;
  std::unique_ptr<void, Free> curl_;  // CURL*
};

}  // namespace musicfleet
