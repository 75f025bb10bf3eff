// One request of HttpClient on its way: what libcurl's callbacks read and write. They must not throw through
// C code, so that what a caller's function throws is kept for the client to throw again. One thread.
#pragma once

#include "common/http_reply.h"
#include "common/result.h"

#include <array>
#include <cstdint>
#include <cstdio>
#include <exception>
#include <filesystem>
#include <functional>
#include <memory>
#include <stop_token>

struct curl_slist;

namespace musicfleet {

class HttpTransfer {
 public:
  using Progress = std::function<bool(std::uint64_t done, std::uint64_t total)>;
  using OnLine = std::function<bool(std::string_view line)>;
  using OnBytes = std::function<Result<>(const HttpReply& head, std::string_view bytes)>;

  explicit HttpTransfer(std::stop_token stop) : stop_(std::move(stop)) {}
  HttpTransfer(const HttpTransfer&) = delete;
  HttpTransfer& operator=(const HttpTransfer&) = delete;

  // Where the body of a 2xx answer goes instead of reply().body; what is named must outlive the transfer.
  void save_to(const std::filesystem::path& path) { path_ = &path; }
  void hand_lines_to(const OnLine& on_line) { on_line_ = &on_line; }
  void hand_bytes_to(const OnBytes& on_bytes) { on_bytes_ = &on_bytes; }
  // Of the bytes of a file that is sent, or else of a 2xx answer.
  void report_to(const Progress& progress) { progress_ = &progress; }
  // The file that is sent.
  Result<> read_from(const std::filesystem::path& path);

  // Sets every callback of a CURL*, and its error text.
  void attach(void* curl, const std::vector<HttpHeader>& headers, std::size_t max_body_bytes);
  // The answer, after curl_easy_perform() ended with `code`; throws what a callback threw.
  Result<HttpReply> finish(int code);

 private:
  struct CloseFile {
    void operator()(std::FILE* file) const { std::fclose(file); }
  };
  struct FreeList {
    void operator()(curl_slist* list) const;
  };

  // Each returns false to stop the transfer.
  bool on_header(std::string_view line);
  bool on_body(std::string_view bytes);
  bool on_file_bytes(std::string_view bytes);
  bool on_line_bytes(std::string_view bytes);
  bool on_progress(std::int64_t total, std::int64_t done);
  bool sends_a_file() const { return file_ && !path_; }
  bool stop_with(ErrorCode code, std::string_view message);
  template <class Step>
  bool guarded(Step step);

  static std::size_t header_callback(char* data, std::size_t size, std::size_t n, void* self);
  static std::size_t body_callback(char* data, std::size_t size, std::size_t n, void* self);
  static int progress_callback(void* self, std::int64_t down_total, std::int64_t down, std::int64_t up_total,
                               std::int64_t up);
  static std::size_t read_callback(char* data, std::size_t size, std::size_t n, void* self);
  static int seek_callback(void* self, std::int64_t offset, int origin);

  std::stop_token stop_;
  std::size_t max_body_bytes_ = 0;
  std::unique_ptr<curl_slist, FreeList> headers_;
  std::array<char, 256> error_text_{};  // CURL_ERROR_SIZE

  const OnLine* on_line_ = nullptr;
  const OnBytes* on_bytes_ = nullptr;
  const Progress* progress_ = nullptr;
  const std::filesystem::path* path_ = nullptr;
  std::unique_ptr<std::FILE, CloseFile> file_;  // read from, or written to

  HttpReply reply_;
  std::string line_;           // begun, without its end so far
  Result<> refusal_;           // why a callback stopped the transfer
  bool heard_enough_ = false;  // a line listener stopped it
  std::exception_ptr thrown_;
};

}  // namespace musicfleet
