// Fixed numbers and what a song's layers make of them, summed one by one in double precision without
// libtorch: what the self-test expects. Matrices are kSize × kSize, row after row. Pure, any thread.
#pragma once

#include <cstddef>
#include <functional>
#include <vector>

namespace musicfleet::ace_v15::known {

using Numbers = std::vector<double>;

inline constexpr std::size_t kSize = 32;   // of a matrix, a sequence, a head
inline constexpr std::size_t kKernel = 7;  // of the convolution
inline constexpr std::size_t kStride = 2;  // of the transposed convolution, whose kernel is twice as long

// Multiples of 1/64 from −1 to 1: exact in every type. The same for the same `salt`.
Numbers fixed_numbers(std::size_t count, std::size_t salt);
// √Σv² of each of the `rows` rows of v.
Numbers lengths(const Numbers& v, std::size_t rows);

// x · weightᵀ + bias[column].
Numbers linear(const Numbers& x, const Numbers& weight, const Numbers& bias);
// x: (channels, length) with weight (out, in, kKernel), padded to the same length, + bias[out].
Numbers convolution(const Numbers& x, const Numbers& weight, const Numbers& bias);
// x: (channels, length) with weight (in, out, 2·kStride) → (out, kStride·length), kStride / 2 cut off at each
// end, + bias[out].
Numbers transposed_convolution(const Numbers& x, const Numbers& weight, const Numbers& bias);
// softmax(q·kᵀ / √kSize) · v, each query seeing the keys that `sees` (query, key) allows.
Numbers attention(const Numbers& q, const Numbers& k, const Numbers& v,
                  const std::function<bool(std::size_t, std::size_t)>& sees);
// x + sin²(frequency·x) · magnitude.
Numbers snake(const Numbers& x, double frequency, double magnitude);

}  // namespace musicfleet::ace_v15::known
