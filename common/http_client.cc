#include "common/http_client.h"

#include <curl/curl.h>
#include <strings.h>

#include <array>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <exception>

namespace musicfleet {
namespace {

struct CloseFile {
  void operator()(std::FILE* file) const { std::fclose(file); }
};
using File = std::unique_ptr<std::FILE, CloseFile>;

struct FreeList {
  void operator()(curl_slist* list) const { curl_slist_free_all(list); }
};

bool same_name(std::string_view a, std::string_view b) {
  return a.size() == b.size() && strncasecmp(a.data(), b.data(), a.size()) == 0;
}

// libcurl's one-time set-up, before any thread's first handle.
bool curl_is_ready() {
  static const bool ready = curl_global_init(CURL_GLOBAL_DEFAULT) == CURLE_OK;
  return ready;
}

bool is_loopback(const std::string& url) {
  const std::size_t start = url.find("://");
  if (start == std::string::npos) return false;
  const std::string_view host = std::string_view(url).substr(start + 3);
  const auto begins = [&](std::string_view name) {
    return host.substr(0, name.size()) == name &&
           (host.size() == name.size() || host[name.size()] == ':' || host[name.size()] == '/');
  };
  return host.substr(0, 4) == "127." || begins("localhost") || begins("[::1]");
}

}  // namespace

std::string_view HttpReply::header(std::string_view name) const {
  for (const HttpHeader& header : headers)
    if (same_name(header.name, name)) return header.value;
  return {};
}

// One request on its way: libcurl's callbacks find everything here. They must not throw through C code, so
// what a caller's function throws is kept and thrown again by perform().
struct HttpClient::Transfer {
  HttpReply reply;
  std::size_t max_body_bytes = 0;
  std::stop_token stop;
  std::unique_ptr<curl_slist, FreeList> headers;
  std::array<char, CURL_ERROR_SIZE> error_text{};
  std::exception_ptr thrown;

  const OnLine* on_line = nullptr;
  std::string line;
  const Progress* progress = nullptr;
  const std::filesystem::path* path = nullptr;
  File file;  // read from, or written to

  Result<> refusal;  // why a callback stopped the transfer
  bool heard_enough = false;

  bool ok_status() const { return reply.status >= 200 && reply.status < 300; }

  bool stop_with(ErrorCode code, std::string_view message) {
    refusal = fail(code, message);
    return false;
  }

  bool on_header(std::string_view text) {
    while (!text.empty() && (text.back() == '\n' || text.back() == '\r')) text.remove_suffix(1);
    if (text.substr(0, 5) == "HTTP/") {  // a status line: of 100 Continue, then of the answer
      reply.headers.clear();
      const std::size_t space = text.find(' ');
      reply.status = space == text.npos ? 0 : std::atoi(std::string(text.substr(space + 1, 3)).c_str());
      return true;
    }
    const std::size_t colon = text.find(':');
    if (colon == text.npos) return true;
    std::string_view value = text.substr(colon + 1);
    while (!value.empty() && (value.front() == ' ' || value.front() == '\t')) value.remove_prefix(1);
    reply.headers.push_back({std::string(text.substr(0, colon)), std::string(value)});
    return true;
  }

  bool on_body(std::string_view bytes) {
    if (ok_status() && path) return on_file_bytes(bytes);
    if (ok_status() && on_line) return on_line_bytes(bytes);
    if (reply.body.size() + bytes.size() > max_body_bytes)
      return stop_with(ErrorCode::kTooLarge, concat("the answer has more than ", max_body_bytes, " bytes"));
    reply.body.append(bytes);
    return true;
  }

  bool on_file_bytes(std::string_view bytes) {
    if (!file) file.reset(std::fopen(path->c_str(), "wb"));
    if (!file || std::fwrite(bytes.data(), 1, bytes.size(), file.get()) != bytes.size())
      return stop_with(ErrorCode::kUnavailable, concat("cannot write ", *path, ": ", std::strerror(errno)));
    return true;
  }

  bool on_line_bytes(std::string_view bytes) {
    for (const char c : bytes) {
      if (c != '\n') {
        line.push_back(c);
        if (line.size() > max_body_bytes) return stop_with(ErrorCode::kTooLarge, "a line without an end");
        continue;
      }
      if (!line.empty() && line.back() == '\r') line.pop_back();
      if (!(*on_line)(line)) {
        heard_enough = true;
        return false;
      }
      line.clear();
    }
    return true;
  }

