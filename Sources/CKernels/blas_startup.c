// Readies OpenBLAS before `main`, and before its own initialiser does so.
#define _GNU_SOURCE

#include <stdlib.h>
#include <unistd.h>

#include "cpu_level.h"

/// OpenBLAS's initialiser, which does nothing when called again.
__attribute__((weak)) void gotoblas_init(void);

/// Chooses OpenBLAS's own kernels, as its environment variable says; a level below the CPU's holds for them too. And
/// keeps it from starting threads: products are called from the threads of `Compute`, one each, and a pool of its own
/// would spin beside every command, even those that compute nothing. The variables are gone again afterwards: the Swift
/// runtime looks for the command line beside the environment that the process was started with.
__attribute__((constructor(101))) static void start_blas(void) {
  static const char *const cores[] = {[pl_level_baseline] = "Prescott", [pl_level_v3] = "Haswell"};
  char **environment = environ;
  pl_level level = pl_chosen_cpu_level();
  if (level < pl_available_cpu_level()) setenv("OPENBLAS_CORETYPE", cores[level], 0);
  setenv("OPENBLAS_NUM_THREADS", "1", 1);
  if (gotoblas_init) gotoblas_init();
  environ = environment;
}
