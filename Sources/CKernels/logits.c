#include "portability.h"

/// The greatest of n values, in sixteen lanes; NaN is never picked.
INLINE float greatest(const float *values, int64_t n) {
  float lanes[16];
  for (int l = 0; l < 16; l++) lanes[l] = -INFINITY;
  int64_t i = 0;
  for (; i + 16 <= n; i += 16)
    for (int l = 0; l < 16; l++) lanes[l] = values[i + l] > lanes[l] ? values[i + l] : lanes[l];
  float best = -INFINITY;
  for (; i < n; i++) best = values[i] > best ? values[i] : best;
  for (int l = 0; l < 16; l++) best = lanes[l] > best ? lanes[l] : best;
  return best;
}

// The two kernels below give the same log-sum to the bit: their sums run in LANES interleaved parts, an order that
// the source fixes and no compiler may change. Parts of SUM_BLOCK terms go to Float64, which keeps the error at some
// units in the last place for any vocabulary.
#define SUM_BLOCK 1024

INLINE double lane_sum(const float *lanes) {
  double sum = 0;
  for (int l = 0; l < LANES; l++) sum += (double)lanes[l];
  return sum;
}

KERNEL(float, pl_logit_row_log_sum, (const float *logits, int64_t n, float scale), (logits, n, scale)) {
  float top = greatest(logits, n);
  double sum = 0;
  for (int64_t start = 0; start < n; start += SUM_BLOCK) {
    int64_t end = start + SUM_BLOCK < n ? start + SUM_BLOCK : n, i = start;
    float powers[LANES] = {0};
    for (; i + LANES <= end; i += LANES)
      for (int l = 0; l < LANES; l++) powers[l] += exponential((logits[i + l] - top) * scale);
    for (int l = 0; i < end; i++, l++) powers[l] += exponential((logits[i] - top) * scale);
    sum += lane_sum(powers);
  }
  return top * scale + (float)log(sum);
}

KERNEL(pl_row_statistics, pl_logit_row_statistics, (const float *logits, int64_t n, float scale), (logits, n, scale)) {
  float top = greatest(logits, n);
  double sum = 0, weighted = 0, squares = 0, total = 0;
  for (int64_t start = 0; start < n; start += SUM_BLOCK) {
    int64_t end = start + SUM_BLOCK < n ? start + SUM_BLOCK : n, i = start;
    float powers[LANES] = {0}, weights[LANES] = {0}, squared[LANES] = {0}, plain[LANES] = {0};
    for (; i + LANES <= end; i += LANES)
      for (int l = 0; l < LANES; l++) {
        float shifted = (logits[i + l] - top) * scale, e = exponential(shifted);
        powers[l] += e;
        weights[l] += e * shifted;
        squared[l] += e * e;
        plain[l] += logits[i + l];
      }
    for (int l = 0; i < end; i++, l++) {
      float shifted = (logits[i] - top) * scale, e = exponential(shifted);
      powers[l] += e;
      weights[l] += e * shifted;
      squared[l] += e * e;
      plain[l] += logits[i];
    }
    sum += lane_sum(powers);
    weighted += lane_sum(weights);
    squares += lane_sum(squared);
    total += lane_sum(plain);
  }
  int32_t argmax = 0;
  while (argmax < n - 1 && logits[argmax] != top) argmax++;
  pl_row_statistics result;
  double log_sum = log(sum);
  result.log_sum = top * scale + (float)log_sum;
  result.entropy = (float)(log_sum - weighted / sum);
  result.mean_logit = (float)(total / (double)n);
  result.log_sum_squared_probability = (float)(log(squares) - 2.0 * log_sum);
  result.argmax = argmax;
  return result;
}

KERNEL(void, pl_logit_row_backward, (float *logits, int64_t n, float scale, float log_sum, int64_t target, float g),
       (logits, n, scale, log_sum, target, g)) {
  float factor = -g * scale;
  for (int64_t i = 0; i < n; i++) logits[i] = factor * exponential(logits[i] * scale - log_sum);
  logits[target] += g * scale;
}
