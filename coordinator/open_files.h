// How many files and connections the process may have open. Main thread, at the start.
#pragma once

#include <cstdint>

namespace musicfleet {

// What a busy coordinator wants beside its clients: workers, uploads, files, the other listeners. With fewer
// it serves, but fewer clients.
inline constexpr std::uint64_t kOpenFilesBesideClients = 3'072;

// Raises the process's own limit as far as the system allows, for what shells and services begin with (1,024)
// is less than the connections of one listener. The limit that holds now.
std::uint64_t raise_open_files();

}  // namespace musicfleet
