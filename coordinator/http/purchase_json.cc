#include "coordinator/http/purchase_json.h"

#include "coordinator/http/rfc3339.h"

#include <nlohmann/json.hpp>

namespace musicfleet::http {
namespace {

using nlohmann::ordered_json;
using Kind = FieldKind;

constexpr std::string_view kStates[] = {"intended", "bought", "not_bought", "unknown", "lost"};
constexpr std::string_view kPurposes[] = {"delivery", "shadow"};
constexpr double kLargestEpoch = 4'294'967'295;

constexpr FieldRule text(std::string_view name, std::string_view description = {}) {
  return {.name = name, .description = description, .required = true};
}
constexpr FieldRule count(std::string_view name, std::string_view description = {}) {
  return {.name = name, .kind = Kind::kInteger, .description = description, .required = true, .least = 0};
}

constexpr FieldRule kPurchaseFields[] = {
    count("number"),
    text("job"),
    count("epoch", "of the job's lease"),
    text("tenant"),
    text("provider"),
    text("model", "the provider's"),
    {.name = "purpose",
     .description = "for the caller, or only to be compared",
     .required = true,
     .choices = kPurposes},
    {.name = "state",
     .description = "unknown: nobody can tell whether it was paid for; lost: paid for, without a song",
     .required = true,
     .choices = kStates},
    count("song_ms", "that was asked for"),
    count("price_micros", "in millionths of a US dollar"),
    text("price_note", "the row of the price list that the price comes from"),
    {.name = "intended_at", .required = true, .format = "date-time"},
    {.name = "ended_at", .required = true, .nullable = true, .format = "date-time"},
    text("vendor_song", "the provider's id of the song; empty: it gave none"),
    text("reason", "why it is not bought or unknown")};
constexpr FieldRule kPageFields[] = {{.name = "purchases",
                                      .kind = Kind::kObjectList,
                                      .required = true,
                                      .members = kPurchaseFields,
                                      .schema = "Purchase"},
                                     {.name = "next_before",
                                      .kind = Kind::kInteger,
                                      .description = "null on the last page",
                                      .required = true,
                                      .nullable = true}};
constexpr FieldRule kSettlementFields[] = {
    {.name = "paid",
     .kind = Kind::kBoolean,
     .description = "whether the provider has charged for it",
     .required = true},
    {.name = "epoch",
     .kind = Kind::kInteger,
     .description = "which one, where the job has several with an unknown outcome",
     .nullable = true,
     .least = 1,
     .most = kLargestEpoch},
    {.name = "note", .description = "where that was found out", .most_characters = 500}};

}  // namespace

ordered_json purchase_json(const Purchase& purchase) {
  const PurchaseIntent& intent = purchase.intent;
  return {{"number", purchase.number},
          {"job", intent.lease.job.value},
          {"epoch", intent.lease.epoch},
          {"tenant", intent.tenant.value},
          {"provider", intent.provider},
          {"model", intent.model},
          {"purpose", name_of(intent.purpose)},
          {"state", name_of(purchase.state)},
          {"song_ms", intent.song.count()},
          {"price_micros", intent.price.value},
          {"price_note", intent.price_note},
          {"intended_at", rfc3339(intent.at)},
          {"ended_at", time_or_null(purchase.ended_at)},
          {"vendor_song", purchase.vendor_song},
          {"reason", purchase.reason}};
}

JsonSchema purchase_schema() { return {"Purchase", kPurchaseFields}; }

ordered_json purchases_json(const Purchases& page) {
  ordered_json list = ordered_json::array();
  for (const Purchase& purchase : page.list) list.push_back(purchase_json(purchase));
  return {{"purchases", std::move(list)},
          {"next_before", page.next_before ? ordered_json(*page.next_before) : ordered_json(nullptr)}};
}

JsonSchema purchases_schema() { return {"Purchases", kPageFields}; }
JsonSchema settlement_schema() { return {"Settlement", kSettlementFields}; }

Settlement settlement_of(JobId job, const nlohmann::json& document) {
  Settlement settlement;
  settlement.job = std::move(job);
  settlement.paid = document.at("paid").get<bool>();
  settlement.note = document.value("note", std::string());
  if (const auto epoch = document.find("epoch"); epoch != document.end() && !epoch->is_null())
    settlement.epoch = epoch->get<Epoch>();
  return settlement;
}

}  // namespace musicfleet::http
