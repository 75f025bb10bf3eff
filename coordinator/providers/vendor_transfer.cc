#include "coordinator/providers/vendor_transfer.h"

#include "common/printable.h"
#include "common/url.h"

#include <curl/curl.h>
#include <strings.h>

#include <cstdlib>
#include <type_traits>

namespace musicfleet::providers {
namespace {

constexpr std::size_t kMostErrorBytes = 64 * 1024;
constexpr std::size_t kMostSongIdCharacters = 200;

static_assert(std::is_same_v<curl_off_t, std::int64_t>, "the callbacks name std::int64_t");

// The last of the codings that the header names says how the answer ends.
bool is_chunked(std::string_view line) {
  constexpr std::string_view kChunked = "chunked";
  const auto codings = value_of(line, "transfer-encoding");
  return codings && codings->size() >= kChunked.size() &&
         ::strncasecmp(codings->data() + codings->size() - kChunked.size(), kChunked.data(),
                       kChunked.size()) == 0;
}

}  // namespace

std::optional<std::string_view> value_of(std::string_view line, std::string_view name) {
  if (line.size() <= name.size() || line[name.size()] != ':' ||
      ::strncasecmp(line.data(), name.data(), name.size()) != 0)
    return std::nullopt;
  line.remove_prefix(name.size() + 1);
  while (!line.empty() && (line.front() == ' ' || line.front() == '\t')) line.remove_prefix(1);
  return line;
}

void VendorTransfer::FreeHandle::operator()(void* curl) const { curl_easy_cleanup(static_cast<CURL*>(curl)); }
void VendorTransfer::FreeList::operator()(curl_slist* list) const { curl_slist_free_all(list); }

VendorTransfer::VendorTransfer(const RequestTarget& target, const std::string& path, const std::string& key)
    : target_(target), began_(Clock::now()), last_byte_(began_) {
  if (const Result<> allowed = check_base_url(target_.base_url); !allowed) {
    result_.problem = allowed.error().message;
    return;
  }
  curl_.reset(curl_easy_init());
  if (curl_)
    set_up(target_.base_url + path, key);
  else
    result_.problem = "libcurl could not be set up";
}

VendorTransfer::~VendorTransfer() = default;

void VendorTransfer::add_header(const std::string& line) {
  if (curl_slist* longer = curl_slist_append(headers_.get(), line.c_str())) {
    (void)headers_.release();  // `longer` owns what it held
    headers_.reset(longer);
    curl_easy_setopt(static_cast<CURL*>(curl_.get()), CURLOPT_HTTPHEADER, longer);
  }
}

void VendorTransfer::set_up(const std::string& url, const std::string& key) {
  static_assert(CURL_ERROR_SIZE == std::tuple_size_v<decltype(error_text_)>);
  CURL* curl = curl_.get();
  add_header("Expect:");  // what is asked for is sent without asking first
  add_header("xi-api-key: " + key);
  const RequestLimits& limits = target_.limits;
  curl_easy_setopt(curl, CURLOPT_URL, url.c_str());
  curl_easy_setopt(curl, CURLOPT_PATH_AS_IS, 1L);
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
  curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT_MS, static_cast<long>(limits.connect.count()));
  curl_easy_setopt(curl, CURLOPT_TIMEOUT_MS, static_cast<long>(limits.total.count()));
  curl_easy_setopt(curl, CURLOPT_ERRORBUFFER, error_text_.data());
  curl_easy_setopt(curl, CURLOPT_HEADERFUNCTION, &VendorTransfer::header_callback);
  curl_easy_setopt(curl, CURLOPT_HEADERDATA, this);
  curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, &VendorTransfer::body_callback);
  curl_easy_setopt(curl, CURLOPT_WRITEDATA, this);
  curl_easy_setopt(curl, CURLOPT_XFERINFOFUNCTION, &VendorTransfer::progress_callback);
  curl_easy_setopt(curl, CURLOPT_XFERINFODATA, this);
  curl_easy_setopt(curl, CURLOPT_NOPROGRESS, 0L);
}

bool VendorTransfer::stop_with(std::string problem, bool fault_of_ours) {
  result_.problem = std::move(problem);
  result_.exchange.fault_of_ours = fault_of_ours;
  return false;
}

