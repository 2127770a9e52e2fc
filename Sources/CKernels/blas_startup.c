// Stand in for OpenBLAS's functions of the same names, which its initialiser calls before `main`. An OpenBLAS without
// them has kernels for one CPU only, or starts its pool of threads and never uses it.
#define _GNU_SOURCE

#include <dlfcn.h>
#include <stdlib.h>

#include "cpu_level.h"

void gotoblas_dynamic_init(void);
int openblas_num_threads_env(void);

extern char **environ;

/// Chooses OpenBLAS's own kernels, as its environment variable says; a level below the CPU's holds for them too. The
/// variable is gone again afterwards: the Swift runtime looks for the command line beside the environment that the
/// process was started with.
void gotoblas_dynamic_init(void) {
  static const char *const cores[] = {[pl_level_baseline] = "Prescott", [pl_level_v3] = "Haswell"};
  void (*choose)(void) = (void (*)(void))dlsym(RTLD_NEXT, __func__);
  char **environment = environ;
  pl_level level = pl_chosen_cpu_level();
  if (level < pl_available_cpu_level()) setenv("OPENBLAS_CORETYPE", cores[level], 0);
  if (choose) choose();
  environ = environment;
}

/// How many threads to start. Products are called from the threads of `Compute`, one each; a pool of its own would spin
/// beside every command, even those that compute nothing.
int openblas_num_threads_env(void) { return 1; }
