// The keys of clients and operators as the coordinator knows them: whose they are, what they may do, until
// when. Plain data, any thread.
#pragma once

#include "coordinator/job.h"

#include <optional>
#include <set>
#include <string>
#include <string_view>

namespace musicfleet {

// What a key may do. None includes another.
enum class KeyScope {
  kJobsRead,   // a client sees its tenant's jobs and fetches their songs
  kJobsWrite,  // a client orders and cancels
  kAdminRead,  // an operator looks at everything
  kAdminWrite  // an operator changes things
};
// "jobs:read", "jobs:write", "admin:read", "admin:write".
std::string_view name_of(KeyScope scope);
std::optional<KeyScope> key_scope_of(std::string_view name);

using KeyScopes = std::set<KeyScope>;
// All that a key of a client, or of an operator, can have.
KeyScopes client_scopes();
KeyScopes operator_scopes();
// The names with commas between them, as the store keeps them; reading leaves out what it does not know.
std::string text_of(const KeyScopes& scopes);
KeyScopes key_scopes_of(std::string_view text);

// A key without its secret.
struct AccessKey {
  KeyId id;
  TenantId tenant;            // of a client's key; empty for an operator's
  std::string operator_name;  // of an operator's key: the actor of the audit log; empty for a client's
  std::string label;
  KeyScopes scopes;
  WallTime created_at{};
  std::optional<WallTime> expires_at;  // unset: never
  std::optional<WallTime> last_used_at;
  std::optional<WallTime> revoked_at;
  std::optional<KeyId> successor;  // the key that a rotation has made in its place

  bool is_operators() const { return !operator_name.empty(); }
  bool has_expired(WallTime now) const { return expires_at && *expires_at <= now; }
};

}  // namespace musicfleet
