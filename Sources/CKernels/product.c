#include "portability.h"

typedef float wide_vector __attribute__((vector_size(64), aligned(4)));
typedef float narrow_vector __attribute__((vector_size(32), aligned(4)));
typedef float short_vector __attribute__((vector_size(16), aligned(4)));

/// A tile of `rows` times `vectors` vectors of c, summed in registers over all of k.
#define DEFINE_TILE(NAME, VECTOR)                                                                                  \
  INLINE void NAME(const int rows, const int vectors, int64_t k, const float *a, int64_t a_row, int64_t a_column, \
                   const float *b, int64_t b_row, float *c, int64_t c_row, int32_t accumulate) {                   \
    enum { WIDTH = sizeof(VECTOR) / sizeof(float) };                                                               \
    VECTOR sums[rows][vectors];                                                                                    \
    for (int r = 0; r < rows; r++)                                                                                 \
      for (int v = 0; v < vectors; v++)                                                                            \
        sums[r][v] = accumulate ? *(const VECTOR *)(c + r * c_row + v * WIDTH) : (VECTOR){0};                      \
    for (int64_t i = 0; i < k; i++) {                                                                              \
      VECTOR line[vectors];                                                                                        \
      for (int v = 0; v < vectors; v++) line[v] = *(const VECTOR *)(b + i * b_row + v * WIDTH);                    \
      for (int r = 0; r < rows; r++) {                                                                             \
        float value = a[r * a_row + i * a_column];                                                                 \
        for (int v = 0; v < vectors; v++) sums[r][v] += value * line[v];                                           \
      }                                                                                                            \
    }                                                                                                              \
    for (int r = 0; r < rows; r++)                                                                                 \
      for (int v = 0; v < vectors; v++) *(VECTOR *)(c + r * c_row + v * WIDTH) = sums[r][v];                       \
  }
DEFINE_TILE(wide_tile, wide_vector)
DEFINE_TILE(narrow_tile, narrow_vector)
DEFINE_TILE(short_tile, short_vector)

/// One column of c.
INLINE void column(int64_t m, int64_t k, const float *a, int64_t a_row, int64_t a_column, const float *b,
                   int64_t b_row, float *c, int64_t c_row, int32_t accumulate) {
  for (int64_t r = 0; r < m; r++) {
    float sum = accumulate ? c[r * c_row] : 0;
    for (int64_t i = 0; i < k; i++) sum += a[r * a_row + i * a_column] * b[i * b_row];
    c[r * c_row] = sum;
  }
}

/// Every row of some columns of c, `ROWS` and 4 at a time.
#define COLUMNS(TILE, ROWS, VECTORS)                                                                               \
  do {                                                                                                             \
    int64_t r = 0;                                                                                                 \
    for (; r + ROWS <= m; r += ROWS)                                                                               \
      TILE(ROWS, VECTORS, k, a + r * a_row, a_row, a_column, b + j, b_row, c + r * c_row + j, c_row, accumulate);  \
    for (; r + 4 <= m; r += 4)                                                                                     \
      TILE(4, VECTORS, k, a + r * a_row, a_row, a_column, b + j, b_row, c + r * c_row + j, c_row, accumulate);     \
    for (; r < m; r++)                                                                                             \
      TILE(1, VECTORS, k, a + r * a_row, a_row, a_column, b + j, b_row, c + r * c_row + j, c_row, accumulate);     \
  } while (0)

