/* TN_COPY: strided copies, transpositions among them; TN_FILL. */
#include <string.h>

#include "kernels.h"

#define RANK 8
/* Bytes of a cache line, and what a thread should at least have to copy. */
#define LINE 64
#define PIECE (64 * 1024)

/* Elements may lie anywhere: a dimension of bytes may have been taken for one wider element. */
typedef uint8_t __attribute__((may_alias)) e1;
typedef uint16_t __attribute__((may_alias, aligned(1))) e2;
typedef uint32_t __attribute__((may_alias, aligned(1))) e4;
typedef uint64_t __attribute__((may_alias, aligned(1))) e8;

#define ELEMENT e1
#define LANES 16
#define NAME(x) x##_1
#include "transpose.inc"
#define ELEMENT e2
#define LANES 8
#define NAME(x) x##_2
#include "transpose.inc"
#define ELEMENT e4
#define LANES 4
#define NAME(x) x##_4
#include "transpose.inc"
#define ELEMENT e8
#define LANES 2
#define NAME(x) x##_8
#include "transpose.inc"

typedef struct dimension {
    int64_t n, x, y;
} dimension;

typedef struct copy copy;

/* A copy as it is done: for every index of the outer dims a part of the inner one or two. */
struct copy {
    const char *x;
    char *y;
    int64_t size;
    /* distances in elements; outermost first */
    dimension dim[RANK];
    int outer;
    /* the dimensions that `part` copies: a row, or also what is to be transposed with it */
    dimension row, column;
    /* the dimension that is divided: `parts` of `part_n` */
    int64_t parts, part_n;
    void (*part)(const copy *c, const char *x, char *y, int64_t begin, int64_t n);
};

static int64_t distance(int64_t x) {
    return x < 0 ? -x : x;
}

/* Dimensions of more than one element, from the widest step in y to the narrowest. */
static int sorted(const tn_copy *p, dimension *d) {
    int rank = 0;
    for (int i = 0; i < p->rank; i++) {
        dimension next = {p->dims[i], p->x_strides[i], p->y_strides[i]};
        if (next.n == 1) {
            continue;
        }
        int at = rank++;
        for (; at > 0 && distance(d[at - 1].y) < distance(next.y); at--) {
            d[at] = d[at - 1];
        }
        d[at] = next;
    }
    return rank;
}

/* Joins neighbours whose elements follow each other in x and in y. */
static int joined(dimension *d, int rank) {
    int last = 0;
    for (int i = 1; i < rank; i++) {
        if (d[last].x == d[i].x * d[i].n && d[last].y == d[i].y * d[i].n) {
            d[last] = (dimension){d[last].n * d[i].n, d[i].x, d[i].y};
        } else {
            d[++last] = d[i];
        }
    }
    return rank == 0 ? 0 : last + 1;
}

/* Takes a dense innermost dimension of 2, 4 or 8 bytes for one element; the new rank. */
static int widened(dimension *d, int rank, int64_t *size) {
    if (rank == 0) {
        return 0;
    }
    dimension inner = d[rank - 1];
    int64_t bytes = inner.n * *size;
    if (inner.x != 1 || inner.y != 1 || (bytes != 2 && bytes != 4 && bytes != 8)) {
        return rank;
    }
    for (int i = 0; i < rank - 1; i++) {
        if (d[i].x % inner.n != 0 || d[i].y % inner.n != 0) {
            return rank;
        }
    }
    for (int i = 0; i < rank - 1; i++) {
        d[i].x /= inner.n;
        d[i].y /= inner.n;
    }
    *size = bytes;
    return rank - 1;
}

static void part_dense(const copy *c, const char *x, char *y, int64_t begin, int64_t n) {
    memcpy(y + begin * c->size, x + begin * c->size, (size_t)(n * c->size));
}

static void part_strided(const copy *c, const char *x, char *y, int64_t begin, int64_t n) {
    int64_t xs = c->row.x * c->size;
    int64_t ys = c->row.y * c->size;
    x += begin * xs;
    y += begin * ys;
#define EACH(type)                                                                       \
    for (int64_t i = 0; i < n; i++) *(type *)(y + i * ys) = *(const type *)(x + i * xs); \
    break
    switch (c->size) {
        case 1: EACH(e1);
        case 2: EACH(e2);
        case 4: EACH(e4);
        case 8: EACH(e8);
        default:
            for (int64_t i = 0; i < n; i++) memcpy(y + i * ys, x + i * xs, (size_t)c->size);
    }
#undef EACH
}

