// What the routes of keys ask of the coordinator. Implemented by coordinator/backend. Every call is made on
// the loop thread and its awaitable completes there; what changes something acts at once and is in the audit
// log under the operator's name.
#pragma once

#include "coordinator/access_key.h"
#include "coordinator/http/backend.h"

namespace musicfleet::http {

// A key of a client, which has a tenant, or of an operator, which has a name.
struct KeyOrder {
  TenantId tenant = {};
  std::string operator_name = {};
  std::string label = {};
  KeyScopes scopes = {};
  std::optional<std::chrono::seconds> lifetime = {};  // unset: until it is revoked
};

struct KeyRotation {
  std::chrono::seconds overlap{0};                    // how long the key so far still counts
  std::optional<std::chrono::seconds> lifetime = {};  // unset: as long as that of the key so far was
};

// Only ever shown once: `secret` is the whole key, the store keeps its hash.
struct NewKey {
  AccessKey key;
  std::string secret;
};

struct KeyInfo {
  AccessKey key;
  bool expired = false;
};

class KeyDesk {
 public:
  virtual ~KeyDesk() = default;

  // kNotFound for a tenant that does not exist.
  virtual Awaitable<NewKey> add_key(Operator by, KeyOrder order) = 0;
  // A new key for the same holder with the same label and scopes; the one so far ends after the overlap, or
  // at its own end where that is sooner. kConflict for a key that is revoked, expired or already replaced.
  virtual Awaitable<NewKey> rotate_key(Operator by, KeyId id, KeyRotation rotation) = 0;
  // Oldest first.
  virtual Awaitable<std::vector<KeyInfo>> keys() = 0;
  virtual Awaitable<KeyInfo> key(KeyId id) = 0;
  virtual Awaitable<> revoke_key(Operator by, KeyId id) = 0;
};

}  // namespace musicfleet::http
