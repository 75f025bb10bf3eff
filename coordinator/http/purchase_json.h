// Purchases as operators read them, and what they say about one. Any thread.
#pragma once

#include "coordinator/http/field_rule.h"
#include "coordinator/http/money_desk.h"

#include <nlohmann/json_fwd.hpp>

namespace musicfleet::http {

nlohmann::ordered_json purchase_json(const Purchase& purchase);
JsonSchema purchase_schema();

// {purchases, next_before}
nlohmann::ordered_json purchases_json(const Purchases& page);
JsonSchema purchases_schema();

// {paid, epoch, note}: of the purchase of a job.
JsonSchema settlement_schema();
// Of a checked document.
Settlement settlement_of(JobId job, const nlohmann::json& document);

}  // namespace musicfleet::http
