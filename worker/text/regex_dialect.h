// tokenizer.json writes its patterns for Oniguruma; this project matches them with PCRE2. The two agree on
// what published tokenizers use, except for what white space is. Pure, any thread.
#pragma once

#include "common/result.h"

#include <string>
#include <string_view>

namespace musicfleet {

// The PCRE2 (UTF, UCP) spelling of an Oniguruma pattern: \s and \S become the exact set of Unicode's
// White_Space property (PCRE2's own \s also holds U+180E). What PCRE2 would read differently is an error:
// class intersections
// (&&), classes inside classes, \S inside a class, \h and \H (hexadecimal digits in Oniguruma).
Result<std::string> pcre2_pattern_of(std::string_view oniguruma);

}  // namespace musicfleet
