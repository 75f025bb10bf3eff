#include "coordinator/policy/hook_request.h"

#include <curl/curl.h>

namespace musicfleet::policy {

void HookRequest::FreeHandle::operator()(void* curl) const { curl_easy_cleanup(static_cast<CURL*>(curl)); }
void HookRequest::FreeList::operator()(curl_slist* list) const { curl_slist_free_all(list); }

HookRequest::HookRequest(const std::string& url, std::string question, std::chrono::milliseconds timeout,
                         Answered answered)
    : question_(std::move(question)),
      answered_(std::move(answered)),
      headers_(curl_slist_append(nullptr, "Content-Type: application/json")),
      curl_(curl_easy_init()) {
  CURL* curl = curl_.get();
  if (!curl) return;
  curl_easy_setopt(curl, CURLOPT_URL, url.c_str());
  curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "http");
  curl_easy_setopt(curl, CURLOPT_FOLLOWLOCATION, 0L);
  curl_easy_setopt(curl, CURLOPT_PROXY, "");  // not the environment's either
  curl_easy_setopt(curl, CURLOPT_NETRC, static_cast<long>(CURL_NETRC_IGNORED));
  curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(curl, CURLOPT_USERAGENT, "musicfleet");
  curl_easy_setopt(curl, CURLOPT_HTTP_VERSION, static_cast<long>(CURL_HTTP_VERSION_1_1));
  curl_easy_setopt(curl, CURLOPT_TIMEOUT_MS, static_cast<long>(timeout.count()));
  curl_easy_setopt(curl, CURLOPT_HTTPHEADER, headers_.get());
  curl_easy_setopt(curl, CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(question_.size()));
  curl_easy_setopt(curl, CURLOPT_POSTFIELDS, question_.c_str());
  curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, &HookRequest::body_callback);
  curl_easy_setopt(curl, CURLOPT_WRITEDATA, this);
}

// Returning another count than n stops the transfer.
std::size_t HookRequest::body_callback(char* data, std::size_t, std::size_t n, void* self) {
  std::string& answer = static_cast<HookRequest*>(self)->answer_;
  if (answer.size() + n > kMostAnswerBytes) return n + 1;
  answer.append(data, n);
  return n;
}

void HookRequest::end(int code) { answered_(outcome(code)); }

Result<std::string> HookRequest::outcome(int code) {
  if (code != CURLE_OK) return fail(ErrorCode::kUnavailable, curl_easy_strerror(static_cast<CURLcode>(code)));
  long status = 0;
  curl_easy_getinfo(static_cast<CURL*>(curl_.get()), CURLINFO_RESPONSE_CODE, &status);
  if (status != 200) return fail(ErrorCode::kUnavailable, "status ", status);
  return std::move(answer_);
}

}  // namespace musicfleet::policy
