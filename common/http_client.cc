#include "common/http_client.h"

#include "common/http_transfer.h"
#include "common/url.h"

#include <curl/curl.h>

namespace musicfleet {
namespace {

// libcurl's one-time set-up, before any thread's first handle.
bool curl_is_ready() {
  static const bool ready = curl_global_init(CURL_GLOBAL_DEFAULT) == CURLE_OK;
  return ready;
}

}  // namespace

HttpClient::HttpClient(HttpClientOptions options)
    : options_(options), curl_(curl_is_ready() ? curl_easy_init() : nullptr) {}

HttpClient::~HttpClient() = default;

void HttpClient::Free::operator()(void* curl) const { curl_easy_cleanup(static_cast<CURL*>(curl)); }

void* HttpClient::prepare(HttpTransfer& transfer, const std::string& url,
                          const std::vector<HttpHeader>& headers) {
  CURL* curl = curl_.get();
  if (!curl) return nullptr;
  curl_easy_reset(curl);
  transfer.attach(curl, headers, options_.max_body_bytes);
  curl_easy_setopt(curl, CURLOPT_URL, url.c_str());
  curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "http,https");
  if (is_loopback(url)) curl_easy_setopt(curl, CURLOPT_PROXY, "");
  curl_easy_setopt(curl, CURLOPT_USERAGENT, "musicfleet");
  curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT_MS, static_cast<long>(options_.connect_timeout.count()));
  curl_easy_setopt(curl, CURLOPT_LOW_SPEED_LIMIT, 1L);
  curl_easy_setopt(curl, CURLOPT_LOW_SPEED_TIME, static_cast<long>(options_.idle_timeout.count()));
  return curl;
}

Result<HttpReply> HttpClient::perform(HttpTransfer& transfer) {
  if (!curl_) return fail(ErrorCode::kInternal, "libcurl could not be set up");
  const CURLcode code = curl_easy_perform(curl_.get());
  curl_easy_reset(curl_.get());  // forgets the transfer, keeps the connection
  return transfer.finish(code);
}

Result<HttpReply> HttpClient::request(const std::string& method, const std::string& url,
                                      const std::vector<HttpHeader>& headers, std::string_view body,
                                      std::stop_token stop) {
  HttpTransfer transfer(std::move(stop));
  CURL* curl = prepare(transfer, url, headers);
  if (curl && method == "HEAD") {
    curl_easy_setopt(curl, CURLOPT_NOBODY, 1L);
  } else if (curl) {
    if (!body.empty() || method == "POST" || method == "PUT") {
      curl_easy_setopt(curl, CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(body.size()));
      curl_easy_setopt(curl, CURLOPT_POSTFIELDS, body.data() ? body.data() : "");
    }
    curl_easy_setopt(curl, CURLOPT_CUSTOMREQUEST, method.c_str());
  }
  return perform(transfer);
}

Result<HttpReply> HttpClient::download(const std::string& url, const std::vector<HttpHeader>& headers,
                                       const std::filesystem::path& path, const Progress& progress,
                                       std::stop_token stop) {
  HttpTransfer transfer(std::move(stop));
  transfer.save_to(path);
  transfer.report_to(progress);
  prepare(transfer, url, headers);
  return perform(transfer);
}

Result<HttpReply> HttpClient::stream_lines(const std::string& url, const std::vector<HttpHeader>& headers,
                                           const OnLine& on_line, std::stop_token stop) {
  HttpTransfer transfer(std::move(stop));
  transfer.hand_lines_to(on_line);
  prepare(transfer, url, headers);
  return perform(transfer);
}

Result<HttpReply> HttpClient::stream_bytes(const std::string& url, const std::vector<HttpHeader>& headers,
                                           const OnBytes& on_bytes, std::stop_token stop) {
  HttpTransfer transfer(std::move(stop));
  transfer.hand_bytes_to(on_bytes);
  prepare(transfer, url, headers);
  return perform(transfer);
}

Result<int> HttpClient::put_file(const std::string& url, const std::vector<HttpHeader>& headers,
                                 const std::filesystem::path& path, std::stop_token stop,
                                 const Progress& progress) {
  HttpTransfer transfer(std::move(stop));
  transfer.report_to(progress);
  MF_CHECK(transfer.read_from(path));
  std::error_code failed;
  const std::uintmax_t size = std::filesystem::file_size(path, failed);
  if (failed) return fail(ErrorCode::kInvalidArgument, "cannot read ", path, ": ", failed.message());
  if (CURL* curl = prepare(transfer, url, headers)) {
    curl_easy_setopt(curl, CURLOPT_UPLOAD, 1L);
    curl_easy_setopt(curl, CURLOPT_INFILESIZE_LARGE, static_cast<curl_off_t>(size));
  }
  return MF_TRY(perform(transfer)).status;
}

}  // namespace musicfleet