  bool on_progress(curl_off_t total, curl_off_t done) {
    if (stop.stop_requested()) return stop_with(ErrorCode::kCancelled, "the request was stopped");
    if (progress && *progress && ok_status() &&
        !(*progress)(static_cast<std::uint64_t>(done), static_cast<std::uint64_t>(total)))
      return stop_with(ErrorCode::kCancelled, "the request was stopped");
    return true;
  }

  // Runs `step` at the border to libcurl.
  template <class Step>
  bool guarded(Step step) {
    try {
      return step();
    } catch (...) {
      thrown = std::current_exception();
      return false;
    }
  }

  static std::size_t header_callback(char* data, std::size_t, std::size_t n, void* self) {
    auto& transfer = *static_cast<Transfer*>(self);
    return transfer.guarded([&] { return transfer.on_header({data, n}); }) ? n : 0;
  }
  static std::size_t body_callback(char* data, std::size_t, std::size_t n, void* self) {
    auto& transfer = *static_cast<Transfer*>(self);
    // Returning another count than n stops the transfer.
    return transfer.guarded([&] { return transfer.on_body({data, n}); }) ? n : n + 1;
  }
  static int progress_callback(void* self, curl_off_t total, curl_off_t done, curl_off_t, curl_off_t) {
    auto& transfer = *static_cast<Transfer*>(self);
    return transfer.guarded([&] { return transfer.on_progress(total, done); }) ? 0 : 1;
  }
  static std::size_t read_callback(char* data, std::size_t size, std::size_t n, void* self) {
    std::FILE* file = static_cast<Transfer*>(self)->file.get();
    const std::size_t got = std::fread(data, size, n, file);
    return got == 0 && std::ferror(file) ? CURL_READFUNC_ABORT : got;
  }
  static int seek_callback(void* self, curl_off_t offset, int origin) {
    return fseeko(static_cast<Transfer*>(self)->file.get(), offset, origin) == 0 ? CURL_SEEKFUNC_OK
                                                                                 : CURL_SEEKFUNC_FAIL;
  }
};

HttpClient::HttpClient(HttpClientOptions options)
    : options_(options), curl_(curl_is_ready() ? curl_easy_init() : nullptr) {}

HttpClient::~HttpClient() = default;

void HttpClient::Free::operator()(void* curl) const { curl_easy_cleanup(static_cast<CURL*>(curl)); }

void HttpClient::prepare(Transfer& transfer, const std::string& url, const std::vector<HttpHeader>& headers) {
  auto* curl = static_cast<CURL*>(curl_.get());
  if (!curl) return;
  curl_easy_reset(curl);
  transfer.max_body_bytes = options_.max_body_bytes;
  for (const HttpHeader& header : headers) {
    // libcurl sends "Name;" as a header without a value.
    const std::string text = header.value.empty() ? header.name + ";" : header.name + ": " + header.value;
    if (curl_slist* longer = curl_slist_append(transfer.headers.get(), text.c_str())) {
      transfer.headers.release();
      transfer.headers.reset(longer);
    }
  }
  curl_easy_setopt(curl, CURLOPT_URL, url.c_str());
  curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "http,https");
  if (is_loopback(url)) curl_easy_setopt(curl, CURLOPT_PROXY, "");
  curl_easy_setopt(curl, CURLOPT_USERAGENT, "musicfleet");
  curl_easy_setopt(curl, CURLOPT_HTTPHEADER, transfer.headers.get());
  curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT_MS, static_cast<long>(options_.connect_timeout.count()));
  curl_easy_setopt(curl, CURLOPT_LOW_SPEED_LIMIT, 1L);
  curl_easy_setopt(curl, CURLOPT_LOW_SPEED_TIME, static_cast<long>(options_.idle_timeout.count()));
  curl_easy_setopt(curl, CURLOPT_ERRORBUFFER, transfer.error_text.data());
  curl_easy_setopt(curl, CURLOPT_HEADERFUNCTION, &Transfer::header_callback);
  curl_easy_setopt(curl, CURLOPT_HEADERDATA, &transfer);
  curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, &Transfer::body_callback);
  curl_easy_setopt(curl, CURLOPT_WRITEDATA, &transfer);
  curl_easy_setopt(curl, CURLOPT_XFERINFOFUNCTION, &Transfer::progress_callback);
  curl_easy_setopt(curl, CURLOPT_XFERINFODATA, &transfer);
  curl_easy_setopt(curl, CURLOPT_NOPROGRESS, 0L);
}

