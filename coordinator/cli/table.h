// A table for people: columns as wide as their longest cell, two spaces between them; where that does not
// fit the terminal, the widest columns are cut. One thread.
#pragma once

#include <ostream>
#include <string>
#include <vector>

namespace musicfleet::cli {

class Table {
 public:
  explicit Table(std::vector<std::string> headings) : rows_{std::move(headings)} {}

  // As many cells as there are headings. Control characters in them are not printed.
  void add(std::vector<std::string> cells);
  // Lines of at most `columns` characters, but for very narrow terminals; 0: of any length.
  std::vector<std::string> lines(std::size_t columns) const;
  void print(std::ostream& out, std::size_t columns = 0) const;

 private:
  std::vector<std::vector<std::string>> rows_;
};

}  // namespace musicfleet::cli
