#include "coordinator/cli/table.h"

#include "common/job_spec.h"
#include "coordinator/cli/console.h"

#include <algorithm>
#include <numeric>

namespace musicfleet::cli {
namespace {

constexpr std::size_t kMaxCell = 200;    // characters
constexpr std::size_t kLeastColumn = 6;  // below which none is cut

}  // namespace

void Table::add(std::vector<std::string> cells) {
  for (std::string& cell : cells) cell = one_line(cell, kMaxCell);
  cells.resize(rows_.front().size());
  rows_.push_back(std::move(cells));
}

std::vector<std::string> Table::lines(std::size_t columns) const {
  std::vector<std::size_t> widths(rows_.front().size());
  for (const auto& row : rows_)
    for (std::size_t i = 0; i < row.size(); ++i) widths[i] = std::max(widths[i], utf8_length(row[i]));
  const auto total = [&] { return std::accumulate(widths.begin(), widths.end(), (widths.size() - 1) * 2); };
  while (columns > 0 && total() > columns) {
    const auto widest = std::max_element(widths.begin(), widths.end());
    if (*widest <= kLeastColumn) break;
    --*widest;
  }
  std::vector<std::string> lines;
  for (const auto& row : rows_) {
    std::string line;
    for (std::size_t i = 0; i < row.size(); ++i) {
      const std::string cell = one_line(row[i], widths[i]);
      line += cell + std::string(widths[i] - utf8_length(cell) + 2, ' ');
    }
    line.erase(line.find_last_not_of(' ') + 1);
    lines.push_back(std::move(line));
  }
  return lines;
}

void Table::print(std::ostream& out, std::size_t columns) const {
  for (const std::string& line : lines(columns)) out << line << '\n';
}

}  // namespace musicfleet::cli
