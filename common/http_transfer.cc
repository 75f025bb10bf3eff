#include "common/http_transfer.h"

#include <curl/curl.h>
#include <strings.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <type_traits>

namespace musicfleet {
namespace {

static_assert(std::is_same_v<curl_off_t, std::int64_t>, "the callbacks name std::int64_t");

}  // namespace

std::string_view HttpReply::header(std::string_view name) const {
  for (const HttpHeader& header : headers)
    if (header.name.size() == name.size() && strncasecmp(header.name.data(), name.data(), name.size()) == 0)
      return header.value;
  return {};
}

void HttpTransfer::FreeList::operator()(curl_slist* list) const { curl_slist_free_all(list); }

Result<> HttpTransfer::read_from(const std::filesystem::path& path) {
  file_.reset(std::fopen(path.c_str(), "rb"));
  if (!file_) return fail(ErrorCode::kInvalidArgument, "cannot read ", path, ": ", std::strerror(errno));
  return {};
}

void HttpTransfer::attach(void* handle, const std::vector<HttpHeader>& headers, std::size_t max_body_bytes) {
  static_assert(CURL_ERROR_SIZE == std::tuple_size_v<decltype(error_text_)>);
  CURL* curl = handle;
  max_body_bytes_ = max_body_bytes;
  for (const HttpHeader& header : headers) {
    // libcurl sends "Name;" as a header without a value.
    const std::string text = header.value.empty() ? header.name + ";" : header.name + ": " + header.value;
    if (curl_slist* longer = curl_slist_append(headers_.get(), text.c_str())) {
      (void)headers_.release();  // `longer` owns what it held
      headers_.reset(longer);
    }
  }
  curl_easy_setopt(curl, CURLOPT_HTTPHEADER, headers_.get());
  curl_easy_setopt(curl, CURLOPT_ERRORBUFFER, error_text_.data());
  curl_easy_setopt(curl, CURLOPT_HEADERFUNCTION, &HttpTransfer::header_callback);
  curl_easy_setopt(curl, CURLOPT_HEADERDATA, this);
  curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, &HttpTransfer::body_callback);
  curl_easy_setopt(curl, CURLOPT_WRITEDATA, this);
  curl_easy_setopt(curl, CURLOPT_READFUNCTION, &HttpTransfer::read_callback);
  curl_easy_setopt(curl, CURLOPT_READDATA, this);
  curl_easy_setopt(curl, CURLOPT_SEEKFUNCTION, &HttpTransfer::seek_callback);
  curl_easy_setopt(curl, CURLOPT_SEEKDATA, this);
  curl_easy_setopt(curl, CURLOPT_XFERINFOFUNCTION, &HttpTransfer::progress_callback);
  curl_easy_setopt(curl, CURLOPT_XFERINFODATA, this);
  curl_easy_setopt(curl, CURLOPT_NOPROGRESS, 0L);
}

Result<HttpReply> HttpTransfer::finish(int code) {
  if (thrown_) std::rethrow_exception(thrown_);
  if (code != CURLE_OK && !heard_enough_) {
    MF_CHECK(refusal_);
    const std::string_view reason =
        error_text_[0] != '\0' ? error_text_.data() : curl_easy_strerror(static_cast<CURLcode>(code));
    const bool bad_url = code == CURLE_URL_MALFORMAT || code == CURLE_UNSUPPORTED_PROTOCOL;
    return fail(code == CURLE_OPERATION_TIMEDOUT ? ErrorCode::kTimeout
                : bad_url                        ? ErrorCode::kInvalidArgument
                                                 : ErrorCode::kUnavailable,
                reason);
  }
  if (path_ && reply_.ok()) {
    if (!file_) file_.reset(std::fopen(path_->c_str(), "wb"));  // an empty body
    if (!file_ || std::fclose(file_.release()) != 0)
      return fail(ErrorCode::kUnavailable, "cannot write ", *path_, ": ", std::strerror(errno));
  }
  return std::move(reply_);
}

bool HttpTransfer::stop_with(ErrorCode code, std::string_view message) {
  refusal_ = fail(code, message);
  return false;
}

