#include "coordinator/providers/song_request.h"

#include "common/printable.h"
#include "common/url.h"

#include <curl/curl.h>
#include <strings.h>

#include <cstdlib>

namespace musicfleet::providers {
namespace {

constexpr std::size_t kMostErrorBytes = 64 * 1024;
constexpr std::size_t kMostSongIdCharacters = 200;

// The value of a header line where it is the header of that name.
std::optional<std::string_view> value_of(std::string_view line, std::string_view name) {
  if (line.size() <= name.size() || line[name.size()] != ':' ||
      ::strncasecmp(line.data(), name.data(), name.size()) != 0)
    return std::nullopt;
  line.remove_prefix(name.size() + 1);
  while (!line.empty() && (line.front() == ' ' || line.front() == '\t')) line.remove_prefix(1);
  return line;
}

}  // namespace

void SongRequest::FreeHandle::operator()(void* curl) const { curl_easy_cleanup(static_cast<CURL*>(curl)); }
void SongRequest::FreeList::operator()(curl_slist* list) const { curl_slist_free_all(list); }

SongRequest::SongRequest(const RequestTarget& target, const std::string& key, SongOrder order,
                         std::filesystem::path file, Ended ended)
    : target_(target),
      order_(std::move(order)),
      path_(std::move(file)),
      ended_(std::move(ended)),
      began_(Clock::now()),
      last_byte_(began_) {
  if (const Result<> allowed = check_base_url(target_.base_url); !allowed) {
    result_.problem = allowed.error().message;
    return;
  }
  curl_.reset(curl_easy_init());
  if (curl_)
    set_up(key);
  else
    result_.problem = "libcurl could not be set up";
}

SongRequest::~SongRequest() = default;

void SongRequest::add_header(const std::string& line) {
  if (curl_slist* longer = curl_slist_append(headers_.get(), line.c_str())) {
    (void)headers_.release();  // `longer` owns what it held
    headers_.reset(longer);
  }
}

void SongRequest::set_up(const std::string& key) {
  static_assert(CURL_ERROR_SIZE == std::tuple_size_v<decltype(error_text_)>);
  CURL* curl = curl_.get();
  const std::string url = target_.base_url + "/v1/music?output_format=" + order_.output_format;
  add_header("Expect:");  // the order is sent without asking first
  add_header("Content-Type: application/json");
  add_header("Accept: audio/*, application/json");
  add_header("xi-api-key: " + key);
  const RequestLimits& limits = target_.limits;
  curl_easy_setopt(curl, CURLOPT_URL, url.c_str());
  curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, is_loopback(url) ? "http,https" : "https");
  curl_easy_setopt(curl, CURLOPT_SSL_VERIFYPEER, 1L);
  curl_easy_setopt(curl, CURLOPT_SSL_VERIFYHOST, 2L);
  curl_easy_setopt(curl, CURLOPT_SSLVERSION, static_cast<long>(CURL_SSLVERSION_TLSv1_2));
  if (!target_.ca_file.empty()) curl_easy_setopt(curl, CURLOPT_CAINFO, target_.ca_file.c_str());
  curl_easy_setopt(curl, CURLOPT_FRESH_CONNECT, 1L);
  curl_easy_setopt(curl, CURLOPT_FORBID_REUSE, 1L);
  curl_easy_setopt(curl, CURLOPT_HTTP_VERSION, static_cast<long>(CURL_HTTP_VERSION_1_1));
  curl_easy_setopt(curl, CURLOPT_FOLLOWLOCATION, 0L);
  curl_easy_setopt(curl, CURLOPT_PROXY, "");  // not the environment's either
  curl_easy_setopt(curl, CURLOPT_NETRC, static_cast<long>(CURL_NETRC_IGNORED));
  curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(curl, CURLOPT_QUICK_EXIT, 1L);
  curl_easy_setopt(curl, CURLOPT_USERAGENT, "musicfleet");
  curl_easy_setopt(curl, CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(order_.body_json.size()));
  curl_easy_setopt(curl, CURLOPT_POSTFIELDS, order_.body_json.c_str());
  curl_easy_setopt(curl, CURLOPT_HTTPHEADER, headers_.get());
  curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT_MS, static_cast<long>(limits.connect.count()));
  curl_easy_setopt(curl, CURLOPT_TIMEOUT_MS, static_cast<long>(limits.total.count()));
  curl_easy_setopt(curl, CURLOPT_ERRORBUFFER, error_text_.data());
  curl_easy_setopt(curl, CURLOPT_HEADERFUNCTION, &SongRequest::header_callback);
  curl_easy_setopt(curl, CURLOPT_HEADERDATA, this);
  curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, &SongRequest::body_callback);
  curl_easy_setopt(curl, CURLOPT_WRITEDATA, this);
  curl_easy_setopt(curl, CURLOPT_XFERINFOFUNCTION, &SongRequest::progress_callback);
  curl_easy_setopt(curl, CURLOPT_XFERINFODATA, this);
  curl_easy_setopt(curl, CURLOPT_NOPROGRESS, 0L);
}

