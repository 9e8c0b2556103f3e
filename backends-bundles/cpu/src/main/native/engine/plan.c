#include "plan.h"

#include <stdarg.h>
#include <stdio.h>
#include <time.h>

#include "kernels.h"
#include "ops.h"

#define POLL_NANOS 100000

/* word: opcode in the lower 16 bits, number of parameter words above */
#define OPCODE(word) ((word) & 0xFFFF)
#define WORDS(word) ((word) >> 16)

static int64_t now(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

void tn_fail(tn_run *run, const char *format, ...) {
    if (run->error[0] == 0) {
        va_list arguments;
        va_start(arguments, format);
        vsnprintf(run->error, sizeof run->error, format, arguments);
        va_end(arguments);
    }
}

tn_scratch tn_plan_scratch(const int64_t *code, int threads) {
    tn_scratch most = {0, 0};
    for (; OPCODE(*code) != TN_OP_END; code += 1 + WORDS(*code)) {
        const tn_op *op = &tn_ops[OPCODE(*code) < TN_OPCODES ? OPCODE(*code) : TN_OP_END];
        size_t shared = op->shared ? op->shared(code + 1, &tn_table, threads) : 0;
        size_t local = op->local ? op->local(code + 1, &tn_table, threads) : 0;
        most.shared = shared > most.shared ? shared : most.shared;
        most.local = local > most.local ? local : most.local;
    }
    return most;
}

int64_t tn_plan_operators(const int64_t *code) {
    int64_t count = 0;
    for (; OPCODE(*code) != TN_OP_END; code += 1 + WORDS(*code)) {
        count++;
    }
    return count;
}

enum tn_outcome tn_plan_run(tn_run *run, const int64_t *code, tn_stop stop, void *argument,
                            int64_t *nanos, int64_t *at) {
    enum tn_outcome outcome = TN_DONE;
    int timed = stop != NULL || nanos != NULL;
    int64_t before = timed ? now() : 0;
    int64_t polled = before;
    run->error[0] = 0;
    run->team = NULL;
    run->alone = 0;
    for (*at = 0; OPCODE(*code) != TN_OP_END; code += 1 + WORDS(*code), ++*at) {
        if (OPCODE(*code) >= TN_OPCODES || tn_ops[OPCODE(*code)].run == NULL) {
            tn_fail(run, "this library has no operator %d", (int)OPCODE(*code));
        } else {
            tn_ops[OPCODE(*code)].run(run, code + 1);
        }
        if (run->error[0] != 0) {
            outcome = TN_FAILED;
            break;
        }
        if (timed) {
            int64_t after = now();
            if (nanos != NULL) {
                nanos[*at] = after - before;
            }
            before = after;
            if (stop != NULL && after - polled > POLL_NANOS) {
                polled = after;
                if (stop(argument)) {
                    outcome = TN_STOPPED;
                    break;
                }
            }
        }
    }
    tn_pool_leave(run);
    return outcome;
}
