// GPT-2's spelling of bytes: byte-level vocabularies write every byte as one printable character, so that a
// token is always a readable string. Pure, any thread.
#pragma once

#include <array>
#include <string>
#include <string_view>

namespace musicfleet {

// The UTF-8 character that stands for each byte: printable Latin-1 bytes stand for themselves, the other 68
// for U+0100, U+0101, … in the order of the bytes (openai/gpt-2, encoder.py, bytes_to_unicode).
std::array<std::string, 256> make_byte_alphabet();

// `bytes` written in that alphabet.
std::string spell(const std::array<std::string, 256>& alphabet, std::string_view bytes);

}  // namespace musicfleet
