/*
 * A pool of threads. Idle threads sleep; those that work for a run wait for its next operator
 * actively for some microseconds, then sleep too.
 */
#ifndef TENON_POOL_H
#define TENON_POOL_H

#include <stdatomic.h>

#include "tenon_cpu.h"

typedef struct tn_pool tn_pool;

/**
 * A new pool that never has more than `limit` threads besides its callers.
 *
 * @param budget shared with other pools of the process: how many more threads may work now
 * @param pin whether thread i is bound to processor i + 1 of those that the process may use
 */
tn_pool *tn_pool_new(int limit, atomic_int *budget, int pin);

/** Ends all threads and frees the pool; no run may use it any more. */
void tn_pool_free(tn_pool *pool);

/** Takes up to run->threads - 1 threads for the run, as many as are idle and the budget allows. */
void tn_pool_join(tn_run *run);

/** Gives them back. */
void tn_pool_leave(tn_run *run);

/** Threads that exist now. */
int tn_pool_threads(const tn_pool *pool);

#endif