bool SongRequest::stop_with(std::string problem, bool fault_of_ours) {
  result_.problem = std::move(problem);
  result_.exchange.fault_of_ours = fault_of_ours;
  return false;
}

bool SongRequest::on_header(std::string_view line) {
  heard_ = true;
  last_byte_ = Clock::now();
  while (!line.empty() && (line.back() == '\n' || line.back() == '\r')) line.remove_suffix(1);
  if (line.substr(0, 5) == "HTTP/") {
    const std::size_t space = line.find(' ');
    const int status = space == line.npos ? 0 : std::atoi(std::string(line.substr(space + 1, 3)).c_str());
    is_success_ = status >= 200 && status < 300;
  }
  if (const auto id = value_of(line, "song-id")) result_.vendor_song = printable(*id, kMostSongIdCharacters);
  if (const auto most = value_of(line, "maximum-concurrent-requests"))
    result_.most_at_once = std::atoi(std::string(*most).c_str());
  return true;
}

bool SongRequest::on_body(std::string_view bytes) {
  last_byte_ = Clock::now();
  if (is_success_) return on_song_bytes(bytes);
  if (error_body_.size() + bytes.size() > kMostErrorBytes)
    return stop_with("the answer is too long for an error");
  error_body_.append(bytes);
  return true;
}

bool SongRequest::on_song_bytes(std::string_view bytes) {
  if (!file_) {
    auto created = IncomingFile::create(path_);
    if (!created) return stop_with(created.error().message, true);
    file_ = *std::move(created);
  }
  result_.size_bytes += bytes.size();
  if (result_.size_bytes > target_.limits.most_song_bytes)
    return stop_with(concat("the song has more than ", target_.limits.most_song_bytes, " bytes"));
  if (head_.size() < kHeadBytes) head_.append(bytes.substr(0, kHeadBytes - head_.size()));
  if (const auto done = file_->append(std::as_bytes(std::span(bytes.data(), bytes.size()))); !done)
    return stop_with(done.error().message, true);
  return true;
}

bool SongRequest::on_progress() {
  const auto now = Clock::now();
  const RequestLimits& limits = target_.limits;
  if (!heard_ && now - began_ > limits.first_byte)
    return stop_with(concat("no answer within ", limits.first_byte.count(), " ms"));
  if (heard_ && now - last_byte_ > limits.idle)
    return stop_with(concat("the answer stopped for ", limits.idle.count(), " ms"));
  return true;
}

void SongRequest::end(int code) {
  if (curl_) take_stock(code);
  result_.took = std::chrono::duration_cast<std::chrono::milliseconds>(Clock::now() - began_);
  ended_(std::move(result_));
}

void SongRequest::take_stock(int code) {
  CURL* curl = curl_.get();
  Exchange& exchange = result_.exchange;
  long status = 0;
  curl_off_t sent = 0, retry_after = 0;
  curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &status);
  curl_easy_getinfo(curl, CURLINFO_SIZE_UPLOAD_T, &sent);
  curl_easy_getinfo(curl, CURLINFO_RETRY_AFTER, &retry_after);
  exchange.status = static_cast<int>(status);
  exchange.whole_request_sent = sent >= static_cast<curl_off_t>(order_.body_json.size());
  exchange.whole_answer = code == CURLE_OK;
  if (retry_after > 0) result_.retry_after = std::chrono::seconds(retry_after);
  if (code != CURLE_OK && result_.problem.empty())
    result_.problem =
        error_text_[0] != '\0' ? error_text_.data() : curl_easy_strerror(static_cast<CURLcode>(code));
  if (is_success_) return check_song();
  result_.vendor_error = vendor_error_of(error_body_);
  exchange.vendor_form = result_.vendor_error.has_value();
  if (result_.problem.empty())
    result_.problem = concat("status ", status, exchange.vendor_form ? " " : "",
                             exchange.vendor_form ? result_.vendor_error->code : "");
}

void SongRequest::check_song() {
  if (!result_.exchange.whole_answer) return;
  result_.problem = song_check(order_, head_, result_.size_bytes);
  if (!result_.problem.empty()) return;
  auto hash = file_->finish();
  if (!hash) {
    stop_with(hash.error().message, true);
    return;
  }
  result_.sha256 = *hash;
  result_.exchange.is_song = true;
}

// Returning another count than n stops the transfer.
std::size_t SongRequest::header_callback(char* data, std::size_t, std::size_t n, void* self) {
  return static_cast<SongRequest*>(self)->on_header({data, n}) ? n : n + 1;
}

std::size_t SongRequest::body_callback(char* data, std::size_t, std::size_t n, void* self) {
  return static_cast<SongRequest*>(self)->on_body({data, n}) ? n : n + 1;
}

int SongRequest::progress_callback(void* self, std::int64_t, std::int64_t, std::int64_t, std::int64_t) {
  return static_cast<SongRequest*>(self)->on_progress() ? 0 : 1;
}

}  // namespace musicfleet::providers
