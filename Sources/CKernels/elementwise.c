#include "portability.h"

KERNEL(void, pl_add, (float *restrict out, const float *restrict a, const float *restrict b, int64_t n),
       (out, a, b, n)) {
  for (int64_t i = 0; i < n; i++) out[i] = a[i] + b[i];
}

KERNEL(void, pl_accumulate, (float *restrict out, const float *restrict a, int64_t n), (out, a, n)) {
  for (int64_t i = 0; i < n; i++) out[i] += a[i];
}

KERNEL(void, pl_scale, (float *values, float factor, int64_t n), (values, factor, n)) {
  for (int64_t i = 0; i < n; i++) values[i] *= factor;
}

KERNEL(double, pl_sum_of_squares, (const float *values, int64_t n), (values, n)) {
  VECTOR_SUMS
  double sum = 0;
  for (int64_t i = 0; i < n; i++) sum += (double)values[i] * (double)values[i];
  return sum;
}

KERNEL(double, pl_dot, (const float *a, const float *b, int64_t n), (a, b, n)) {
  VECTOR_SUMS
  double sum = 0;
  for (int64_t i = 0; i < n; i++) sum += (double)a[i] * (double)b[i];
  return sum;
}

KERNEL(void, pl_add_bias,
       (float *restrict values, const float *restrict bias, int64_t rows, int64_t columns, int64_t stride),
       (values, bias, rows, columns, stride)) {
  for (int64_t r = 0; r < rows; r++)
    for (int64_t c = 0; c < columns; c++) values[r * stride + c] += bias[c];
}

KERNEL(void, pl_column_sums,
       (float *restrict sums, const float *restrict values, int64_t rows, int64_t columns, int64_t stride),
       (sums, values, rows, columns, stride)) {
  for (int64_t r = 0; r < rows; r++)
    for (int64_t c = 0; c < columns; c++) sums[c] += values[r * stride + c];
}

KERNEL(void, pl_exp, (float *values, int64_t n), (values, n)) {
  for (int64_t i = 0; i < n; i++) values[i] = exponential(values[i]);
}
