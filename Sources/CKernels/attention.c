#include "portability.h"

typedef int32_t lane_bits __attribute__((vector_size(4 * LANES), aligned(4), may_alias));

/// All bits of `LANES` values, then none.
static const int32_t bits[2 * LANES] = {[0 ... LANES - 1] = -1};

/// Columns up to which a row is computed: what is visible, filled up to whole lanes. The last lanes are chosen by their
/// bits: a load that follows a store of some lanes only would wait for it.
INLINE int64_t mask(float *row, int64_t visible) {
  int64_t end = (visible + LANES - 1) / LANES * LANES;
  lane_bits *last = (lane_bits *)(row + end - LANES), keep = *(const lane_bits *)(bits + end - visible);
  *last = (*last & keep) | (~keep & (int32_t)0xFF800000);  // -infinity
  return end;
}

/// Rows that a kernel takes through one loop after the other: no row waits for a step of the row before.
#define ROWS_AT_ONCE 32

INLINE void softmax_rows(float *scores, int64_t stride, int64_t rows, int64_t visible, float scale, float *log_sums,
                         int64_t step) {
  float tops[ROWS_AT_ONCE], sums[ROWS_AT_ONCE], factors[ROWS_AT_ONCE];
  for (int64_t r = 0; r < rows; r++) {
    float *row = scores + r * stride, lanes[LANES];
    int64_t end = mask(row, visible + r);
    for (int l = 0; l < LANES; l++) lanes[l] = row[l];
    for (int64_t i = LANES; i < end; i += LANES)
      for (int l = 0; l < LANES; l++) lanes[l] = row[i + l] > lanes[l] ? row[i + l] : lanes[l];
    tops[r] = greatest_of_lanes(lanes);
  }
  for (int64_t r = 0; r < rows; r++) {
    float *row = scores + r * stride, top = tops[r], lanes[LANES] = {0};
    for (int64_t i = 0; i < visible + r; i += LANES)
      for (int l = 0; l < LANES; l++) {
        float p = exponential((row[i + l] - top) * scale);
        row[i + l] = p;
        lanes[l] += p;
      }
    sums[r] = sum_of_lanes(lanes);
  }
  for (int64_t r = 0; r < rows; r++) {
    factors[r] = 1.0f / sums[r];
    log_sums[r * step] = tops[r] * scale + logf(sums[r]);
  }
  for (int64_t r = 0; r < rows; r++) {
    float *row = scores + r * stride;
    int64_t end = (visible + r + LANES - 1) / LANES * LANES;
    for (int64_t i = 0; i < end; i++) row[i] *= factors[r];
    for (int64_t i = end; i < stride; i++) row[i] = 0;
  }
}

KERNEL(void, pl_causal_softmax,
       (float *scores, int64_t stride, int64_t rows, int64_t visible, float scale, float *log_sums, int64_t step),
       (scores, stride, rows, visible, scale, log_sums, step)) {
  for (int64_t r = 0; r < rows; r += ROWS_AT_ONCE)
    softmax_rows(scores + r * stride, stride, rows - r < ROWS_AT_ONCE ? rows - r : ROWS_AT_ONCE, visible + r, scale,
                 log_sums + r * step, step);
}

KERNEL(void, pl_causal_softmax_backward,
       (float *dscores, float *scores, int64_t stride, int64_t rows, int64_t visible, float scale,
        const float *log_sums, int64_t step, const float *dout, const float *out, int64_t out_stride, int64_t size),
       (dscores, scores, stride, rows, visible, scale, log_sums, step, dout, out, out_stride, size)) {
  VECTOR_SUMS
  for (int64_t r = 0; r < rows; r++) {
    float *row = scores + r * stride, *drow = dscores + r * stride, log_sum = log_sums[r * step];
    const float *upstream = dout + r * out_stride, *mixed = out + r * out_stride;
    int64_t end = mask(row, visible + r);
    double sum = 0;
    for (int64_t c = 0; c < size; c++) sum += (double)upstream[c] * (double)mixed[c];
    float dot = (float)sum;
    for (int64_t i = 0; i < end; i++) {
      float p = exponential(row[i] * scale - log_sum);
      row[i] = p;
      drow[i] = p * (drow[i] - dot) * scale;
    }
    for (int64_t i = end; i < stride; i++) row[i] = drow[i] = 0;
  }
}
