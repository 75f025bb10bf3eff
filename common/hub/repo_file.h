// A file of a repository as the hub lists it: its name, size and hash. Any thread.
#pragma once

#include <cstdint>
#include <string>

namespace musicfleet {

struct RepoFile {
  std::string path;
  std::uint64_t size = 0;
  std::string git_oid;  // 40 hexadecimal digits: git's name of the content, for a file kept in git itself
  std::string sha256;  // 64 hexadecimal digits, for a large file; then git_oid says nothing about the content

  // The hash that its content must have, by which a part of it is kept.
  const std::string& key() const { return sha256.empty() ? git_oid : sha256; }
};

}  // namespace musicfleet
