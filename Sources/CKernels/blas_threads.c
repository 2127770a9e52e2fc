// Stands in for OpenBLAS's function of the same name, which its initialiser asks for the number of threads to start.
// Products are called from the threads of `Compute`, one each; a pool of its own would spin beside every command,
// even those that compute nothing. An OpenBLAS without the function starts its pool and never uses it.
int openblas_num_threads_env(void);

int openblas_num_threads_env(void) { return 1; }
