#include "worker/text/byte_alphabet.h"

namespace musicfleet {
namespace {

bool stands_for_itself(unsigned byte) {
  return (byte >= 0x21 && byte <= 0x7E) || (byte >= 0xA1 && byte <= 0xAC) || byte >= 0xAE;
}

// UTF-8 of a code point below U+0800, which is all that the alphabet needs.
std::string utf8_of(unsigned code_point) {
  if (code_point < 0x80) return {static_cast<char>(code_point)};
  return {static_cast<char>(0xC0 | (code_point >> 6)), static_cast<char>(0x80 | (code_point & 0x3F))};
}

}  // namespace

std::array<std::string, 256> make_byte_alphabet() {
  std::array<std::string, 256> alphabet;
  unsigned substitute = 0x100;
  for (unsigned byte = 0; byte < alphabet.size(); ++byte)
    alphabet[byte] = utf8_of(stands_for_itself(byte) ? byte : substitute++);
  return alphabet;
}

std::string spell(const std::array<std::string, 256>& alphabet, std::string_view bytes) {
  std::string spelled;
  spelled.reserve(2 * bytes.size());
  for (const char byte : bytes) spelled += alphabet[static_cast<unsigned char>(byte)];
  return spelled;
}

}  // namespace musicfleet
