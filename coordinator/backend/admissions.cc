#include "coordinator/backend/admissions.h"

#include <numeric>

namespace musicfleet::backend {

Admissions::Pass Admissions::admit(const TenantId& tenant) {
  ++(*under_way_)[tenant];
  return {new TenantId(tenant), [counts = under_way_](const TenantId* admitted) {
            if (--(*counts)[*admitted] == 0) counts->erase(*admitted);
            delete admitted;
          }};
}

std::int64_t Admissions::of(const TenantId& tenant) const {
  const auto found = under_way_->find(tenant);
  return found == under_way_->end() ? 0 : found->second;
}

std::int64_t Admissions::of_all() const {
  return std::accumulate(under_way_->begin(), under_way_->end(), std::int64_t{0},
                         [](std::int64_t sum, const auto& entry) { return sum + entry.second; });
}

}  // namespace musicfleet::backend
