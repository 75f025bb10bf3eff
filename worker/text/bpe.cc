#include "worker/text/bpe.h"

#include "worker/text/byte_alphabet.h"

#include <algorithm>
#include <queue>
#include <tuple>

namespace musicfleet {
namespace {

constexpr std::int32_t kNone = -1;

// One token of the piece so far, in a doubly linked list; `id` is kNone once it was joined to its left
// neighbour.
struct Symbol {
  std::int32_t id;
  std::int32_t previous;
  std::int32_t next;
};

// A possible join of the symbol at `position` with its right neighbour. It is stale when they no longer make
// `id`.
struct Candidate {
  std::uint32_t rank;
  std::int32_t position;
  std::int32_t id;

  // std::priority_queue keeps the largest on top: the lowest rank, and of equal ranks the leftmost, is the
  // largest.
  bool operator<(const Candidate& other) const {
    return std::tie(rank, position) > std::tie(other.rank, other.position);
  }
};

std::uint64_t key_of(std::int32_t left, std::int32_t right) {
  return (std::uint64_t{static_cast<std::uint32_t>(left)} << 32) | static_cast<std::uint32_t>(right);
}

}  // namespace

Result<Bpe> Bpe::build(Vocabulary vocabulary, const Merges& merges, bool ignore_merges) {
  Bpe bpe;
  bpe.vocabulary_ = std::move(vocabulary);
  for (const auto& [token, id] : bpe.vocabulary_) bpe.ids_.push_back(id);
  std::sort(bpe.ids_.begin(), bpe.ids_.end());
  bpe.alphabet_ = make_byte_alphabet();
  bpe.ignore_merges_ = ignore_merges;
  for (std::size_t byte = 0; byte < bpe.alphabet_.size(); ++byte) {
    const std::optional<std::int32_t> id = bpe.id_of(bpe.alphabet_[byte]);
    if (!id)
      return fail(ErrorCode::kCorrupt, "vocab has no token \"", bpe.alphabet_[byte], "\" for byte ", byte);
    bpe.byte_ids_[byte] = *id;
  }
  bpe.merges_.reserve(merges.size());
  for (std::size_t rank = 0; rank < merges.size(); ++rank) {
    const auto& [left, right] = merges[rank];
    const auto known = [&](const std::string& token) -> Result<std::int32_t> {
      if (const auto id = bpe.id_of(token)) return *id;
      return fail(ErrorCode::kCorrupt, "merges[", rank, "] names \"", token, "\", which is not in vocab");
    };
    const std::int32_t left_id = MF_TRY(known(left));
    const std::int32_t right_id = MF_TRY(known(right));
    const std::int32_t joined_id = MF_TRY(known(left + right));
    bpe.merges_.insert_or_assign(key_of(left_id, right_id),
                                 Merge{static_cast<std::uint32_t>(rank), joined_id});
  }
  return bpe;
}

void Bpe::encode(std::string_view piece, std::vector<std::int64_t>& ids) const {
  if (ignore_merges_) {
    if (const auto whole = id_of(spell(alphabet_, piece))) {
      ids.push_back(*whole);
      return;
    }
  }
  const auto count = static_cast<std::int32_t>(piece.size());
  std::vector<Symbol> symbols;
  symbols.reserve(piece.size());
  for (std::int32_t i = 0; i < count; ++i)
    symbols.push_back({byte_ids_[static_cast<unsigned char>(piece[static_cast<std::size_t>(i)])], i - 1,
                       i + 1 < count ? i + 1 : kNone});

  std::priority_queue<Candidate> candidates;
  const auto at = [&](std::int32_t position) -> Symbol& {
    return symbols[static_cast<std::size_t>(position)];
  };
  const auto consider = [&](std::int32_t position) {
    if (position == kNone || at(position).next == kNone) return;
    if (const Merge* merge = merge_of(at(position).id, at(at(position).next).id))
      candidates.push({merge->rank, position, merge->id});
  };
  for (std::int32_t i = 0; i < count; ++i) consider(i);

  while (!candidates.empty()) {
    const Candidate best = candidates.top();
    candidates.pop();
    Symbol& left = at(best.position);
    if (left.id == kNone || left.next == kNone) continue;
    Symbol& right = at(left.next);
    const Merge* merge = merge_of(left.id, right.id);
    if (!merge || merge->id != best.id) continue;
    left.id = merge->id;
    right.id = kNone;
    left.next = right.next;
    if (left.next != kNone) at(left.next).previous = best.position;
    consider(left.previous);
    consider(best.position);
  }
  for (std::int32_t i = 0; i != kNone && i < count; i = at(i).next) ids.push_back(at(i).id);
}

std::optional<std::int32_t> Bpe::id_of(std::string_view spelled_token) const {
  const auto found = vocabulary_.find(spelled_token);
  if (found == vocabulary_.end()) return std::nullopt;
  return found->second;
}

bool Bpe::has_id(std::int64_t id) const { return std::binary_search(ids_.begin(), ids_.end(), id); }

const Bpe::Merge* Bpe::merge_of(std::int32_t left, std::int32_t right) const {
  const auto found = merges_.find(key_of(left, right));
  return found == merges_.end() ? nullptr : &found->second;
}

}  // namespace musicfleet
