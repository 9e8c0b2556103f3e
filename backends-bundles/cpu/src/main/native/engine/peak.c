#define _GNU_SOURCE
#include "peak.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "kernels.h"

#define ROUNDS 12
#define LOOPS 40000
#define MEMORY_BYTES ((size_t)256 << 20)

typedef struct measurement {
    enum tn_peak_kind kind;
    const char *memory;
    double work[64];
} measurement;

static double seconds(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

static double read_through(const char *memory, int64_t begin, int64_t end) {
    const int64_t *words = (const int64_t *)(memory + begin);
    int64_t sum[8] = {0};
    for (int64_t i = 0; i + 8 <= (end - begin) / 8; i += 8) {
        for (int j = 0; j < 8; j++) {
            sum[j] += words[i + j];
        }
    }
    int64_t all = 0;
    for (int j = 0; j < 8; j++) {
        all += sum[j];
    }
    __asm__ volatile("" : : "r"(all) : "memory");
    return (double)(end - begin);
}

static void measure(void *argument, int64_t begin, int64_t end, int thread) {
    measurement *m = argument;
    if (m->kind == TN_PEAK_MEMORY) {
        m->work[thread] += read_through(m->memory, begin, end);
        return;
    }
    for (int64_t i = begin; i < end; i++) {
        double (*loop)(int64_t) = m->kind == TN_PEAK_F32  ? tn_table.peak.f32
                                  : m->kind == TN_PEAK_Q8 ? tn_table.peak.q8
                                                          : tn_table.peak.bf16;
        m->work[thread] += loop == NULL ? 0 : loop(LOOPS);
    }
}

double tn_peak(enum tn_peak_kind kind, tn_pool *pool, int threads) {
    tn_run run;
    memset(&run, 0, sizeof run);
    run.pool = pool;
    run.threads = threads;
    measurement m = {.kind = kind};
    char *memory = NULL;
    int64_t items = 4 * threads;
    int64_t grain = 1;
    if (kind == TN_PEAK_MEMORY) {
        memory = malloc(MEMORY_BYTES);
        if (memory == NULL) {
            return 0;
        }
        memset(memory, 1, MEMORY_BYTES);
        m.memory = memory;
        items = (int64_t)MEMORY_BYTES;
        grain = (int64_t)1 << 20;
    }
    double best = 0;
    for (int round = 0; round < ROUNDS; round++) {
        memset(m.work, 0, sizeof m.work);
        double before = seconds();
        tn_parallel(&run, items, grain, measure, &m);
        double took = seconds() - before;
        double work = 0;
        for (int i = 0; i < 64; i++) {
            work += m.work[i];
        }
        if (work / took > best) {
            best = work / took;
        }
    }
    tn_pool_leave(&run);
    free(memory);
    return best;
}
