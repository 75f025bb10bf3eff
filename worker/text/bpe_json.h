// Reads the `model` of a tokenizer.json: vocabulary and merges of a byte-level BPE. Any thread.
#pragma once

#include "common/result.h"
#include "worker/text/bpe.h"
#include "worker/text/json_view.h"

namespace musicfleet {

// Errors name the place in the document. Options that would change ids and are not implemented are refused.
Result<Bpe> read_bpe(const JsonView& model);

}  // namespace musicfleet
