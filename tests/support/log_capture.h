// A stream for LogOutput that keeps what is written, and that may be read while other threads still write.
// Any thread.
#pragma once

#include <mutex>
#include <ostream>
#include <streambuf>
#include <string>

namespace musicfleet::testing {

class LogCapture final : public std::ostream {
 public:
  LogCapture() : std::ostream(nullptr) { rdbuf(&buffer_); }

  // Everything so far.
  std::string str() const {
    const std::scoped_lock lock(buffer_.mutex);
    return buffer_.text;
  }

 private:
  struct Buffer final : std::streambuf {
    std::streamsize xsputn(const char* added, std::streamsize size) override {
      const std::scoped_lock lock(mutex);
      text.append(added, static_cast<std::size_t>(size));
      return size;
    }
    int_type overflow(int_type c) override {
      const std::scoped_lock lock(mutex);
      if (c != traits_type::eof()) text.push_back(traits_type::to_char_type(c));
      return traits_type::not_eof(c);
    }

    mutable std::mutex mutex;
    std::string text;
  };

  Buffer buffer_;
};

}  // namespace musicfleet::testing
