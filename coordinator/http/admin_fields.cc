#include "coordinator/http/admin_fields.h"

#include <array>

namespace musicfleet::http {
namespace {

constexpr std::string_view kAlphanumerics = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";

constexpr FieldRule kName{
    .name = "name", .description = "the worker's name", .required = true, .most_characters = 64};
constexpr FieldRule kPublicKey{.name = "public_key",
                               .description = "what `musicfleet-worker keygen` printed",
                               .required = true,
                               .most_characters = 64};
constexpr double kTenYears = 10 * 366 * 86'400.0;
constexpr FieldRule kValidAfter{.name = "valid_after_seconds",
                                .kind = FieldKind::kInteger,
                                .description = "until the key counts",
                                .least = 0,
                                .most = kTenYears,
                                .default_json = "0"};
constexpr FieldRule kLifetime{
    .name = "expires_after_seconds",
    .kind = FieldKind::kInteger,
    .description = "how long the key counts from then on; without it until it is revoked",
    .nullable = true,
    .least = 1,
    .most = kTenYears};
constexpr FieldRule kOverlap{.name = "overlap_seconds",
                             .kind = FieldKind::kInteger,
                             .description =
                                 "how long the worker's other keys count beside the new one; without it "
                                 "they are left as they are",
                             .nullable = true,
                             .least = 0,
                             .most = kTenYears};
constexpr std::array kNewWorkerFields{kName, kPublicKey, kValidAfter, kLifetime};
constexpr std::array kNewWorkerKeyFields{kPublicKey, kValidAfter, kLifetime, kOverlap};

}  // namespace

std::span<const FieldRule> new_worker_fields() { return kNewWorkerFields; }
std::span<const FieldRule> new_worker_key_fields() { return kNewWorkerKeyFields; }
JsonSchema new_worker_key_schema() { return {"NewWorkerKey", kNewWorkerKeyFields}; }
JsonSchema new_worker_schema() { return {"NewWorker", kNewWorkerFields}; }

Result<> check_operator_name(const std::string& field, const std::string& name) {
  if (name.empty() || name.size() > 64 || name.find_first_not_of(concat(kAlphanumerics, "._-")) != name.npos)
    return fail_field(field, "must have 1 to 64 letters, digits, dots, underscores and hyphens");
  return {};
}

Result<> check_public_key(const std::string& field, const std::string& key) {
  if (key.size() != 40 ||
      key.find_first_not_of(concat(kAlphanumerics, ".-:+=^!/*?&<>()[]{}@%$#")) != key.npos)
    return fail_field(field, "must be the 40 characters of a Z85 public key");
  return {};
}

}  // namespace musicfleet::http
