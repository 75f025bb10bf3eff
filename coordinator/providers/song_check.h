// Whether what came as a song can be one: by its first bytes and its size. A cut file of a constant bit rate
// is seen even where the connection's end looked like the song's. Pure, any thread.
#pragma once

#include "coordinator/providers/song_order.h"

#include <cstdint>
#include <string_view>

namespace musicfleet::providers {

// So many first bytes of a file are enough for song_check().
inline constexpr std::size_t kHeadBytes = 16;

// Empty where it can be the song that was ordered; else what is wrong with it.
std::string song_check(const SongOrder& order, std::string_view head, std::uint64_t size);

}  // namespace musicfleet::providers
