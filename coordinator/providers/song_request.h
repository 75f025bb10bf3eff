// One request for a song: the order out, the song into a file as it arrives, checked and hashed. Thread of
// its HttpThread; the constructor on any.
#pragma once

#include "coordinator/providers/song_check.h"
#include "coordinator/providers/vendor_transfer.h"
#include "coordinator/storage/incoming_file.h"

#include <filesystem>
#include <functional>

namespace musicfleet::providers {

class SongRequest final : public VendorTransfer {
 public:
  using Ended = std::function<void(RequestEnd)>;

  // `ended` is called on the HttpThread's thread. The target outlives it.
  SongRequest(const RequestTarget& target, const std::string& key, SongOrder order,
              std::filesystem::path file, Ended ended);

 private:
  void on_header(std::string_view) override {}
  bool on_good_bytes(std::string_view bytes) override;
  void on_good_end() override;
  void on_end() override;

  const SongOrder order_;
  const std::filesystem::path path_;
  const Ended ended_;
  std::string head_;  // the song's first bytes
  std::optional<IncomingFile> file_;
};

}  // namespace musicfleet::providers
