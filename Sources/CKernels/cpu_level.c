#include "cpu_level.h"

#include <stdlib.h>
#include <string.h>

#include "portability.h"

static const char *const names[] = {"baseline", "x86-64-v3", "x86-64-v4"};

const char *pl_level_name(pl_level level) { return names[level]; }

pl_level pl_available_cpu_level(void) {
#if defined(__x86_64__)
  __builtin_cpu_init();
  if (__builtin_cpu_supports("x86-64-v4")) return pl_level_v4;
  if (__builtin_cpu_supports("x86-64-v3")) return pl_level_v3;
#endif
  return pl_level_baseline;
}

pl_level pl_chosen_cpu_level(void) {
  pl_level available = pl_available_cpu_level();
  const char *name = getenv("PLUMBLINE_CPU");
  for (pl_level level = pl_level_baseline; name && level < available; level++)
    if (strcmp(name, names[level]) == 0) return level;
  return available;
}

pl_level pl_level_in_use = pl_level_baseline;

pl_level pl_cpu_level(void) { return pl_level_in_use; }

__attribute__((constructor)) static void choose_level(void) { pl_level_in_use = pl_chosen_cpu_level(); }
