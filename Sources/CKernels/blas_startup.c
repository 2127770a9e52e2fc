// Readies OpenBLAS before `main`, and before its own initialiser does so.
#define _GNU_SOURCE

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cpu_level.h"

/// OpenBLAS's initialiser, which does nothing when called again.
__attribute__((weak)) void gotoblas_init(void);

/// Chooses OpenBLAS's own kernels, as its environment variable says; a level below the CPU's holds for them too. And
/// keeps it from starting threads: products are called from the threads of `Compute`, one each, and a pool of its own
/// would spin beside every command, even those that compute nothing. OpenBLAS asks the environment, so it is shown one
/// of its own: that of the process stays as it was.
__attribute__((constructor(101))) static void start_blas(void) {
  static char *const cores[] = {
      [pl_level_baseline] = "OPENBLAS_CORETYPE=Prescott", [pl_level_v3] = "OPENBLAS_CORETYPE=Haswell"};
  pl_level level = pl_chosen_cpu_level();
  char *core = level < pl_available_cpu_level() ? cores[level] : NULL;
  char **own = environ;
  size_t count = 0;
  while (own[count]) count++;
  char **shown = calloc(count + 3, sizeof *shown);
  if (!shown || !gotoblas_init) {
    free(shown);
    return;
  }
  // The first of a name counts: nobody's number of threads, but the user's core.
  shown[0] = "OPENBLAS_NUM_THREADS=1";
  memcpy(shown + 1, own, count * sizeof *own);
  shown[count + 1] = core;
  environ = shown;
  gotoblas_init();
  environ = own;
  free(shown);
}
