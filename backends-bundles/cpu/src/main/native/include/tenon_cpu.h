/*
 * What every part of the library shares: references into a run's memory, threads, errors.
 *
 * A plan is an array of 64-bit words: for every operator its opcode and number of words, followed
 * by the operator's parameters, a struct of ops.h whose fields are all 8 bytes wide.
 */
#ifndef TENON_CPU_H
#define TENON_CPU_H

#include <stddef.h>
#include <stdint.h>

/** Element types; the numbers are part of the plan. */
enum tn_type {
    TN_F32 = 0,
    TN_U8 = 1,
    TN_S8 = 2,
    TN_I32 = 3,
    TN_I64 = 4,
    TN_BOOL = 5,
    TN_BF16 = 6,
    TN_F16 = 7,
    TN_F64 = 8,
    TN_I16 = 9,
    TN_U16 = 10,
    TN_U32 = 11,
    TN_U64 = 12,
    TN_TYPES
};

/** Bytes of an element. */
static inline size_t tn_size(int64_t type) {
    static const uint8_t bytes[TN_TYPES] = {4, 1, 1, 4, 8, 1, 2, 2, 8, 2, 2, 4, 8};
    return bytes[type];
}

/**
 * A place in memory: space (8 bits), index (8 bits), byte offset (48 bits). 0 is no place, as for
 * an optional operand that is left out.
 */
typedef int64_t tn_ref;

enum tn_space {
    TN_NOWHERE = 0,
    /** The context's arena. */
    TN_ARENA = 1,
    /** The executable's packed weights and constants. */
    TN_WEIGHTS = 2,
    /** Input number `index` of the model. */
    TN_INPUT = 3,
    /** Output number `index` of the model. */
    TN_OUTPUT = 4
};

#define TN_REF(space, index, offset) \
    ((tn_ref)(((uint64_t)(space) << 56) | ((uint64_t)(index) << 48) | (uint64_t)(offset)))

struct tn_kernels;
struct tn_pool;

/** One run of a plan: where its memory is, and who works. */
typedef struct tn_run {
    char *arena;
    char *weights;
    char **inputs;
    char **outputs;
    /** The kernels of the chosen instruction set. */
    const struct tn_kernels *k;
    struct tn_pool *pool;
    /** Threads that may work, the caller's included. */
    int threads;
    /** The threads that work for this run (pool.c); NULL while there are none. */
    void *team;
    /** 1 if no other thread was to be had. */
    int alone;
    /** Scratch memory that all threads of the running operator share; see tn_op.shared. */
    char *shared;
    /** Scratch memory of each thread; see tn_op.local. */
    char *local;
    size_t local_stride;
    /** What went wrong; empty while nothing did. */
    char error[256];
} tn_run;

/** The address of a reference; NULL for 0. */
static inline void *tn_at(const tn_run *run, tn_ref ref) {
    uint64_t bits = (uint64_t)ref;
    size_t offset = bits & 0xFFFFFFFFFFFFull;
    unsigned index = (bits >> 48) & 0xFF;
    switch (bits >> 56) {
        case TN_ARENA: return run->arena + offset;
        case TN_WEIGHTS: return run->weights + offset;
        case TN_INPUT: return run->inputs[index] + offset;
        case TN_OUTPUT: return run->outputs[index] + offset;
        default: return NULL;
    }
}

/** Scratch memory of a thread, 64-byte aligned. */
static inline void *tn_local(const tn_run *run, int thread) {
    return run->local + run->local_stride * (size_t)thread;
}

/** Ends the run with a message for people (printf format); the first one stays. */
void tn_fail(tn_run *run, const char *format, ...) __attribute__((format(printf, 2, 3)));

/** Works on items begin (included) to end (excluded); thread counts from 0, the caller's. */
typedef void (*tn_task)(void *argument, int64_t begin, int64_t end, int thread);

/**
 * Divides items among the run's threads, in pieces of at least `grain` items, and returns when all
 * are done. With one thread, or no more than `grain` items, it is a plain call. Pieces go to
 * whoever is free; a piece's bounds are multiples of `grain` but for the last end.
 */
void tn_parallel(tn_run *run, int64_t items, int64_t grain, tn_task task, void *argument);

/** An operator: how to run it, and what scratch memory it takes. All sizes in bytes. */
typedef struct tn_op {
    const char *name;
    void (*run)(tn_run *run, const void *parameters);
    /** Scratch for all threads together; NULL for none. */
    size_t (*shared)(const void *parameters, const struct tn_kernels *k, int threads);
    /** Scratch for each thread; NULL for none. */
    size_t (*local)(const void *parameters, const struct tn_kernels *k, int threads);
} tn_op;

/** Operators by opcode (ops.h); defined in engine/table.c. */
extern const tn_op tn_ops[];

/** A packing: turns weights into the form that an operator reads. */
typedef struct tn_packing {
    const char *name;
    /** Bytes of the packed form. */
    size_t (*bytes)(const void *parameters, const struct tn_kernels *k);
    /** Packs into `target`, 64-byte aligned, of that many bytes; writes all of them. */
    void (*pack)(const void *parameters, const struct tn_kernels *k, void *target);
} tn_packing;

/** Packings by number (ops.h); defined in engine/table.c. */
extern const tn_packing tn_packings[];

#endif
