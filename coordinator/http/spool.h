// Takes the body of a request to the disk as it comes in. Loop thread; what blocks runs on the file pool.
#pragma once

#include "coordinator/http/message.h"
#include "coordinator/storage/file_pool.h"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>

namespace musicfleet::http {

// Of a file that grows; called on a thread of the pool.
using AppendBytes = std::function<Result<>(std::span<const std::byte>)>;

// Every byte of the body, in order. Errors of the body and of `append`; kTooLarge above `most` bytes, before
// anything is read where the length is declared. Name `append` before you await: gcc 12 destroys a temporary
// of a co_await expression twice.
Awaitable<> spool(RequestBody& body, FilePool& pool, std::uint64_t most, const AppendBytes& append);

}  // namespace musicfleet::http
