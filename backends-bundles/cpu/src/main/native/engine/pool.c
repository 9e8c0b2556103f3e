#define _GNU_SOURCE
#include "pool.h"

#include <limits.h>
#include <linux/futex.h>
#include <pthread.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#if defined(__x86_64__)
#define RELAX() __builtin_ia32_pause()
#elif defined(__aarch64__)
#define RELAX() __asm__ volatile("yield")
#else
#define RELAX() ((void)0)
#endif

/* Rounds of active waiting, some 50 µs: longer than most operators' caller-only parts. */
#define SPINS 2000
#define MAX_TEAM 64
/* No job has that many pieces. */
#define NO_PIECE 0xFFFFFFFFu
/* In the lowest bit of a worker's team. */
#define WORKING ((uintptr_t)1)

/*
 * A team works for one run. `claims` holds the number of the job (upper half) and of the next piece
 * of it that nobody has taken (lower half): a piece is taken by compare-and-swap, so that a thread
 * which comes late can never take a piece of a job that is over. While the next job's fields are
 * written, the number of the piece is one that no job has.
 */
typedef struct team {
    _Alignas(64) atomic_uint_fast64_t claims;
    _Alignas(64) atomic_int_fast64_t done;
    _Alignas(64) atomic_int bell;
    atomic_int sleepers;
    atomic_int leaving;
    tn_task task;
    void *argument;
    int64_t items;
    int64_t grain;
    atomic_int_fast64_t pieces;
    int members;
} team;

typedef struct worker {
    struct tn_pool *pool;
    pthread_t thread;
    /* The team it shall work for, or does (then with the lowest bit set); 0 when idle. */
    atomic_uintptr_t team;
    /* Its number in the team. */
    int number;
    atomic_int bell;
} worker;

struct tn_pool {
    pthread_mutex_t lock;
    worker *workers;
    int limit;
    int count;
    int pin;
    atomic_int quit;
    atomic_int *budget;
};

static void sleep_while(atomic_int *word, int value) {
    syscall(SYS_futex, word, FUTEX_WAIT_PRIVATE, value, NULL, NULL, 0);
}

static void wake(atomic_int *word, int how_many) {
    syscall(SYS_futex, word, FUTEX_WAKE_PRIVATE, how_many, NULL, NULL, 0);
}

/* Takes and does pieces of the team's job until none is left. */
static void work(team *t, int number) {
    for (;;) {
        uint_fast64_t seen = atomic_load_explicit(&t->claims, memory_order_acquire);
        int64_t piece = (int64_t)(seen & 0xFFFFFFFFu);
        if (piece >= atomic_load_explicit(&t->pieces, memory_order_relaxed)) {
            return;
        }
        if (!atomic_compare_exchange_weak_explicit(&t->claims, &seen, seen + 1, memory_order_acq_rel,
                                                   memory_order_relaxed)) {
            continue;
        }
        int64_t begin = piece * t->grain;
        int64_t end = begin + t->grain < t->items ? begin + t->grain : t->items;
        t->task(t->argument, begin, end, number);
        atomic_fetch_add_explicit(&t->done, 1, memory_order_acq_rel);
    }
}

static void serve(team *t, int number) {
    uint_fast64_t job = 0;
    for (;;) {
        uint_fast64_t now = 0;
        int spins = 0;
        for (;;) {
            int bell = atomic_load(&t->bell);
            now = atomic_load_explicit(&t->claims, memory_order_acquire) >> 32;
            if (now != job || atomic_load(&t->leaving)) {
                break;
            }
            if (spins++ < SPINS) {
                RELAX();
                continue;
            }
            atomic_fetch_add(&t->sleepers, 1);
            if (atomic_load_explicit(&t->claims, memory_order_acquire) >> 32 == job &&
                !atomic_load(&t->leaving)) {
                sleep_while(&t->bell, bell);
            }
            atomic_fetch_sub(&t->sleepers, 1);
        }
        if (now == job) {
            return;
        }
        job = now;
        work(t, number);
    }
}

static void *live(void *argument) {
    worker *self = argument;
    for (;;) {
        int bell = atomic_load(&self->bell);
        uintptr_t wanted = atomic_load(&self->team);
        if (wanted != 0) {
            /* Fails if the run was over before this thread woke up. */
            if (atomic_compare_exchange_strong(&self->team, &wanted, wanted | WORKING)) {
                team *t = (team *)wanted;
                serve(t, self->number);
                atomic_store(&self->team, 0);
                atomic_fetch_sub(&t->leaving, 1);
            }
        } else if (atomic_load(&self->pool->quit)) {
            return NULL;
        } else {
            sleep_while(&self->bell, bell);
        }
    }
}

static void pin_to(pthread_t thread, int index) {
    cpu_set_t allowed;
    if (sched_getaffinity(0, sizeof allowed, &allowed) != 0) {
        return;
    }
    for (int cpu = 0, seen = 0; cpu < CPU_SETSIZE; cpu++) {
        if (CPU_ISSET(cpu, &allowed) && seen++ == index) {
            cpu_set_t one;
            CPU_ZERO(&one);
            CPU_SET(cpu, &one);
            pthread_setaffinity_np(thread, sizeof one, &one);
            return;
        }
    }
}

