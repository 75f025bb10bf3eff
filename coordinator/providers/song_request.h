// One request for a song on its way (libcurl): the order out, the song into a file as it arrives. Sends once
// and once only: on a connection of its own, since libcurl repeats a request by itself where a kept
// connection turns out to be dead; with no redirect, proxy or stored password. TLS is always verified. What
// the answer means is answer_meaning.h's to say. Thread of its HttpThread; the constructor on any.
#pragma once

#include "common/http_thread.h"
#include "coordinator/providers/answer_meaning.h"
#include "coordinator/providers/request_target.h"
#include "coordinator/providers/song_check.h"
#include "coordinator/providers/vendor_error.h"
#include "coordinator/storage/incoming_file.h"

#include <array>
#include <filesystem>
#include <functional>
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

class SongRequest final : public HttpThread::Task {
 public:
  using Ended = std::function<void(RequestEnd)>;

  // `ended` is called on the HttpThread's thread. The target outlives it.
  SongRequest(const RequestTarget& target, const std::string& key, SongOrder order,
              std::filesystem::path file, Ended ended);
  ~SongRequest() override;

  void* handle() const override { return curl_.get(); }
  void end(int code) override;

 private:
  using Clock = std::chrono::steady_clock;
  struct FreeHandle {
    void operator()(void* curl) const;
  };
  struct FreeList {
    void operator()(curl_slist* list) const;
  };

  void set_up(const std::string& key);
  void add_header(const std::string& line);
  // Each returns false to stop the transfer.
  bool on_header(std::string_view line);
  bool on_body(std::string_view bytes);
  bool on_song_bytes(std::string_view bytes);
  bool on_progress();
  bool stop_with(std::string problem, bool fault_of_ours = false);
  void take_stock(int code);
  void check_song();

  static std::size_t header_callback(char* data, std::size_t size, std::size_t n, void* self);
  static std::size_t body_callback(char* data, std::size_t size, std::size_t n, void* self);
  static int progress_callback(void* self, std::int64_t down_total, std::int64_t down, std::int64_t up_total,
                               std::int64_t up);

  const RequestTarget& target_;
  const SongOrder order_;
  const std::filesystem::path path_;
  const Ended ended_;
  RequestEnd result_;
  bool is_success_ = false;  // the answer's status is one
  std::string error_body_;
  std::string head_;  // the song's first bytes
  std::optional<IncomingFile> file_;
  Clock::time_point began_{}, last_byte_{};
  bool heard_ = false;
  std::array<char, 256> error_text_{};  // CURL_ERROR_SIZE
  std::unique_ptr<curl_slist, FreeList> headers_;
  std::unique_ptr<void, FreeHandle> curl_;
};

}  // namespace musicfleet::providers
