/* Chooses the kernels of the instruction sets that the processor has. */
#include <string.h>

#if defined(__x86_64__)
#include <cpuid.h>
#elif defined(__aarch64__)
#include <asm/hwcap.h>
#include <sys/auxv.h>
#endif

#include "kernels.h"

tn_kernels tn_table;

/* A family that an instruction set has nothing for is simply not defined. */
#define DECLARE(set)                                                              \
    extern void tn_##set##_f32(struct tn_k_f32 *) __attribute__((weak));          \
    extern void tn_##set##_q8(struct tn_k_q8 *) __attribute__((weak));            \
    extern void tn_##set##_rnn(struct tn_k_rnn *) __attribute__((weak));          \
    extern void tn_##set##_wb(struct tn_k_wb *) __attribute__((weak));            \
    extern void tn_##set##_math(struct tn_k_math *) __attribute__((weak));        \
    extern void tn_##set##_window(struct tn_k_window *) __attribute__((weak));    \
    extern void tn_##set##_peak(struct tn_k_peak *) __attribute__((weak));        \
    static void fill_##set(tn_kernels *t) {                                       \
        if (tn_##set##_f32) tn_##set##_f32(&t->f32);                              \
        if (tn_##set##_q8) tn_##set##_q8(&t->q8);                                 \
        if (tn_##set##_rnn) tn_##set##_rnn(&t->rnn);                              \
        if (tn_##set##_wb) tn_##set##_wb(&t->wb);                                 \
        if (tn_##set##_math) tn_##set##_math(&t->math);                           \
        if (tn_##set##_window) tn_##set##_window(&t->window);                     \
        if (tn_##set##_peak) tn_##set##_peak(&t->peak);                           \
        t->isa = #set;                                                            \
    }

typedef struct level {
    const char *name;
    int (*present)(void);
    void (*fill)(tn_kernels *);
} level;

static int always(void) {
    return 1;
}

DECLARE(scalar)

#if defined(__x86_64__)
/* The builtins also ask whether the system saves the wide registers. */
static int has_avx2(void) {
    return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
}

static int has_avxvnni(void) {
    unsigned a, b, c, d;
    return has_avx2() && __get_cpuid_count(7, 1, &a, &b, &c, &d) && (a >> 4 & 1);
}

static int has_avx512(void) {
    return has_avx2() && __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
           __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl");
}

static int has_avx512vnni(void) {
    return has_avx512() && __builtin_cpu_supports("avx512vnni");
}

static int has_avx512vbmi(void) {
    return has_avx512vnni() && __builtin_cpu_supports("avx512vbmi");
}

static int has_avx512bf16(void) {
    unsigned a, b, c, d;
    return has_avx512vbmi() && __get_cpuid_count(7, 1, &a, &b, &c, &d) && (a >> 5 & 1);
}

DECLARE(avx2)
DECLARE(avxvnni)
DECLARE(avx512)
DECLARE(avx512vnni)
DECLARE(avx512vbmi)
DECLARE(avx512bf16)

static const level levels[] = {{"scalar", always, fill_scalar},
                               {"avx2", has_avx2, fill_avx2},
                               {"avxvnni", has_avxvnni, fill_avxvnni},
                               {"avx512", has_avx512, fill_avx512},
                               {"avx512vnni", has_avx512vnni, fill_avx512vnni},
                               {"avx512vbmi", has_avx512vbmi, fill_avx512vbmi},
                               {"avx512bf16", has_avx512bf16, fill_avx512bf16}};
#elif defined(__aarch64__)
#ifndef HWCAP2_I8MM
#define HWCAP2_I8MM (1 << 13)
#endif

static int has_neondot(void) {
    return (getauxval(AT_HWCAP) & HWCAP_ASIMDDP) != 0;
}

static int has_neoni8mm(void) {
    return has_neondot() && (getauxval(AT_HWCAP2) & HWCAP2_I8MM) != 0;
}

DECLARE(neon)
DECLARE(neondot)
DECLARE(neoni8mm)

static const level levels[] = {{"scalar", always, fill_scalar},
                               {"neon", always, fill_neon},
                               {"neondot", has_neondot, fill_neondot},
                               {"neoni8mm", has_neoni8mm, fill_neoni8mm}};
#else
static const level levels[] = {{"scalar", always, fill_scalar}};
#endif

#define LEVELS (sizeof levels / sizeof levels[0])

const char *const *tn_isas(void) {
    static const char *names[LEVELS + 1];
    size_t count = 0;
    for (size_t i = 0; i < LEVELS; i++) {
        if (levels[i].present()) {
            names[count++] = levels[i].name;
        }
    }
    names[count] = NULL;
    return names;
}

const char *tn_choose_isa(const char *name) {
    int newest = name == NULL || name[0] == 0;
    size_t last = LEVELS;
    for (size_t i = 0; i < LEVELS; i++) {
        if (levels[i].present() && (newest || strcmp(levels[i].name, name) == 0)) {
            last = i;
        }
    }
    if (last == LEVELS) {
        return NULL;
    }
    tn_kernels table;
    memset(&table, 0, sizeof table);
    for (size_t i = 0; i <= last; i++) {
        if (levels[i].present()) {
            levels[i].fill(&table);
        }
    }
    tn_table = table;
    return tn_table.isa;
}