Result<HttpReply> HttpClient::perform(Transfer& transfer) {
  auto* curl = static_cast<CURL*>(curl_.get());
  if (!curl) return fail(ErrorCode::kInternal, "libcurl could not be set up");
  const CURLcode code = curl_easy_perform(curl);
  if (transfer.thrown) std::rethrow_exception(transfer.thrown);
  if (code == CURLE_OK || transfer.heard_enough) return std::move(transfer.reply);
  MF_CHECK(transfer.refusal);
  const std::string_view reason =
      transfer.error_text[0] != '\0' ? transfer.error_text.data() : curl_easy_strerror(code);
  switch (code) {
    case CURLE_OPERATION_TIMEDOUT:
      return fail(ErrorCode::kTimeout, reason);
    case CURLE_URL_MALFORMAT:
    case CURLE_UNSUPPORTED_PROTOCOL:
      return fail(ErrorCode::kInvalidArgument, reason);
    default:
      return fail(ErrorCode::kUnavailable, reason);
  }
}

Result<HttpReply> HttpClient::request(const std::string& method, const std::string& url,
                                      const std::vector<HttpHeader>& headers, std::string_view body,
                                      std::stop_token stop) {
  Transfer transfer;
  transfer.stop = std::move(stop);
  prepare(transfer, url, headers);
  auto* curl = static_cast<CURL*>(curl_.get());
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
  Transfer transfer;
  transfer.stop = std::move(stop);
  transfer.path = &path;
  transfer.progress = &progress;
  prepare(transfer, url, headers);
  HttpReply reply = MF_TRY(perform(transfer));
  if (reply.status < 200 || reply.status >= 300) return reply;
  if (!transfer.file) transfer.file.reset(std::fopen(path.c_str(), "wb"));  // an empty body
  if (!transfer.file || std::fclose(transfer.file.release()) != 0)
    return fail(ErrorCode::kUnavailable, "cannot write ", path, ": ", std::strerror(errno));
  return reply;
}

Result<HttpReply> HttpClient::stream_lines(const std::string& url, const std::vector<HttpHeader>& headers,
                                           const OnLine& on_line, std::stop_token stop) {
  Transfer transfer;
  transfer.stop = std::move(stop);
  transfer.on_line = &on_line;
  prepare(transfer, url, headers);
  return perform(transfer);
}

Result<int> HttpClient::put_file(const std::string& url, const std::vector<HttpHeader>& headers,
                                 const std::filesystem::path& path, std::stop_token stop) {
  Transfer transfer;
  transfer.stop = std::move(stop);
  transfer.file.reset(std::fopen(path.c_str(), "rb"));
  if (!transfer.file)
    return fail(ErrorCode::kInvalidArgument, "cannot read ", path, ": ", std::strerror(errno));
  std::error_code failed;
  const std::uintmax_t size = std::filesystem::file_size(path, failed);
  if (failed) return fail(ErrorCode::kInvalidArgument, "cannot read ", path, ": ", failed.message());
  prepare(transfer, url, headers);
  if (auto* curl = static_cast<CURL*>(curl_.get())) {
    curl_easy_setopt(curl, CURLOPT_UPLOAD, 1L);
    curl_easy_setopt(curl, CURLOPT_INFILESIZE_LARGE, static_cast<curl_off_t>(size));
    curl_easy_setopt(curl, CURLOPT_READFUNCTION, &Transfer::read_callback);
    curl_easy_setopt(curl, CURLOPT_READDATA, &transfer);
    curl_easy_setopt(curl, CURLOPT_SEEKFUNCTION, &Transfer::seek_callback);
    curl_easy_setopt(curl, CURLOPT_SEEKDATA, &transfer);
  }
  return MF_TRY(perform(transfer)).status;
}

}  // namespace musicfleet