/* Columns begin ... begin + n, which are dense in x, become rows that are dense in y. */
static void part_transposed(const copy *c, const char *x, char *y, int64_t begin, int64_t n) {
    x += begin * c->size;
    y += begin * c->column.y * c->size;
    switch (c->size) {
        case 1: transpose_1((const e1 *)x, c->row.x, (e1 *)y, c->column.y, n, c->row.n); break;
        case 2: transpose_2((const e2 *)x, c->row.x, (e2 *)y, c->column.y, n, c->row.n); break;
        case 4: transpose_4((const e4 *)x, c->row.x, (e4 *)y, c->column.y, n, c->row.n); break;
        default: transpose_8((const e8 *)x, c->row.x, (e8 *)y, c->column.y, n, c->row.n); break;
    }
}

static int transposable(const copy *c) {
    return c->size == 1 || c->size == 2 || c->size == 4 || c->size == 8;
}

/* Decides what is copied at once, and takes it from the outer dims. */
static void choose_part(copy *c) {
    c->row = c->outer == 0 ? (dimension){1, 1, 1} : c->dim[--c->outer];
    c->part = c->row.x == 1 && c->row.y == 1 ? part_dense : part_strided;
    int64_t divided = c->row.n;
    c->part_n = PIECE / c->size + 1;
    if (c->row.y == 1 && c->row.x != 1 && transposable(c)) {
        int column = c->outer - 1;
        while (column >= 0 && c->dim[column].x != 1) {
            column--;
        }
        if (column >= 0) {
            c->column = c->dim[column];
            for (int i = column; i < c->outer - 1; i++) {
                c->dim[i] = c->dim[i + 1];
            }
            c->outer--;
            c->part = part_transposed;
            divided = c->column.n;
            c->part_n = LINE / c->size * (1 + PIECE / (LINE * c->row.n));
        }
    }
    if (c->part_n > divided) {
        c->part_n = divided;
    }
    c->parts = (divided + c->part_n - 1) / c->part_n;
}

static void copy_task(void *argument, int64_t begin, int64_t end, int thread) {
    const copy *c = argument;
    int64_t divided = c->part == part_transposed ? c->column.n : c->row.n;
    int64_t index[RANK];
    int64_t part = begin % c->parts;
    int64_t rest = begin / c->parts;
    int64_t x = 0;
    int64_t y = 0;
    for (int i = c->outer - 1; i >= 0; i--) {
        index[i] = rest % c->dim[i].n;
        rest /= c->dim[i].n;
        x += index[i] * c->dim[i].x;
        y += index[i] * c->dim[i].y;
    }
    for (int64_t item = begin; item < end; item++) {
        int64_t from = part * c->part_n;
        int64_t n = divided - from < c->part_n ? divided - from : c->part_n;
        c->part(c, c->x + x * c->size, c->y + y * c->size, from, n);
        if (++part < c->parts) {
            continue;
        }
        part = 0;
        for (int i = c->outer - 1; i >= 0; i--) {
            x += c->dim[i].x;
            y += c->dim[i].y;
            if (++index[i] < c->dim[i].n) {
                break;
            }
            x -= c->dim[i].x * c->dim[i].n;
            y -= c->dim[i].y * c->dim[i].n;
            index[i] = 0;
        }
    }
}

void tn_run_copy(tn_run *run, const void *parameters) {
    const tn_copy *p = parameters;
    int64_t elements = 1;
    for (int i = 0; i < p->rank; i++) {
        elements *= p->dims[i];
    }
    if (elements <= 0) {
        return;
    }
    copy c = {.x = tn_at(run, p->x), .y = tn_at(run, p->y), .size = p->size};
    c.outer = joined(c.dim, sorted(p, c.dim));
    c.outer = widened(c.dim, c.outer, &c.size);
    choose_part(&c);
    int64_t items = c.parts;
    for (int i = 0; i < c.outer; i++) {
        items *= c.dim[i].n;
    }
    int64_t bytes = elements * p->size / items;
    tn_parallel(run, items, 1 + PIECE / (bytes + 1), copy_task, &c);
}

typedef struct fill {
    char *y;
    int64_t size, value;
} fill;

static void fill_task(void *argument, int64_t begin, int64_t end, int thread) {
    const fill *f = argument;
#define EACH(type)                                                            \
    for (int64_t i = begin; i < end; i++) ((type *)f->y)[i] = (type)f->value; \
    break
    switch (f->size) {
        case 1: memset(f->y + begin, (int)f->value, (size_t)(end - begin)); break;
        case 2: EACH(e2);
        case 4: EACH(e4);
        default: EACH(e8);
    }
#undef EACH
}

void tn_run_fill(tn_run *run, const void *parameters) {
    const tn_fill *p = parameters;
    fill f = {tn_at(run, p->y), p->size, p->value};
    tn_parallel(run, p->n, PIECE, fill_task, &f);
}
