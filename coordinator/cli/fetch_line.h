// How far a download is, as text: a line with a bar for a terminal, and a plain one. Pure, any thread.
#pragma once

#include "common/hub/fetch_progress.h"
#include "coordinator/cli/transfer_rate.h"

#include <string>

namespace musicfleet::cli {

// "512 B", "1.5 kB", "10.3 GB": powers of 1000, as disks are sold.
std::string bytes_text(std::uint64_t bytes);

// "[####······]  1.2 GB of 10.3 GB  45.2 MB/s  3:12 left  2/9 files", at most `columns` wide.
std::string fetch_bar(const FetchSnapshot& now, const TransferRate& rate, std::size_t columns);

// "42 % (4.3 GB of 10.3 GB), 45.2 MB/s, 3:12 left, 2/9 files"
std::string fetch_text(const FetchSnapshot& now, const TransferRate& rate);

// 0 to 100; 100 only when everything is there.
int percent_of(const FetchSnapshot& now);

}  // namespace musicfleet::cli
