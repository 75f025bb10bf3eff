// Random bytes of the operating system (getrandom): for keys, tickets, ids and seeds. Any thread.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>

namespace musicfleet {

// Fills the buffer; ends the process where the operating system has no randomness to give.
void fill_random(void* buffer, std::size_t size);

std::uint64_t random_u64();

// `characters` letters and digits, each with almost 6 bits of randomness (base 62).
std::string random_token(std::size_t characters);

}  // namespace musicfleet
