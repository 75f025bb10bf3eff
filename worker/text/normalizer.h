// Unicode normalisation of text before it is tokenized. Pure, any thread.
#pragma once

#include "common/result.h"

#include <string>
#include <string_view>

namespace musicfleet {

// Normalization Form C (Unicode Standard Annex 15) of well-formed UTF-8.
Result<std::string> to_nfc(std::string_view utf8);

}  // namespace musicfleet