static int hire(tn_pool *pool) {
    worker *w = &pool->workers[pool->count];
    w->pool = pool;
    if (pthread_create(&w->thread, NULL, live, w) != 0) {
        return 0;
    }
    pthread_setname_np(w->thread, "tenon-cpu");
    if (pool->pin) {
        pin_to(w->thread, pool->count + 1);
    }
    pool->count++;
    return 1;
}

tn_pool *tn_pool_new(int limit, atomic_int *budget, int pin) {
    tn_pool *pool = calloc(1, sizeof *pool);
    if (pool == NULL) {
        return NULL;
    }
    pool->workers = calloc((size_t)(limit > 0 ? limit : 1), sizeof *pool->workers);
    if (pool->workers == NULL) {
        free(pool);
        return NULL;
    }
    pthread_mutex_init(&pool->lock, NULL);
    pool->limit = limit;
    pool->budget = budget;
    pool->pin = pin;
    return pool;
}

void tn_pool_free(tn_pool *pool) {
    atomic_store(&pool->quit, 1);
    for (int i = 0; i < pool->count; i++) {
        atomic_fetch_add(&pool->workers[i].bell, 1);
        wake(&pool->workers[i].bell, 1);
        pthread_join(pool->workers[i].thread, NULL);
    }
    pthread_mutex_destroy(&pool->lock);
    free(pool->workers);
    free(pool);
}

int tn_pool_threads(const tn_pool *pool) {
    return pool->count;
}

static int take_from_budget(atomic_int *budget, int wanted) {
    int there = atomic_load(budget);
    for (;;) {
        int taken = there < wanted ? there : wanted;
        if (taken <= 0) {
            return 0;
        }
        if (atomic_compare_exchange_weak(budget, &there, there - taken)) {
            return taken;
        }
    }
}

void tn_pool_join(tn_run *run) {
    tn_pool *pool = run->pool;
    int wanted = run->threads - 1 < MAX_TEAM - 1 ? run->threads - 1 : MAX_TEAM - 1;
    run->team = NULL;
    if (pool == NULL || wanted <= 0) {
        return;
    }
    int granted = take_from_budget(pool->budget, wanted);
    if (granted == 0) {
        return;
    }
    team *t = aligned_alloc(64, sizeof *t);
    if (t == NULL) {
        atomic_fetch_add(pool->budget, granted);
        return;
    }
    memset(t, 0, sizeof *t);
    pthread_mutex_lock(&pool->lock);
    for (int i = 0; t->members < granted; i++) {
        if (i == pool->count && (i == pool->limit || !hire(pool))) {
            break;
        }
        worker *w = &pool->workers[i];
        if (atomic_load(&w->team) == 0) {
            w->number = ++t->members;
            atomic_store(&w->team, (uintptr_t)t);
            atomic_fetch_add(&w->bell, 1);
            wake(&w->bell, 1);
        }
    }
    pthread_mutex_unlock(&pool->lock);
    atomic_fetch_add(pool->budget, granted - t->members);
    if (t->members == 0) {
        free(t);
        return;
    }
    run->team = t;
}

void tn_pool_leave(tn_run *run) {
    team *t = run->team;
    if (t == NULL) {
        return;
    }
    run->team = NULL;
    int members = t->members;
    int woken = members;
    for (int i = 0; i < run->pool->limit; i++) {
        uintptr_t asleep = (uintptr_t)t;
        woken -= atomic_compare_exchange_strong(&run->pool->workers[i].team, &asleep, 0);
    }
    atomic_fetch_add(&t->leaving, woken + 1);
    atomic_fetch_add(&t->bell, 1);
    wake(&t->bell, INT_MAX);
    while (atomic_load(&t->leaving) > 1) {
        RELAX();
    }
    free(t);
    atomic_fetch_add(run->pool->budget, members);
}

void tn_parallel(tn_run *run, int64_t items, int64_t grain, tn_task task, void *argument) {
    if (grain < 1) {
        grain = 1;
    }
    if (run->threads > 1 && items > grain && run->team == NULL && !run->alone) {
        tn_pool_join(run);
        run->alone = run->team == NULL;
    }
    team *t = run->team;
    if (t == NULL || items <= grain) {
        if (items > 0) {
            task(argument, 0, items, 0);
        }
        return;
    }
    int64_t pieces = (items + grain - 1) / grain;
    uint_fast64_t job = (atomic_load_explicit(&t->claims, memory_order_relaxed) >> 32) + 1;
    atomic_store(&t->claims, (job - 1) << 32 | NO_PIECE);
    t->task = task;
    t->argument = argument;
    t->items = items;
    t->grain = grain;
    atomic_store_explicit(&t->done, 0, memory_order_relaxed);
    atomic_store_explicit(&t->pieces, pieces, memory_order_relaxed);
    atomic_store(&t->claims, job << 32);
    if (atomic_load(&t->sleepers) > 0) {
        atomic_fetch_add(&t->bell, 1);
        wake(&t->bell, INT_MAX);
    }
    work(t, 0);
    while (atomic_load_explicit(&t->done, memory_order_acquire) < pieces) {
        RELAX();
    }
}
