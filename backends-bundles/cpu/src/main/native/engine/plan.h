/* Runs plans. */
#ifndef TENON_PLAN_H
#define TENON_PLAN_H

#include "pool.h"

/** Scratch memory that the operators of a plan take at most, in bytes. */
typedef struct tn_scratch {
    size_t shared;
    size_t local;
} tn_scratch;

/** Scratch memory for a plan that `threads` threads run. */
tn_scratch tn_plan_scratch(const int64_t *code, int threads);

/** Number of operators of a plan. */
int64_t tn_plan_operators(const int64_t *code);

/** Whether the run shall end; asked between operators, at most every 100 µs or so. */
typedef int (*tn_stop)(void *argument);

enum tn_outcome { TN_DONE = 0, TN_FAILED = 1, TN_STOPPED = 2 };

/**
 * Runs all operators in order. TN_FAILED: run->error says why.
 *
 * @param stop NULL if nothing can end it
 * @param nanos receives the time of each operator; NULL if nobody wants to know
 * @param at receives the number of the operator at which it ended
 */
enum tn_outcome tn_plan_run(tn_run *run, const int64_t *code, tn_stop stop, void *argument,
                            int64_t *nanos, int64_t *at);

#endif
