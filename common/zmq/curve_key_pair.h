// CurveZMQ keys: who a worker is and who the coordinator is (https://rfc.zeromq.org/spec/26). A key is
// written in Z85, 40 characters. A secret key lives in a file of its own that nobody but its owner can read,
// and never leaves its machine. Any thread.
#pragma once

#include "common/result.h"

#include <filesystem>
#include <string>
#include <string_view>

namespace musicfleet::zmq {

struct CurveKeyPair {
  std::string public_key;  // Z85
  std::string secret_key;  // Z85
};

// The public key never begins with '-', so that it can be given on a command line.
CurveKeyPair generate_key_pair();

// Whether the text is a key in Z85.
bool is_curve_key(std::string_view text);

// Makes a new file with mode 0600: the secret key on a line of its own, the public one in a comment.
// kConflict where the file exists: a key is never overwritten.
Result<> write_key_file(const std::filesystem::path& path, const CurveKeyPair& keys);

// Reads the secret key and derives the public one. kForbidden for a file that group or others can read or
// write; kCorrupt for anything but one key.
Result<CurveKeyPair> read_key_file(const std::filesystem::path& path);

// The public key itself, or the path of a file that holds nothing else (lines that begin with "# " apart).
Result<std::string> read_public_key(const std::string& key_or_path);

}  // namespace musicfleet::zmq
