/* What all native tests share: random numbers, checks, and a run over every instruction set. */
#ifndef TENON_TEST_H
#define TENON_TEST_H

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "kernels.h"
#include "ops.h"
#include "plan.h"
#include "pool.h"

static int test_checks;
static int test_failures;

#define CHECK(condition, ...)                                         \
    do {                                                              \
        test_checks++;                                                \
        if (!(condition)) {                                           \
            if (test_failures++ < 20) {                               \
                printf("%s:%d [%s] ", __FILE__, __LINE__, tn_table.isa); \
                printf(__VA_ARGS__);                                  \
                printf("\n");                                         \
            }                                                         \
        }                                                             \
    } while (0)

static uint64_t test_seed = 42;

static inline uint32_t random_bits(void) {
    test_seed = test_seed * 6364136223846793005ull + 1442695040888963407ull;
    return (uint32_t)(test_seed >> 32);
}

/** Uniform in [low, high). */
static inline float random_float(float low, float high) {
    return low + (high - low) * ((float)(random_bits() >> 8) / 16777216.0f);
}

/** Uniform in low ... high. */
static inline int random_int(int low, int high) {
    return low + (int)(random_bits() % (uint32_t)(high - low + 1));
}

/** 64-byte aligned, filled with 0xAB so that what is not written shows; freed by free(). */
static inline void *fresh(size_t bytes) {
    void *memory = aligned_alloc(64, (bytes + 127) / 64 * 64);
    memset(memory, 0xAB, (bytes + 127) / 64 * 64);
    return memory;
}

static inline float *random_floats(size_t n, float low, float high) {
    float *x = fresh(n * sizeof(float));
    for (size_t i = 0; i < n; i++) x[i] = random_float(low, high);
    return x;
}

static inline uint8_t *random_bytes(size_t n) {
    uint8_t *x = fresh(n);
    for (size_t i = 0; i < n; i++) x[i] = (uint8_t)random_bits();
    return x;
}

/** Packs weights; freed by free(). */
static inline void *packed(enum tn_packing_kind kind, const void *parameters) {
    void *target = fresh(tn_packings[kind].bytes(parameters, &tn_table));
    tn_packings[kind].pack(parameters, &tn_table, target);
    return target;
}

static tn_pool *test_pool;

/** A reference to memory of the test: inputs are addresses, so index i stands for pointers[i]. */
static char *test_pointers[32];
static int test_pointer_count;

static inline tn_ref at(const void *address) {
    if (address == NULL) return 0;
    test_pointers[test_pointer_count] = (char *)address;
    return TN_REF(TN_INPUT, test_pointer_count++, 0);
}

/** Runs one operator on `threads` threads; words = sizeof parameters / 8. Returns its error or "". */
static inline const char *run_op(int64_t opcode, const void *parameters, size_t bytes, int threads) {
    static char error[256];
    int64_t code[256];
    code[0] = opcode | (int64_t)(bytes / 8) << 16;
    memcpy(code + 1, parameters, bytes);
    code[1 + bytes / 8] = TN_OP_END;
    tn_scratch scratch = tn_plan_scratch(code, threads);
    tn_run run;
    memset(&run, 0, sizeof run);
    run.inputs = test_pointers;
    run.outputs = test_pointers;
    run.k = &tn_table;
    run.pool = test_pool;
    run.threads = threads;
    run.local_stride = (scratch.local + 63) / 64 * 64;
    run.shared = fresh(scratch.shared + 64);
    run.local = fresh(run.local_stride * (size_t)threads + 64);
    /* as floats these are NaN, which shows wherever it is used */
    memset(run.shared, 0xFF, scratch.shared);
    memset(run.local, 0xFF, run.local_stride * (size_t)threads);
    int64_t place;
    tn_plan_run(&run, code, NULL, NULL, NULL, &place);
    free(run.shared);
    free(run.local);
    memcpy(error, run.error, sizeof error);
    test_pointer_count = 0;
    return error;
}

/** Runs `tests` for every instruction set of this processor; the exit status of the program. */
static inline int on_every_isa(void (*tests)(void)) {
    static atomic_int budget = 3;
    const char *only = getenv("TENON_CPU_ISA");
    test_pool = tn_pool_new(3, &budget, 0);
    for (const char *const *isa = tn_isas(); *isa != NULL; isa++) {
        if (only != NULL && strcmp(only, *isa) != 0) continue;
        test_seed = 42;
        tn_choose_isa(*isa);
        int before = test_failures;
        tests();
        printf("%-12s %s\n", *isa, test_failures == before ? "passed" : "FAILED");
    }
    tn_pool_free(test_pool);
    printf("%d checks, %d failed\n", test_checks, test_failures);
    return test_failures != 0 || test_checks == 0;
}

#endif
