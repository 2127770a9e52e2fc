#ifndef PLUMBLINE_PORTABILITY_H
#define PLUMBLINE_PORTABILITY_H

#include <math.h>
#include <stdint.h>
#include <string.h>

#include "CKernels.h"

#define INLINE static inline __attribute__((always_inline))

#define UNPACKED(...) __VA_ARGS__

/// Begins the definition of a kernel, `KERNEL(void, pl_add, (float *out, ...), (out, ...)) { ... }`: its parameters,
/// and their names once more. It is written once; on x86-64 there is a version for each level, and a call goes to that
/// of `pl_cpu_level()`. The body knows its level as the constant `level`.
#define KERNEL(RESULT, NAME, PARAMETERS, ARGUMENTS)                                                                 \
  INLINE RESULT NAME##_body(const pl_level level, UNPACKED PARAMETERS);                                             \
  VERSIONS(RESULT, NAME, PARAMETERS, ARGUMENTS)                                                                     \
  INLINE RESULT NAME##_body(const pl_level level, UNPACKED PARAMETERS)
#if defined(__x86_64__)
// Features rather than `arch=x86-64-v4`, with which the compiler would prefer vectors of half the width.
#define AVX2 "avx2,bmi,bmi2,f16c,fma,lzcnt,movbe"
#define AVX512 "avx512bw,avx512cd,avx512dq,avx512f,avx512vl"
#define VERSIONS(RESULT, NAME, PARAMETERS, ARGUMENTS)                                                               \
  VERSION(RESULT, NAME, PARAMETERS, ARGUMENTS, pl_level_v4, __attribute__((target(AVX2 "," AVX512))))               \
  VERSION(RESULT, NAME, PARAMETERS, ARGUMENTS, pl_level_v3, __attribute__((target(AVX2))))                          \
  VERSION(RESULT, NAME, PARAMETERS, ARGUMENTS, pl_level_baseline, )                                                 \
  RESULT NAME PARAMETERS {                                                                                          \
    switch (pl_level_in_use) {                                                                                      \
      case pl_level_v4: return NAME##_pl_level_v4 ARGUMENTS;                                                        \
      case pl_level_v3: return NAME##_pl_level_v3 ARGUMENTS;                                                        \
      default: return NAME##_pl_level_baseline ARGUMENTS;                                                           \
    }                                                                                                               \
  }
#define VERSION(RESULT, NAME, PARAMETERS, ARGUMENTS, LEVEL, TARGET)                                                 \
  TARGET static RESULT NAME##_##LEVEL PARAMETERS { return NAME##_body(LEVEL, UNPACKED ARGUMENTS); }
#else
#define VERSIONS(RESULT, NAME, PARAMETERS, ARGUMENTS)                                                               \
  RESULT NAME PARAMETERS { return NAME##_body(pl_level_baseline, UNPACKED ARGUMENTS); }
#endif
/// What `pl_cpu_level()` gives.
extern pl_level pl_level_in_use;

/// Lets the compiler reorder float sums of the enclosing block into vector lanes.
#define VECTOR_SUMS _Pragma("clang fp reassociate(on)")

/// e^x to about 1 ulp, without branches so that loops over it vectorise; 0 below -87.3, the value at 88.3 above it,
/// NaN for NaN (Cephes' polynomial).
INLINE float exponential(float x) {
  const float magic = 12582912.0f;  // 1.5 * 2^23: adding it rounds to an integer, kept in the low bits
  float bounded = x < -87.3f ? -87.3f : (x > 88.3f ? 88.3f : x);
  union { float f; uint32_t i; } shifted = {bounded * 1.44269504088896341f + magic}, power;
  float n = shifted.f - magic;
  float r = bounded - n * 0.693359375f;
  r = r + n * 2.12194440e-4f;
  float p = 1.9875691500e-4f;
  p = p * r + 1.3981999507e-3f;
  p = p * r + 8.3334519073e-3f;
  p = p * r + 4.1665795894e-2f;
  p = p * r + 1.6666665459e-1f;
  p = p * r + 5.0000001201e-1f;
  p = p * r * r + r + 1.0f;
  power.i = (shifted.i + 127) << 23;
  float result = p * power.f;
  return x < -87.3f ? 0.0f : result;
}

/// Values that a loop with sums of its own keeps apart.
#define LANES 16

/// Halves are added to halves: the source fixes the order, and no sum waits for more than four others. Overwrites lanes.
INLINE float sum_of_lanes(float *lanes) {
  for (int half = LANES / 2; half > 0; half /= 2)
    for (int l = 0; l < half; l++) lanes[l] += lanes[l + half];
  return lanes[0];
}

INLINE float greatest_of_lanes(float *lanes) {
  for (int half = LANES / 2; half > 0; half /= 2)
    for (int l = 0; l < half; l++) lanes[l] = lanes[l + half] > lanes[l] ? lanes[l + half] : lanes[l];
  return lanes[0];
}

INLINE float sigmoid(float x) { return 1.0f / (1.0f + exponential(-x)); }

#endif
