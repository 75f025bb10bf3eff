#include "coordinator/ledger/price_table.h"

#include "coordinator/ledger/day.h"

#include <algorithm>

namespace musicfleet::ledger {
namespace {

constexpr std::int64_t kMinuteMs = 60'000;

// The text up to the next space, which is taken off `rest` with it.
std::string_view next_word(std::string_view& rest) {
  while (!rest.empty() && rest.front() == ' ') rest.remove_prefix(1);
  const std::string_view word = rest.substr(0, rest.find(' '));
  rest.remove_prefix(word.size());
  return word;
}

std::string note_of(const PriceRow& row) {
  return concat('$', to_text(row.per_minute), "/min",
                row.billing == Billing::kWholeMinutes ? ", whole minutes" : "", ", from ", to_text(row.from),
                ": ", row.source);
}

}  // namespace

Result<PriceRow> price_row_of(std::string_view text) {
  PriceRow row;
  const std::string_view date = next_word(text);
  const auto from = day_of(date);
  if (!from)
    return fail(ErrorCode::kInvalidArgument, "must begin with a date like 2026-10-03, not \"", date, '"');
  row.from = *from;
  row.model = next_word(text);
  const auto per_minute = money_of(next_word(text));
  if (!per_minute)
    return fail(ErrorCode::kInvalidArgument, "the price of a minute ", per_minute.error().message);
  row.per_minute = *per_minute;
  const std::string_view billing = next_word(text);
  if (billing != "exact" && billing != "whole_minutes")
    return fail(ErrorCode::kInvalidArgument, "must say exact or whole_minutes after the price, not \"",
                billing, '"');
  row.billing = billing == "exact" ? Billing::kExact : Billing::kWholeMinutes;
  while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
  if (text.empty()) return fail(ErrorCode::kInvalidArgument, "must end with the price's source");
  row.source = text;
  return row;
}

Result<PriceTable> PriceTable::of(const std::vector<std::string>& rows) {
  PriceTable table;
  for (const std::string& text : rows) {
    auto row = price_row_of(text);
    if (!row) return fail(row.error().code, "price row \"", text, "\" ", row.error().message);
    for (const PriceRow& other : table.rows_)
      if (other.from == row->from && other.model == row->model)
        return fail(ErrorCode::kInvalidArgument, "price row \"", text,
                    "\" has the date and model of another one");
    table.rows_.push_back(*std::move(row));
  }
  std::stable_sort(table.rows_.begin(), table.rows_.end(),
                   [](const PriceRow& a, const PriceRow& b) { return a.from < b.from; });
  return table;
}

Result<Price> PriceTable::price(std::string_view model, std::chrono::milliseconds song, WallTime at) const {
  const PriceRow* any = nullptr;
  const PriceRow* own = nullptr;
  for (const PriceRow& row : rows_) {
    if (row.from > at) break;
    if (row.model == "*") any = &row;
    if (row.model == model) own = &row;
  }
  const PriceRow* row = own ? own : any;
  if (!row)
    return fail(ErrorCode::kNotFound, "no row of the price table is in force for the model \"", model, '"');
  const std::int64_t length = song.count();
  const std::int64_t minutes = (length + kMinuteMs - 1) / kMinuteMs;
  return Price{row->billing == Billing::kWholeMinutes ? MicroDollars{row->per_minute.value * minutes}
                                                      : share_rounded_up(row->per_minute, length, kMinuteMs),
               note_of(*row)};
}

}  // namespace musicfleet::ledger
