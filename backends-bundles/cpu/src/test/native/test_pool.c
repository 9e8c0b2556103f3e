/* The pool gives every item to exactly one thread, however jobs follow each other. */
#include "test.h"

static void count(void *argument, int64_t begin, int64_t end, int thread) {
    atomic_int *seen = argument;
    for (int64_t i = begin; i < end; i++) atomic_fetch_add(&seen[i], 1 + 0 * thread);
}

static void tests(void) {
    enum { ITEMS = 1000 };
    static atomic_int seen[ITEMS];
    tn_run run;
    memset(&run, 0, sizeof run);
    run.pool = test_pool;
    for (int round = 0; round < 2000; round++) {
        run.threads = 1 + round % 4;
        run.alone = 0;
        for (int job = 0; job < 5; job++) {
            int items = random_int(0, ITEMS);
            memset(seen, 0, sizeof seen);
            tn_parallel(&run, items, random_int(1, 50), count, seen);
            int wrong = 0;
            for (int i = 0; i < ITEMS; i++) wrong += seen[i] != (i < items);
            CHECK(wrong == 0, "%d of %d items were not done once", wrong, items);
        }
        tn_pool_leave(&run);
    }
    CHECK(tn_pool_threads(test_pool) <= 3, "more threads than allowed");
}

int main(void) {
    return on_every_isa(tests);
}
