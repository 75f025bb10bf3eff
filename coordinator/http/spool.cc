#include "coordinator/http/spool.h"

#include <vector>

namespace musicfleet::http {
namespace {

constexpr std::size_t kPieceBytes = 256 * 1024;

Failure too_large(std::uint64_t most) {
  return fail(ErrorCode::kTooLarge, "the body must have at most ", most, " bytes");
}

}  // namespace

Awaitable<> spool(RequestBody& body, FilePool& pool, std::uint64_t most, const AppendBytes& append) {
  if (body.length().value_or(0) > most) co_return too_large(most);
  std::vector<std::byte> piece(kPieceBytes);
  for (std::uint64_t taken = 0;;) {
    const Result<std::size_t> n = co_await body.read_some(piece);
    if (!n) co_return Failure(n.error());
    if (*n == 0) co_return Result<>();
    taken += *n;
    if (taken > most) co_return too_large(most);
    const auto work = [&] { return append(std::span(piece).first(*n)); };
    const Result<> appended = co_await pool.compute(work);
    if (!appended) co_return Failure(appended.error());
  }
}

}  // namespace musicfleet::http
