#include "coordinator/access_key.h"

#include <algorithm>
#include <array>

namespace musicfleet {
namespace {

constexpr std::array kScopes{KeyScope::kJobsRead, KeyScope::kJobsWrite, KeyScope::kAdminRead,
                             KeyScope::kAdminWrite};

}  // namespace

std::string_view name_of(KeyScope scope) {
  switch (scope) {
    case KeyScope::kJobsRead:
      return "jobs:read";
    case KeyScope::kJobsWrite:
      return "jobs:write";
    case KeyScope::kAdminRead:
      return "admin:read";
    case KeyScope::kAdminWrite:
      return "admin:write";
  }
  return {};
}

std::optional<KeyScope> key_scope_of(std::string_view name) {
  for (const KeyScope scope : kScopes)
    if (name_of(scope) == name) return scope;
  return std::nullopt;
}

KeyScopes client_scopes() { return {KeyScope::kJobsRead, KeyScope::kJobsWrite}; }

KeyScopes operator_scopes() { return {KeyScope::kAdminRead, KeyScope::kAdminWrite}; }

std::string text_of(const KeyScopes& scopes) {
  std::string text;
  for (const KeyScope scope : scopes) {
    if (!text.empty()) text += ',';
    text += name_of(scope);
  }
  return text;
}

KeyScopes key_scopes_of(std::string_view text) {
  KeyScopes scopes;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find(','), text.size());
    if (const auto scope = key_scope_of(text.substr(0, end))) scopes.insert(*scope);
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return scopes;
}

}  // namespace musicfleet
