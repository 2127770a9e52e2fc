#include "portability.h"

KERNEL(void, pl_sparse_row,
       (double *restrict out, const double *restrict values, const int32_t *restrict columns, int64_t count,
        const double *restrict dense, int64_t width),
       (out, values, columns, count, dense, width)) {
  for (int64_t i = 0; i < count; i++) {
    const double value = values[i];
    const double *restrict row = dense + columns[i] * width;
    for (int64_t c = 0; c < width; c++) out[c] += value * row[c];
  }
}

KERNEL(double, pl_dot_double, (const double *a, const double *b, int64_t n), (a, b, n)) {
  VECTOR_SUMS
  double sum = 0;
  for (int64_t i = 0; i < n; i++) sum += a[i] * b[i];
  return sum;
}

KERNEL(void, pl_add_scaled_double, (double *restrict out, const double *restrict a, double factor, int64_t n),
       (out, a, factor, n)) {
  for (int64_t i = 0; i < n; i++) out[i] += factor * a[i];
}
