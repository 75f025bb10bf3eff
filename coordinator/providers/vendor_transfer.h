// One exchange with the provider on its way (libcurl), whatever it asks for. Sends once and once only: on a
// connection of its own, since libcurl repeats a request by itself where a kept connection turns out to be
// dead; with no redirect, proxy or stored password. TLS is always verified. Keeps the time limits and the
// facts; what is sent and where a good answer goes is the derived class's, and what it means is
// answer_meaning.h's to say. Thread of its HttpThread; the constructor on any.
#pragma once

#include "common/http_thread.h"
#include "common/sha256.h"
#include "coordinator/providers/answer_meaning.h"
#include "coordinator/providers/request_target.h"
#include "coordinator/providers/vendor_error.h"

#include <array>
#include <optional>

struct curl_slist;

namespace musicfleet::providers {

// How a request ended, in facts.
struct RequestEnd {
  Exchange exchange;
  std::string problem;  // what went wrong, in words fit for a log: no prompt, no key; empty: nothing
  std::optional<VendorError> vendor_error;
  std::optional<std::chrono::seconds> retry_after;
  int most_at_once = 0;     // maximum-concurrent-requests; 0: not said
  std::string vendor_song;  // song-id
  std::uint64_t size_bytes = 0;
  Sha256 sha256{};
  std::chrono::milliseconds took{0};
};

class VendorTransfer : public HttpThread::Task {
 public:
  ~VendorTransfer() override;
  void* handle() const final { return curl_.get(); }
  void end(int code) final;

 protected:
  // `path`, with its query, is put behind the target's base URL. Without a handle() afterwards, and with a
  // problem in the result, where that is not allowed. The target outlives it.
  VendorTransfer(const RequestTarget& target, const std::string& path, const std::string& key);

  void add_header(const std::string& line);
  // How many bytes of a body the request has; all have left when the whole request has.
  void announce(std::uint64_t body_bytes) { body_bytes_ = body_bytes; }
  // Of the answer: its header lines, without the end of the line, and the bytes of a 2xx body. Each returns
  // false to stop the transfer.
  virtual void on_header(std::string_view line) = 0;
  virtual bool on_good_bytes(std::string_view bytes) = 0;
  // A 2xx answer that came whole.
  virtual void on_good_end() = 0;
  // Everything is over, and the result is complete.
  virtual void on_end() = 0;

  bool stop_with(std::string problem, bool fault_of_ours = false);
  const RequestTarget& target() const { return target_; }
  RequestEnd& result() { return result_; }
  // The body of an answer that is no 2xx.
  const std::string& error_body() const { return error_body_; }

 private:
  using Clock = std::chrono::steady_clock;
  struct FreeHandle {
    void operator()(void* curl) const;
  };
  struct FreeList {
    void operator()(curl_slist* list) const;
  };

  void set_up(const std::string& url, const std::string& key);
  bool take_header(std::string_view line);
  bool take_body(std::string_view bytes);
  bool is_in_time();
  void take_stock(int code);

  static std::size_t header_callback(char* data, std::size_t size, std::size_t n, void* self);
  static std::size_t body_callback(char* data, std::size_t size, std::size_t n, void* self);
  static int progress_callback(void* self, std::int64_t down_total, std::int64_t down, std::int64_t up_total,
                               std::int64_t up);

  const RequestTarget& target_;
  RequestEnd result_;
  std::uint64_t body_bytes_ = 0;
  bool is_success_ = false;    // the answer's status is one
  bool says_its_end_ = false;  // the answer, by a length or in chunks
  bool has_body_ = false;
  std::string error_body_;
  Clock::time_point began_, last_byte_;
  bool heard_ = false;
  std::array<char, 256> error_text_{};  // CURL_ERROR_SIZE
  std::unique_ptr<curl_slist, FreeList> headers_;
  std::unique_ptr<void, FreeHandle> curl_;
};

// The value of a header line where it is the header of that name.
std::optional<std::string_view> value_of(std::string_view line, std::string_view name);

}  // namespace musicfleet::providers