// Tiles leave registers for a line of b and a value of a: AVX-512 has 32 registers, the other levels have 16. An
// element is summed in the order of k in any tile.
KERNEL(void, pl_block_product,
       (int64_t m, int64_t n, int64_t k, const float *a, int64_t a_row, int64_t a_column, const float *b, int64_t b_row,
        float *c, int64_t c_row, int32_t accumulate),
       (m, n, k, a, a_row, a_column, b, b_row, c, c_row, accumulate)) {
  int64_t j = 0;
  if (level == pl_level_v4) {
    for (; j + 32 <= n; j += 32) COLUMNS(wide_tile, 8, 2);
    for (; j + 16 <= n; j += 16) COLUMNS(wide_tile, 8, 1);
  }
  if (level == pl_level_v3)
    for (; j + 16 <= n; j += 16) COLUMNS(narrow_tile, 6, 2);
  if (level == pl_level_baseline)
    for (; j + 8 <= n; j += 8) COLUMNS(short_tile, 6, 2);
  else
    for (; j + 8 <= n; j += 8) COLUMNS(narrow_tile, 8, 1);
  for (; j + 4 <= n; j += 4) COLUMNS(short_tile, 8, 1);
  for (; j < n; j++) column(m, k, a, a_row, a_column, b + j, b_row, c + j, c_row, accumulate);
}

/// A loop over a tile, which keeps its sums in registers only where no index is left.
#define TILE_LOOP(index, count) _Pragma("clang loop unroll(full)") for (int index = 0; index < (count); index++)

/// Products of `rows` rows of a with `columns` rows of b. Each is summed in the same order whatever the tile. `fetches` says
/// whether the rows of b behind these are fetched meanwhile.
INLINE void dot_tile(const int rows, const int columns, const int fetches, int64_t k, const float *a, int64_t a_row,
                     const float *b, int64_t b_row, float *c, int64_t c_row, int32_t accumulate) {
  wide_vector sums[rows][columns];
  TILE_LOOP(r, rows) TILE_LOOP(j, columns) sums[r][j] = (wide_vector){0};
  int64_t whole = k / LANES * LANES;
  for (int64_t i = 0; i < whole; i += LANES) {
    wide_vector line[columns];
    TILE_LOOP(j, columns) {
      if (fetches) __builtin_prefetch(b + (j + columns) * b_row + i);
      line[j] = *(const wide_vector *)(b + j * b_row + i);
    }
    TILE_LOOP(r, rows) {
      wide_vector x = *(const wide_vector *)(a + r * a_row + i);
      TILE_LOOP(j, columns) sums[r][j] += x * line[j];
    }
  }
  TILE_LOOP(r, rows) TILE_LOOP(j, columns) {
    float lanes[LANES];
    memcpy(lanes, &sums[r][j], sizeof lanes);
    float sum = sum_of_lanes(lanes);
    for (int64_t i = whole; i < k; i++) sum += a[r * a_row + i] * b[j * b_row + i];
    c[r * c_row + j] = accumulate ? c[r * c_row + j] + sum : sum;
  }
}

KERNEL(void, pl_few_rows_product,
       (int64_t m, int64_t n, int64_t k, const float *a, int64_t a_row, const float *b, int64_t b_row, float *c,
        int64_t c_row, int32_t accumulate),
       (m, n, k, a, a_row, b, b_row, c, c_row, accumulate)) {
  int64_t j = 0;
  // Where one tile has all rows of a, it computes while the next rows of b come; with more rows that costs more than it
  // gives.
  if (m == 8)
    for (; j + 2 <= n; j += 2) dot_tile(8, 2, 1, k, a, a_row, b + j * b_row, b_row, c + j, c_row, accumulate);
  if (m == 4)
    for (; j + 4 <= n; j += 4) dot_tile(4, 4, 1, k, a, a_row, b + j * b_row, b_row, c + j, c_row, accumulate);
  for (; j + 4 <= n; j += 4) {
    int64_t r = 0;
    for (; r + 4 <= m; r += 4)
      dot_tile(4, 4, 0, k, a + r * a_row, a_row, b + j * b_row, b_row, c + r * c_row + j, c_row, accumulate);
    for (; r < m; r++)
      dot_tile(1, 4, 0, k, a + r * a_row, a_row, b + j * b_row, b_row, c + r * c_row + j, c_row, accumulate);
  }
  for (; j < n; j++)
    for (int64_t r = 0; r < m; r++)
      dot_tile(1, 1, 0, k, a + r * a_row, a_row, b + j * b_row, b_row, c + r * c_row + j, c_row, accumulate);
}
