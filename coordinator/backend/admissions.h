// Submissions that have been admitted and are being written down. They count against what may wait, so that
// many that come at once do not pass a limit together. Loop thread.
#pragma once

#include "common/ids.h"

#include <cstdint>
#include <map>
#include <memory>

namespace musicfleet::backend {

class Admissions {
 public:
  // Counts for as long as it lives, which may be longer than the Admissions.
  using Pass = std::shared_ptr<const TenantId>;

  Pass admit(const TenantId& tenant);
  std::int64_t of(const TenantId& tenant) const;
  std::int64_t of_all() const;

 private:
  std::shared_ptr<std::map<TenantId, std::int64_t>> under_way_ =
      std::make_shared<std::map<TenantId, std::int64_t>>();
};

}  // namespace musicfleet::backend
