#include "portability.h"

typedef float wide_vector __attribute__((vector_size(64), aligned(4)));

/// Lanes of two neighbours that exchange what lies `distance` lanes off: lane l of the first and of the second result.
#define FIRST(distance, l) ((l) & (distance) ? LANES + (l) - (distance) : (l))
#define SECOND(distance, l) ((l) & (distance) ? LANES + (l) : (l) + (distance))
#define EXCHANGE(PICK, distance, a, b)                                                                             \
  __builtin_shufflevector(a, b, PICK(distance, 0), PICK(distance, 1), PICK(distance, 2), PICK(distance, 3),        \
                          PICK(distance, 4), PICK(distance, 5), PICK(distance, 6), PICK(distance, 7),              \
                          PICK(distance, 8), PICK(distance, 9), PICK(distance, 10), PICK(distance, 11),            \
                          PICK(distance, 12), PICK(distance, 13), PICK(distance, 14), PICK(distance, 15))
#define EXCHANGE_ALL(count, distance)                                                                              \
  for (int r = 0; r < (count); r++)                                                                                \
    if (!(r & (distance))) {                                                                                       \
      wide_vector a = lines[r], b = lines[r + (distance)];                                                         \
      lines[r] = EXCHANGE(FIRST, distance, a, b);                                                                  \
      lines[r + (distance)] = EXCHANGE(SECOND, distance, a, b);                                                    \
    }

/// Writes `LANES` rows of `LANES` values as columns.
INLINE void transpose_lanes(const float *source, int64_t source_row, float *target, int64_t target_row) {
  wide_vector lines[LANES];
  for (int r = 0; r < LANES; r++) lines[r] = *(const wide_vector *)(source + r * source_row);
  EXCHANGE_ALL(LANES, 1)
  EXCHANGE_ALL(LANES, 2)
  EXCHANGE_ALL(LANES, 4)
  EXCHANGE_ALL(LANES, 8)
  for (int r = 0; r < LANES; r++) *(wide_vector *)(target + r * target_row) = lines[r];
}

/// Writes `LANES` rows of half as many values as columns. A line takes two rows, half of the lanes apart.
INLINE void transpose_half(const float *source, int64_t source_row, float *target, int64_t target_row) {
  enum { HALF = LANES / 2 };
  wide_vector lines[HALF];
  for (int r = 0; r < HALF; r++) {
    memcpy(&lines[r], source + r * source_row, HALF * sizeof(float));
    memcpy((float *)&lines[r] + HALF, source + (r + HALF) * source_row, HALF * sizeof(float));
  }
  EXCHANGE_ALL(HALF, 1)
  EXCHANGE_ALL(HALF, 2)
  EXCHANGE_ALL(HALF, 4)
  for (int r = 0; r < HALF; r++) *(wide_vector *)(target + r * target_row) = lines[r];
}

KERNEL(void, pl_transpose,
       (int64_t rows, int64_t columns, const float *source, int64_t source_row, float *target, int64_t target_row),
       (rows, columns, source, source_row, target, target_row)) {
  int64_t r = 0;
  for (; r + LANES <= rows; r += LANES) {
    int64_t c = 0;
    for (; c + LANES <= columns; c += LANES)
      transpose_lanes(source + r * source_row + c, source_row, target + c * target_row + r, target_row);
    for (; c + LANES / 2 <= columns; c += LANES / 2)
      transpose_half(source + r * source_row + c, source_row, target + c * target_row + r, target_row);
    for (; c < columns; c++)
      for (int l = 0; l < LANES; l++) target[c * target_row + r + l] = source[(r + l) * source_row + c];
  }
  for (; r < rows; r++)
    for (int64_t c = 0; c < columns; c++) target[c * target_row + r] = source[r * source_row + c];
}

KERNEL(void, pl_copy_rows,
       (int64_t rows, int64_t columns, const float *source, int64_t source_row, float *target, int64_t target_row,
        int32_t accumulate),
       (rows, columns, source, source_row, target, target_row, accumulate)) {
  enum { HALF = LANES / 2 };
  for (int64_t r = 0; r < rows; r++) {
    const float *from = source + r * source_row;
    float *to = target + r * target_row;
    int64_t c = 0;
    for (; c + HALF <= columns; c += HALF)
      for (int l = 0; l < HALF; l++) to[c + l] = accumulate ? to[c + l] + from[c + l] : from[c + l];
    for (; c < columns; c++) to[c] = accumulate ? to[c] + from[c] : from[c];
  }
}
