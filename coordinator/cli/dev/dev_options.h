// What `musicfleet dev` was asked for. Plain data.
#pragma once

#include <filesystem>
#include <string>

namespace musicfleet::cli {

struct DevOptions {
  std::filesystem::path data;
  std::string http = "127.0.0.1:8080";  // port 0: any free one
  std::filesystem::path model;          // empty: the embedded one
  std::string device = "cpu";           // or "cuda:N"
  std::string precision = "fp32";
  int threads = 0;  // of each worker; 0: the cores shared out among the workers
  int workers = 1;
};

}  // namespace musicfleet::cli
