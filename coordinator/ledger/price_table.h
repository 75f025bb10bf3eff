// What a provider takes for a song: rows with a date, from the configuration, since prices change and sources
// disagree. Pure, any thread.
#pragma once

#include "coordinator/job.h"
#include "coordinator/money.h"

#include <chrono>
#include <string>
#include <string_view>
#include <vector>

namespace musicfleet::ledger {

enum class Billing {
  kExact,         // to the millisecond
  kWholeMinutes,  // every begun minute
};

struct PriceRow {
  std::chrono::sys_days from;  // 00:00 UTC
  std::string model;           // the provider's; "*": any that has no row of its own
  MicroDollars per_minute;
  Billing billing = Billing::kExact;
  std::string source;  // where the price was read

  bool operator==(const PriceRow&) const = default;
};

// "2026-10-03 * 0.15 exact a digest of the vendor's documents": date, model, dollars a minute, "exact" or
// "whole_minutes", source. kInvalidArgument says what is wrong with it.
Result<PriceRow> price_row_of(std::string_view text);

struct Price {
  MicroDollars amount;
  std::string note;  // the row that it comes from
};

class PriceTable {
 public:
  PriceTable() = default;
  // kInvalidArgument for a row that is none, or two of one model and date.
  static Result<PriceTable> of(const std::vector<std::string>& rows);

  // What a song of that length costs when it is bought at `at`, rounded up to the micro-dollar: by the latest
  // row of the model that is in force, else by the latest row "*". kNotFound where no row is in force.
  Result<Price> price(std::string_view model, std::chrono::milliseconds song, WallTime at) const;

  bool empty() const { return rows_.empty(); }

 private:
  std::vector<PriceRow> rows_;  // oldest first
};

}  // namespace musicfleet::ledger