bool HttpTransfer::on_header(std::string_view line) {
  while (!line.empty() && (line.back() == '\n' || line.back() == '\r')) line.remove_suffix(1);
  if (line.substr(0, 5) == "HTTP/") {  // a status line: of 100 Continue, then of the answer
    reply_.headers.clear();
    const std::size_t space = line.find(' ');
    reply_.status = space == line.npos ? 0 : std::atoi(std::string(line.substr(space + 1, 3)).c_str());
    return true;
  }
  const std::size_t colon = line.find(':');
  if (colon == line.npos) return true;
  std::string_view value = line.substr(colon + 1);
  while (!value.empty() && (value.front() == ' ' || value.front() == '\t')) value.remove_prefix(1);
  reply_.headers.push_back({std::string(line.substr(0, colon)), std::string(value)});
  return true;
}

bool HttpTransfer::on_body(std::string_view bytes) {
  if (reply_.ok() && path_) return on_file_bytes(bytes);
  if (reply_.ok() && on_line_) return on_line_bytes(bytes);
  if (reply_.ok() && on_bytes_) {
    refusal_ = (*on_bytes_)(reply_, bytes);
    return refusal_.has_value();
  }
  if (reply_.body.size() + bytes.size() > max_body_bytes_)
    return stop_with(ErrorCode::kTooLarge, concat("the answer has more than ", max_body_bytes_, " bytes"));
  reply_.body.append(bytes);
  return true;
}

bool HttpTransfer::on_file_bytes(std::string_view bytes) {
  if (!file_) file_.reset(std::fopen(path_->c_str(), "wb"));
  if (!file_ || std::fwrite(bytes.data(), 1, bytes.size(), file_.get()) != bytes.size())
    return stop_with(ErrorCode::kUnavailable, concat("cannot write ", *path_, ": ", std::strerror(errno)));
  return true;
}

bool HttpTransfer::on_line_bytes(std::string_view bytes) {
  for (const char c : bytes) {
    if (c != '\n') {
      line_.push_back(c);
      if (line_.size() > max_body_bytes_) return stop_with(ErrorCode::kTooLarge, "a line without an end");
      continue;
    }
    if (!line_.empty() && line_.back() == '\r') line_.pop_back();
    heard_enough_ = !(*on_line_)(line_);
    if (heard_enough_) return false;
    line_.clear();
  }
  return true;
}

bool HttpTransfer::on_progress(std::int64_t total, std::int64_t done) {
  if (stop_.stop_requested()) return stop_with(ErrorCode::kCancelled, "the request was stopped");
  if (!progress_ || !*progress_ || !(sends_a_file() || reply_.ok())) return true;
  if ((*progress_)(static_cast<std::uint64_t>(done), static_cast<std::uint64_t>(total))) return true;
  return stop_with(ErrorCode::kCancelled, "the request was stopped");
}

template <class Step>
bool HttpTransfer::guarded(Step step) {
  try {
    return step();
  } catch (...) {
    thrown_ = std::current_exception();
    return false;
  }
}

// Returning another count than n stops the transfer.
std::size_t HttpTransfer::header_callback(char* data, std::size_t, std::size_t n, void* self) {
  auto& transfer = *static_cast<HttpTransfer*>(self);
  return transfer.guarded([&] { return transfer.on_header({data, n}); }) ? n : n + 1;
}

std::size_t HttpTransfer::body_callback(char* data, std::size_t, std::size_t n, void* self) {
  auto& transfer = *static_cast<HttpTransfer*>(self);
  return transfer.guarded([&] { return transfer.on_body({data, n}); }) ? n : n + 1;
}

int HttpTransfer::progress_callback(void* self, std::int64_t down_total, std::int64_t down,
                                    std::int64_t up_total, std::int64_t up) {
  auto& transfer = *static_cast<HttpTransfer*>(self);
  const bool sends = transfer.sends_a_file();
  return transfer.guarded(
             [&] { return transfer.on_progress(sends ? up_total : down_total, sends ? up : down); })
             ? 0
             : 1;
}

std::size_t HttpTransfer::read_callback(char* data, std::size_t size, std::size_t n, void* self) {
  std::FILE* file = static_cast<HttpTransfer*>(self)->file_.get();
  const std::size_t got = std::fread(data, size, n, file);
  return got == 0 && std::ferror(file) ? CURL_READFUNC_ABORT : got;
}

int HttpTransfer::seek_callback(void* self, std::int64_t offset, int origin) {
  std::FILE* file = static_cast<HttpTransfer*>(self)->file_.get();
  return fseeko(file, offset, origin) == 0 ? CURL_SEEKFUNC_OK : CURL_SEEKFUNC_FAIL;
}

}  // namespace musicfleet