bool VendorTransfer::take_header(std::string_view line) {
  heard_ = true;
  last_byte_ = Clock::now();
  while (!line.empty() && (line.back() == '\n' || line.back() == '\r')) line.remove_suffix(1);
  if (line.substr(0, 5) == "HTTP/") {
    const std::size_t space = line.find(' ');
    const int status = space == line.npos ? 0 : std::atoi(std::string(line.substr(space + 1, 3)).c_str());
    is_success_ = status >= 200 && status < 300;
    says_its_end_ = false;
    return true;
  }
  if (value_of(line, "content-length") || is_chunked(line)) says_its_end_ = true;
  if (const auto id = value_of(line, "song-id")) result_.vendor_song = printable(*id, kMostSongIdCharacters);
  if (const auto most = value_of(line, "maximum-concurrent-requests"))
    result_.most_at_once = std::atoi(std::string(*most).c_str());
  on_header(line);
  return true;
}

bool VendorTransfer::take_body(std::string_view bytes) {
  last_byte_ = Clock::now();
  has_body_ = true;
  if (is_success_) return on_good_bytes(bytes);
  if (error_body_.size() + bytes.size() > kMostErrorBytes)
    return stop_with("the answer is too long for an error");
  error_body_.append(bytes);
  return true;
}

bool VendorTransfer::is_in_time() {
  const auto now = Clock::now();
  const RequestLimits& limits = target_.limits;
  if (!heard_ && now - began_ > limits.first_byte)
    return stop_with(concat("no answer within ", limits.first_byte.count(), " ms"));
  if (heard_ && now - last_byte_ > limits.idle)
    return stop_with(concat("the answer stopped for ", limits.idle.count(), " ms"));
  return true;
}

void VendorTransfer::end(int code) {
  if (curl_) take_stock(code);
  result_.took = std::chrono::duration_cast<std::chrono::milliseconds>(Clock::now() - began_);
  on_end();
}

void VendorTransfer::take_stock(int code) {
  CURL* curl = curl_.get();
  Exchange& exchange = result_.exchange;
  long status = 0, header_bytes = 0;
  curl_off_t sent = 0, retry_after = 0;
  curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &status);
  curl_easy_getinfo(curl, CURLINFO_REQUEST_SIZE, &header_bytes);
  curl_easy_getinfo(curl, CURLINFO_SIZE_UPLOAD_T, &sent);
  curl_easy_getinfo(curl, CURLINFO_RETRY_AFTER, &retry_after);
  exchange.status = static_cast<int>(status);
  exchange.whole_request_sent = header_bytes > 0 && sent >= static_cast<curl_off_t>(body_bytes_);
  exchange.whole_answer = code == CURLE_OK;
  // libcurl takes the connection's end for the answer's, whoever ended it.
  if (exchange.whole_answer && is_success_ && has_body_ && !says_its_end_)
    exchange.whole_answer = stop_with("the answer does not say where it ends, so it may be cut");
  if (retry_after > 0) result_.retry_after = std::chrono::seconds(retry_after);
  if (code != CURLE_OK && result_.problem.empty())
    result_.problem =
        error_text_[0] != '\0' ? error_text_.data() : curl_easy_strerror(static_cast<CURLcode>(code));
  if (is_success_) {
    if (exchange.whole_answer) on_good_end();
    return;
  }
  result_.vendor_error = vendor_error_of(error_body_);
  exchange.vendor_form = result_.vendor_error.has_value();
  if (result_.problem.empty())
    result_.problem = concat("status ", status, exchange.vendor_form ? " " : "",
                             exchange.vendor_form ? result_.vendor_error->code : "");
}

// Returning another count than n stops the transfer.
std::size_t VendorTransfer::header_callback(char* data, std::size_t, std::size_t n, void* self) {
  return static_cast<VendorTransfer*>(self)->take_header({data, n}) ? n : n + 1;
}

std::size_t VendorTransfer::body_callback(char* data, std::size_t, std::size_t n, void* self) {
  return static_cast<VendorTransfer*>(self)->take_body({data, n}) ? n : n + 1;
}

int VendorTransfer::progress_callback(void* self, std::int64_t, std::int64_t, std::int64_t, std::int64_t) {
  return static_cast<VendorTransfer*>(self)->is_in_time() ? 0 : 1;
}

}  // namespace musicfleet::providers
