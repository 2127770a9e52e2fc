#ifndef PLUMBLINE_CPU_LEVEL_H
#define PLUMBLINE_CPU_LEVEL_H

#include "CKernels.h"

/// What `pl_cpu_level` gives once the process has started; may be called before that.
pl_level pl_chosen_cpu_level(void);

#endif
