#include "portability.h"

KERNEL(void, pl_rotate,
       (float *restrict head, const float *restrict cosines, const float *restrict sines, int64_t half,
        float direction),
       (head, cosines, sines, half, direction)) {
  float *restrict upper = head + half;
  for (int64_t i = 0; i < half; i++) {
    float a = head[i], b = upper[i], c = cosines[i], s = sines[i] * direction;
    head[i] = a * c - b * s;
    upper[i] = b * c + a * s;
  }
}

/// Where the lanes of a row that has at least as many values begin: the last ones overlap those before.
INLINE int64_t first_lane(int64_t column, int64_t columns) {
  return column + LANES <= columns ? column : columns - LANES;
}

INLINE void swiglu(float *restrict out, const float *restrict gate, const float *restrict up, int64_t count) {
  for (int64_t i = 0; i < count; i++) out[i] = gate[i] * sigmoid(gate[i]) * up[i];
}

INLINE void swiglu_backward(float *restrict dgate, float *restrict dup, const float *restrict dout,
                            const float *restrict gate, const float *restrict up, int64_t count) {
  for (int64_t i = 0; i < count; i++) {
    float s = sigmoid(gate[i]), silu = gate[i] * s;
    dup[i] = dout[i] * silu;
    dgate[i] = dout[i] * up[i] * (s + silu * (1.0f - s));
  }
}

KERNEL(void, pl_swiglu, (float *restrict out, const float *restrict gate_up, int64_t rows, int64_t columns),
       (out, gate_up, rows, columns)) {
  for (int64_t r = 0; r < rows; r++) {
    const float *gate = gate_up + r * 2 * columns, *up = gate + columns;
    float *result = out + r * columns;
    if (columns < LANES) swiglu(result, gate, up, columns);
    else
      for (int64_t c = 0; c < columns; c += LANES) {
        int64_t i = first_lane(c, columns);
        swiglu(result + i, gate + i, up + i, LANES);
      }
  }
}

KERNEL(void, pl_swiglu_backward,
       (float *restrict dgate_up, const float *restrict dout, const float *restrict gate_up, int64_t rows,
        int64_t columns),
       (dgate_up, dout, gate_up, rows, columns)) {
  for (int64_t r = 0; r < rows; r++) {
    const float *gate = gate_up + r * 2 * columns, *up = gate + columns, *upstream = dout + r * columns;
    float *dgate = dgate_up + r * 2 * columns, *dup = dgate + columns;
    if (columns < LANES) swiglu_backward(dgate, dup, upstream, gate, up, columns);
    else
      for (int64_t c = 0; c < columns; c += LANES) {
        int64_t i = first_lane(c, columns);
        swiglu_backward(dgate + i, dup + i, upstream + i, gate + i, up + i, LANES);
      }
  }
}

// tanh approximation: 0.5 x (1 + tanh(k (x + 0.044715 x^3))), with 1 + tanh(u) = 2 sigmoid(2u).
#define GELU_K 0.7978845608028654f
#define GELU_C 0.044715f

KERNEL(void, pl_gelu_tanh, (float *restrict out, const float *restrict x, int64_t n), (out, x, n)) {
  for (int64_t i = 0; i < n; i++) {
    float u = GELU_K * (x[i] + GELU_C * x[i] * x[i] * x[i]);
    out[i] = x[i] * sigmoid(2.0f * u);
  }
}

KERNEL(void, pl_gelu_tanh_backward,
       (float *restrict dx, const float *restrict dout, const float *restrict x, int64_t n),
       (dx, dout, x, n)) {
  for (int64_t i = 0; i < n; i++) {
    float u = GELU_K * (x[i] + GELU_C * x[i] * x[i] * x[i]);
    float s = sigmoid(2.0f * u), slope = GELU_K * (1.0f + 3.0f * GELU_C * x[i] * x[i]);
    dx[i] = dout[i] * (s + x[i] * 2.0f * s * (1.0f - s) * slope);
  }
}

// Exact: x * Phi(x).
KERNEL(void, pl_gelu_erf, (float *restrict out, const float *restrict x, int64_t n), (out, x, n)) {
  for (int64_t i = 0; i < n; i++) out[i] = 0.5f * x[i] * (1.0f + erff(x[i] * 0.7071067811865476f));
}

KERNEL(void, pl_gelu_erf_backward, (float *restrict dx, const float *restrict dout, const float *restrict x, int64_t n),
       (dx, dout, x, n)) {
  for (int64_t i = 0; i < n; i++) {
    float cdf = 0.5f * (1.0f + erff(x[i] * 0.7071067811865476f));
    float density = 0.3989422804014327f * exponential(-0.5f * x[i] * x[i]);
    dx[i] = dout[i] * (cdf + x[i] * density);
  }
}
