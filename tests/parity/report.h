// What musicfleet-parity prints: one line a stage, and the exit status that follows from all of them. One
// thread.
#pragma once

#include <ATen/core/Tensor.h>

#include <string>
#include <string_view>

namespace musicfleet::parity {

enum class Measure { kRelative, kAbsolute };

struct Tolerance {
  double value = 0;
  Measure measure = Measure::kRelative;
  // Where the stage is computed in bf16: ‖got − want‖ / ‖want‖. Unrelated numbers are at 1.4.
  double bf16 = 0.05;
};

inline constexpr Tolerance kExact{0.0, Measure::kAbsolute};

class Report {
 public:
  // bf16: what the stages are computed in; the golden data is fp32, and a stage of numbers is held to its
  // tolerance for bf16.
  explicit Report(bool bf16 = false) : bf16_(bf16) {}

  // One tensor of a stage; the stage's line shows the worst of its tensors. Relative: max|got − want| /
  // max|want|. `got` may be on any device and of any floating type. A wrong shape or type of element and a
  // NaN are failures.
  void compare(const std::string& stage, const at::Tensor& got, const at::Tensor& want, Tolerance tolerance);
  // A stage of things that are equal or not: `wrong` of `all` differ.
  void count(const std::string& stage, int wrong, int all);
  // A stage that this build does not make; `why` for the reader.
  void absent(const std::string& stage);
  // The stage could not be run at all.
  void broken(const std::string& stage, std::string_view why);

  // Prints what has been gathered for the last stage.
  void flush();
  // 0: all ok, 1: any failed, 3: none failed but some are absent.
  int exit_status() const;

 private:
  void open(const std::string& stage);

  bool bf16_;

  std::string stage_;
  double max_abs_ = 0, max_rel_ = 0;
  double worst_ = 0;  // error over tolerance of the tensor that the line shows
  Tolerance tolerance_;
  bool stage_ok_ = true;
  int failed_ = 0, absent_ = 0, ok_ = 0;
};

}  // namespace musicfleet::parity
