#include "coordinator/webhooks/transfer.h"

#include <curl/curl.h>
#include <sys/socket.h>

#include <algorithm>

namespace musicfleet::webhooks {
namespace {

// Of an answer, its header included: nobody reads it.
constexpr std::size_t kMostAnswerBytes = 64 * 1024;

}  // namespace

void Transfer::FreeHandle::operator()(void* curl) const { curl_easy_cleanup(static_cast<CURL*>(curl)); }
void Transfer::FreeList::operator()(curl_slist* list) const { curl_slist_free_all(list); }

Transfer::Transfer(OutgoingMessage message, const TargetRules& rules, const TransferOptions& options)
    : message_(std::move(message)), rules_(rules) {
  // The rules may have become stricter since the endpoint was registered.
  if (const Result<> allowed = rules_.check_url(message_.url); !allowed) {
    refusal_ = allowed.error().message;
    return;
  }
  if (auto origin = origin_parts_of(message_.url)) origin_ = *std::move(origin);
  curl_.reset(curl_easy_init());
  if (curl_)
    set_up(options);
  else
    refusal_ = "libcurl could not be set up";
}

Transfer::~Transfer() = default;

void Transfer::set_up(const TransferOptions& options) {
  static_assert(CURL_ERROR_SIZE == std::tuple_size_v<decltype(error_text_)>);
  CURL* curl = curl_.get();
  std::vector<std::string> lines{"Expect:"};  // the body is sent without asking first
  for (const HttpHeader& header : message_.headers) lines.push_back(header.name + ": " + header.value);
  for (const std::string& line : lines)
    if (curl_slist* longer = curl_slist_append(headers_.get(), line.c_str())) {
      (void)headers_.release();  // `longer` owns what it held
      headers_.reset(longer);
    }
  curl_easy_setopt(curl, CURLOPT_PRIVATE, this);
  curl_easy_setopt(curl, CURLOPT_URL, message_.url.c_str());
  curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, rules_.allows_http(origin_) ? "http,https" : "https");
  curl_easy_setopt(curl, CURLOPT_FOLLOWLOCATION, 0L);
  curl_easy_setopt(curl, CURLOPT_PROXY, "");  // not the environment's either
  curl_easy_setopt(curl, CURLOPT_NETRC, static_cast<long>(CURL_NETRC_IGNORED));
  curl_easy_setopt(curl, CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(message_.body.size()));
  curl_easy_setopt(curl, CURLOPT_POSTFIELDS, message_.body.c_str());
  curl_easy_setopt(curl, CURLOPT_HTTPHEADER, headers_.get());
  curl_easy_setopt(curl, CURLOPT_USERAGENT, options.user_agent.c_str());
  curl_easy_setopt(curl, CURLOPT_HTTP_VERSION, static_cast<long>(CURL_HTTP_VERSION_1_1));
  curl_easy_setopt(curl, CURLOPT_TIMEOUT_MS, static_cast<long>(options.timeout.count()));
  curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
  // A name whose look-up hangs holds up nobody: its thread is left to itself.
  curl_easy_setopt(curl, CURLOPT_QUICK_EXIT, 1L);
  if (!options.ca_file.empty()) curl_easy_setopt(curl, CURLOPT_CAINFO, options.ca_file.c_str());
  curl_easy_setopt(curl, CURLOPT_ERRORBUFFER, error_text_.data());
  curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, &Transfer::bytes_callback);
  curl_easy_setopt(curl, CURLOPT_WRITEDATA, this);
  curl_easy_setopt(curl, CURLOPT_HEADERFUNCTION, &Transfer::bytes_callback);
  curl_easy_setopt(curl, CURLOPT_HEADERDATA, this);
  curl_easy_setopt(curl, CURLOPT_OPENSOCKETFUNCTION, &Transfer::open_socket_callback);
  curl_easy_setopt(curl, CURLOPT_OPENSOCKETDATA, this);
}

Answer Transfer::answer(int code) const {
  Answer answer;
  if (!curl_) {
    answer.problem = refusal_;
    return answer;
  }
  long status = 0;
  curl_easy_getinfo(static_cast<CURL*>(curl_.get()), CURLINFO_RESPONSE_CODE, &status);
  const bool heard_enough = code == CURLE_WRITE_ERROR && answer_bytes_ > kMostAnswerBytes;
  if (code == CURLE_OK || heard_enough) {
    answer.status = static_cast<int>(status);
    curl_off_t retry_after = 0;  // libcurl reads both of its forms
    curl_easy_getinfo(static_cast<CURL*>(curl_.get()), CURLINFO_RETRY_AFTER, &retry_after);
    if (retry_after > 0) answer.retry_after = std::chrono::seconds(retry_after);
    return answer;
  }
  if (!refusal_.empty())
    answer.problem = refusal_;
  else if (error_text_[0] != '\0')
    answer.problem = error_text_.data();
  else
    answer.problem = curl_easy_strerror(static_cast<CURLcode>(code));
  return answer;
}

bool Transfer::on_bytes(std::size_t bytes) {
  answer_bytes_ += bytes;
  return answer_bytes_ <= kMostAnswerBytes;
}

int Transfer::on_open_socket(const curl_sockaddr& address) {
  if (const Result<> allowed = rules_.check_address(origin_, address.addr); !allowed) {
    refusal_ = allowed.error().message;
    return CURL_SOCKET_BAD;
  }
  return ::socket(address.family, address.socktype | SOCK_CLOEXEC, address.protocol);
}

std::size_t Transfer::bytes_callback(char*, std::size_t, std::size_t n, void* self) {
  return static_cast<Transfer*>(self)->on_bytes(n) ? n : n + 1;  // another count than n stops the transfer
}

int Transfer::open_socket_callback(void* self, int, curl_sockaddr* address) {
  return static_cast<Transfer*>(self)->on_open_socket(*address);
}

}  // namespace musicfleet::webhooks
