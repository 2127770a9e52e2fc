/// Leaf loops of the engine: no threads, no allocation, no policy. Matrices are row-major Float32 where nothing else is said.
#ifndef PLUMBLINE_CKERNELS_H
#define PLUMBLINE_CKERNELS_H

#include <stdint.h>

/// Levels of CPUs for which every kernel has a version: those of x86-64 (its psABI, section 3.1.1) with the registers
/// of SSE2, AVX2 and AVX-512. Other architectures have the first only.
typedef enum { pl_level_baseline, pl_level_v3, pl_level_v4 } pl_level;
/// The highest level of this CPU.
pl_level pl_available_cpu_level(void);
/// The level whose kernels are used: the one that the environment variable PLUMBLINE_CPU named when the process
/// started, if this CPU has it, else the highest.
pl_level pl_cpu_level(void);
/// The word for a level in PLUMBLINE_CPU: baseline, x86-64-v3 or x86-64-v4.
const char *pl_level_name(pl_level level);

// Element-wise.
void pl_add(float *out, const float *a, const float *b, int64_t n);
void pl_accumulate(float *out, const float *a, int64_t n);
void pl_scale(float *values, float factor, int64_t n);
double pl_sum_of_squares(const float *values, int64_t n);
double pl_dot(const float *a, const float *b, int64_t n);

// Rows of a matrix.
void pl_add_bias(float *values, const float *bias, int64_t rows, int64_t columns, int64_t stride);
/// sums[c] += sum over rows of values[r, c].
void pl_column_sums(float *sums, const float *values, int64_t rows, int64_t columns, int64_t stride);

// Normalisation of one row at a time; `inverse` keeps 1/rms or 1/std, `mean` the mean per row.
void pl_rms_norm(float *out, float *inverse, const float *x, const float *weight, int64_t rows, int64_t columns,
                 float epsilon);
/// dx receives (or, with accumulate, gains) the gradient; dweight gains its partial sum.
void pl_rms_norm_backward(float *dx, float *dweight, const float *dy, const float *x, const float *weight,
                          const float *inverse, int64_t rows, int64_t columns, int32_t accumulate);
void pl_layer_norm(float *out, float *mean, float *inverse, const float *x, const float *weight, const float *bias,
                   int64_t rows, int64_t columns, float epsilon);
void pl_layer_norm_backward(float *dx, float *dweight, float *dbias, const float *dy, const float *x,
                            const float *weight, const float *mean, const float *inverse, int64_t rows,
                            int64_t columns, int32_t accumulate);

/// Rotates pairs (i, i + half) of a head by angle position * frequency; direction -1 undoes it.
void pl_rotate(float *head, const float *cosines, const float *sines, int64_t half, float direction);

// Activations. `gate_up` rows are [gate | up].
void pl_swiglu(float *out, const float *gate_up, int64_t rows, int64_t columns);
void pl_swiglu_backward(float *dgate_up, const float *dout, const float *gate_up, int64_t rows, int64_t columns);
void pl_gelu_tanh(float *out, const float *x, int64_t n);
void pl_gelu_tanh_backward(float *dx, const float *dout, const float *x, int64_t n);
void pl_gelu_erf(float *out, const float *x, int64_t n);
void pl_gelu_erf_backward(float *dx, const float *dout, const float *x, int64_t n);

// Attention.
/// c[m, n] = a[m, k] * b[k, n], or c += that, for matrices that fit a cache: nothing is copied, so that small ones cost
/// no more than their work. Rows of a are `a_row` apart and its columns `a_column`; rows of b and c have no gaps.
void pl_block_product(int64_t m, int64_t n, int64_t k, const float *a, int64_t a_row, int64_t a_column, const float *b,
                      int64_t b_row, float *c, int64_t c_row, int32_t accumulate);
/// Writes the rows of one matrix as the columns of another.
void pl_transpose(int64_t rows, int64_t columns, const float *source, int64_t source_row, float *target,
                  int64_t target_row);
/// Copies rows, or adds them to those that are there. Neither matrix has gaps within a row.
void pl_copy_rows(int64_t rows, int64_t columns, const float *source, int64_t source_row, float *target,
                  int64_t target_row, int32_t accumulate);
/// c[m, n] = a[m, k] * transpose(b[n, k]), or c += that, for few rows of a: b is read once and not copied. An element does
/// not depend on the other rows.
void pl_few_rows_product(int64_t m, int64_t n, int64_t k, const float *a, int64_t a_row, const float *b, int64_t b_row,
                         float *c, int64_t c_row, int32_t accumulate);
/// Turns rows of scores, `stride` apart, into probabilities. Row r sees its first `visible + r` columns, the others
/// become zero; log_sums[r * step] = log(sum(exp(scale * score))). The stride is a multiple of sixteen.
void pl_causal_softmax(float *scores, int64_t stride, int64_t rows, int64_t visible, float scale, float *log_sums,
                       int64_t step);
/// Turns the scores into the same probabilities again, from the kept log-sums, and the gradients of the probabilities
/// into those of the scores. `out` and `dout` are the mixed values, rows of `size` values `out_stride` apart, and their
/// gradient.
void pl_causal_softmax_backward(float *dscores, float *scores, int64_t stride, int64_t rows, int64_t visible,
                                float scale, const float *log_sums, int64_t step, const float *dout, const float *out,
                                int64_t out_stride, int64_t size);

// Vocabulary head, one row of logits at a time.
typedef struct {
  float log_sum;     ///< log sum exp of the scaled logits
  float entropy;     ///< nats
  float mean_logit;  ///< before scaling
  float log_sum_squared_probability;
  int32_t argmax;    ///< first index of the greatest logit
} pl_row_statistics;
pl_row_statistics pl_logit_row_statistics(const float *logits, int64_t n, float scale);
float pl_logit_row_log_sum(const float *logits, int64_t n, float scale);
/// logits become d loss / d logits for gradients g of the target's log-probability.
void pl_logit_row_backward(float *logits, int64_t n, float scale, float log_sum, int64_t target, float g);

/// One AdamW step (decoupled decay); gradients are scaled by `gradient_scale` first and zeroed after.
typedef struct {
  float learning_rate, beta1, beta2, epsilon, weight_decay;
  float beta1_rest, beta2_rest;  ///< 1 - beta, rounded once: 1 - 0.999f is off by 1e-5 of itself
  float bias_correction1;       ///< 1 - beta1^t
  float bias_correction2_sqrt;  ///< sqrt(1 - beta2^t)
  float gradient_scale;
} pl_adamw_step;
void pl_adamw(float *parameters, float *gradients, float *first_moment, float *second_moment, int64_t n,
              pl_adamw_step step);

void pl_exp(float *values, int64_t n);

// Linear models, in Float64.
/// out[c] += sum over i of values[i] * dense[columns[i], c]: one sparse row times a matrix of `width` columns.
void pl_sparse_row(double *out, const double *values, const int32_t *columns, int64_t count, const double *dense,
                    int64_t width);
double pl_dot_double(const double *a, const double *b, int64_t n);
/// out += factor * a.
void pl_add_scaled_double(double *out, const double *a, double factor, int64_t n);

/// Tells the core that this thread only waits.
static inline void pl_pause(void) {
#if defined(__x86_64__)
  __builtin_ia32_pause();
#elif defined(__aarch64__)
  __asm__ __volatile__("yield");
#endif
}

#endif
