#include "portability.h"

KERNEL(void, pl_rms_norm,
       (float *restrict out, float *restrict inverse, const float *restrict x, const float *restrict weight,
        int64_t rows, int64_t columns, float epsilon),
       (out, inverse, x, weight, rows, columns, epsilon)) {
  VECTOR_SUMS
  for (int64_t r = 0; r < rows; r++) {
    const float *row = x + r * columns;
    float *result = out + r * columns;
    float sum = 0;
    for (int64_t c = 0; c < columns; c++) sum += row[c] * row[c];
    float scale = 1.0f / sqrtf(sum / (float)columns + epsilon);
    inverse[r] = scale;
    for (int64_t c = 0; c < columns; c++) result[c] = weight[c] * (row[c] * scale);
  }
}

KERNEL(void, pl_rms_norm_backward,
       (float *restrict dx, float *restrict dweight, const float *restrict dy, const float *restrict x,
        const float *restrict weight, const float *restrict inverse, int64_t rows, int64_t columns,
        int32_t accumulate),
       (dx, dweight, dy, x, weight, inverse, rows, columns, accumulate)) {
  VECTOR_SUMS
  for (int64_t r = 0; r < rows; r++) {
    const float *row = x + r * columns, *upstream = dy + r * columns;
    float *result = dx + r * columns;
    float scale = inverse[r], dot = 0;
    for (int64_t c = 0; c < columns; c++) {
      dot += upstream[c] * weight[c] * row[c];
      dweight[c] += upstream[c] * (row[c] * scale);
    }
    float pull = dot * scale * scale / (float)columns;
    if (accumulate)
      for (int64_t c = 0; c < columns; c++) result[c] += scale * (upstream[c] * weight[c] - row[c] * pull);
    else
      for (int64_t c = 0; c < columns; c++) result[c] = scale * (upstream[c] * weight[c] - row[c] * pull);
  }
}

KERNEL(void, pl_layer_norm,
       (float *restrict out, float *restrict mean, float *restrict inverse, const float *restrict x,
        const float *restrict weight, const float *restrict bias, int64_t rows, int64_t columns, float epsilon),
       (out, mean, inverse, x, weight, bias, rows, columns, epsilon)) {
  VECTOR_SUMS
  for (int64_t r = 0; r < rows; r++) {
    const float *row = x + r * columns;
    float *result = out + r * columns;
    float sum = 0, squares = 0;
    for (int64_t c = 0; c < columns; c++) sum += row[c];
    float centre = sum / (float)columns;
    for (int64_t c = 0; c < columns; c++) squares += (row[c] - centre) * (row[c] - centre);
    float scale = 1.0f / sqrtf(squares / (float)columns + epsilon);
    mean[r] = centre;
    inverse[r] = scale;
    for (int64_t c = 0; c < columns; c++) result[c] = (row[c] - centre) * scale * weight[c] + bias[c];
  }
}

KERNEL(void, pl_layer_norm_backward,
       (float *restrict dx, float *restrict dweight, float *restrict dbias, const float *restrict dy,
        const float *restrict x, const float *restrict weight, const float *restrict mean,
        const float *restrict inverse, int64_t rows, int64_t columns, int32_t accumulate),
       (dx, dweight, dbias, dy, x, weight, mean, inverse, rows, columns, accumulate)) {
  VECTOR_SUMS
  for (int64_t r = 0; r < rows; r++) {
    const float *row = x + r * columns, *upstream = dy + r * columns;
    float *result = dx + r * columns;
    float scale = inverse[r], centre = mean[r], sum = 0, dot = 0;
    for (int64_t c = 0; c < columns; c++) {
      float normal = (row[c] - centre) * scale, gradient = upstream[c] * weight[c];
      sum += gradient;
      dot += gradient * normal;
      dweight[c] += upstream[c] * normal;
      dbias[c] += upstream[c];
    }
    float mean_gradient = sum / (float)columns, mean_dot = dot / (float)columns;
    for (int64_t c = 0; c < columns; c++) {
      float normal = (row[c] - centre) * scale;
      float gradient = scale * (upstream[c] * weight[c] - mean_gradient - normal * mean_dot);
      result[c] = accumulate ? result[c] + gradient : gradient;
    }
  }
}
