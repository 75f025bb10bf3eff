// A table for people: columns as wide as their longest cell, two spaces between them. One thread.
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
  void print(std::ostream& out) const;

 private:
  std::vector<std::vector<std::string>> rows_;
};

}  // namespace musicfleet::cli
