#include "tests/parity/report.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/max.h>
#include <ATen/ops/sum.h>

#include <cmath>
#include <cstdio>
#include <limits>

namespace musicfleet::parity {
namespace {

double largest(const at::Tensor& x) { return x.numel() == 0 ? 0.0 : at::max(x.abs()).item().toDouble(); }

double length(const at::Tensor& x) { return std::sqrt((x * x).sum().item().toDouble()); }

}  // namespace

void Report::open(const std::string& stage) {
  if (stage == stage_) return;
  flush();
  stage_ = stage;
  max_abs_ = max_rel_ = 0;
  worst_ = -1;
  stage_ok_ = true;
}

void Report::compare(const std::string& stage, const at::Tensor& got, const at::Tensor& want,
                     Tolerance tolerance) {
  open(stage);
  const bool loose = bf16_ && want.is_floating_point();
  if (loose) tolerance = {tolerance.bf16, Measure::kRelative};
  double absolute = std::numeric_limits<double>::infinity(), relative = absolute;
  if (got.defined() && got.sizes() == want.sizes()) {
    const at::Tensor wanted = want.to(at::kDouble);
    const at::Tensor difference = got.to(at::kCPU, at::kDouble) - wanted;
    absolute = loose ? length(difference) : largest(difference);
    const double scale = loose ? length(wanted) : largest(wanted);
    relative = scale > 0 ? absolute / scale : absolute == 0 ? 0.0 : std::numeric_limits<double>::infinity();
  }
  const double error = tolerance.measure == Measure::kRelative ? relative : absolute;
  const bool good = error <= tolerance.value;  // false for NaN
  const double over =
      good ? (tolerance.value > 0 ? error / tolerance.value : 0.0) : std::numeric_limits<double>::infinity();
  stage_ok_ = stage_ok_ && good;
  if (over > worst_) {
    worst_ = over;
    max_abs_ = absolute;
    max_rel_ = relative;
    tolerance_ = tolerance;
  }
}

void Report::count(const std::string& stage, int wrong, int all) {
  open(stage);
  max_abs_ = wrong;
  max_rel_ = all > 0 ? static_cast<double>(wrong) / all : 0;
  tolerance_ = kExact;
  stage_ok_ = wrong == 0 && all > 0;
}

void Report::absent(const std::string& stage) {
  flush();
  ++absent_;
  std::printf("stage %s max_abs=- max_rel=- tolerance=- absent\n", stage.c_str());
}

void Report::broken(const std::string& stage, std::string_view why) {
  open(stage);
  max_abs_ = max_rel_ = std::numeric_limits<double>::quiet_NaN();
  tolerance_ = kExact;
  stage_ok_ = false;
  std::fprintf(stderr, "%s: %.*s\n", stage.c_str(), static_cast<int>(why.size()), why.data());
}

void Report::flush() {
  if (stage_.empty()) return;
  std::printf("stage %s max_abs=%.3g max_rel=%.3g tolerance=%g%s %s\n", stage_.c_str(), max_abs_, max_rel_,
              tolerance_.value, tolerance_.measure == Measure::kRelative ? "(rel)" : "(abs)",
              stage_ok_ ? "ok" : "FAIL");
  ++(stage_ok_ ? ok_ : failed_);
  stage_.clear();
}

int Report::exit_status() const { return failed_ > 0 ? 1 : absent_ > 0 ? 3 : 0; }

}  // namespace musicfleet::parity
