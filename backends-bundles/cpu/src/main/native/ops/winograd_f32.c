/*
 * 3x3 convolution by Winograd's F(4x4, 3x3): a tile of 4x4 output pixels takes 36 multiplications
 * for each pair of channels, where the direct way takes 144. Numbers that are not finite spread
 * over the tile of 4x4 pixels that they reach.
 */
#include <math.h>
#include <string.h>

#include "conv_f32.h"

/* Operations that a piece of work should have at least. */
#define PIECE (2 << 20)
/* Floats of transformed input that a block of tiles should have at most: what the cache holds. */
#define BLOCK_FLOATS (96 << 10)
#define MOST_TILES 96
/* Keeps the 36 matrices of a block from falling on the same lines of the cache. */
#define GAP 16

typedef struct job {
    tn_f32_result result;
    const tn_run *run;
    const tn_conv *p;
    const float *x, *u, *zeros;
    int64_t across, down, tiles, block, channels;
} job;

/* G w G^T, in double precision. */
void tn_winograd_weights(const float w[9], float u[36]) {
    static const double g[6][3] = {{1.0 / 4, 0, 0},
                                   {-1.0 / 6, -1.0 / 6, -1.0 / 6},
                                   {-1.0 / 6, 1.0 / 6, -1.0 / 6},
                                   {1.0 / 24, 1.0 / 12, 1.0 / 6},
                                   {1.0 / 24, -1.0 / 12, 1.0 / 6},
                                   {0, 0, 1}};
    double half[6][3];
    for (int i = 0; i < 6; i++) {
        for (int x = 0; x < 3; x++) {
            half[i][x] = g[i][0] * w[x] + g[i][1] * w[3 + x] + g[i][2] * w[6 + x];
        }
    }
    for (int i = 0; i < 6; i++) {
        for (int j = 0; j < 6; j++) {
            u[i * 6 + j] =
                (float)(half[i][0] * g[j][0] + half[i][1] * g[j][1] + half[i][2] * g[j][2]);
        }
    }
}

/* Channels rounded up to whole vectors. */
static int64_t whole(const struct tn_k_f32 *k, int64_t channels) {
    return (channels + k->vector - 1) / k->vector * k->vector;
}

/* Tiles that are transformed, multiplied and transformed back together. */
static int64_t block_of(const tn_conv *p, const struct tn_k_f32 *k) {
    int64_t tiles = BLOCK_FLOATS / (36 * whole(k, p->ci));
    return tiles < k->mr ? k->mr : tiles < MOST_TILES ? tiles : MOST_TILES;
}

size_t tn_local_winograd(const tn_conv *p, const tn_kernels *k) {
    int64_t block = block_of(p, &k->f32);
    int64_t v = 36 * (block * whole(&k->f32, p->ci) + GAP);
    int64_t m = 36 * (block * k->f32.nr + GAP);
    return (size_t)(v + m + 17 * k->f32.nr) * sizeof(float);
}

/* A tile's place: its picture, and its first output pixel there. */
typedef struct place {
    int64_t picture, y, x;
} place;

static place place_of(const job *j, int64_t tile) {
    int64_t row = tile / j->across;
    return (place){row / j->down, row % j->down * 4, tile % j->across * 4};
}

static place next(const job *j, place at) {
    at.x += 4;
    if (at.x >= j->p->ow) {
        at.x = 0;
        at.y += 4;
    }
    if (at.y >= j->p->oh) {
        at.y = 0;
        at.picture++;
    }
    return at;
}

static void transform(const job *j, place at, float *v, int64_t v_step) {
    const tn_conv *p = j->p;
    const float *pixels[36];
    int64_t from[6];
    for (int col = 0; col < 6; col++) {
        int64_t x = at.x - p->pl + col;
        from[col] = x >= 0 && x < p->wd ? x * p->x_ld : -1;
    }
    for (int row = 0; row < 6; row++) {
        int64_t y = at.y - p->pt + row;
        const float *line = j->x + (at.picture * p->h + y) * p->wd * p->x_ld;
        int inside = y >= 0 && y < p->h;
        for (int col = 0; col < 6; col++) {
            pixels[row * 6 + col] = inside && from[col] >= 0 ? line + from[col] : j->zeros;
        }
    }
    j->result.k->winograd_in(pixels, p->ci, v, v_step);
}

/* The 36 products of `count` tiles with a panel of `width` columns. */
static void multiply(const job *j, int64_t count, const float *v, int64_t v_step, const float *u,
                     int width, float *m, int64_t m_step) {
    const struct tn_k_f32 *k = j->result.k;
    int64_t parts = (count + k->mr - 1) / k->mr;
    int64_t height = (count + parts - 1) / parts;
    tn_tile t = {.low = -INFINITY, .high = INFINITY, .ld = width, .cols = width};
    for (int64_t i = 0; i < 36; i++) {
        for (int64_t at = 0; at < count; at += height) {
            int rows = (int)(count - at < height ? count - at : height);
            const float *a[TN_TILE_ROWS];
            for (int r = 0; r < rows; r++) a[r] = v + i * v_step + (at + r) * j->channels;
            t.out = m + i * m_step + at * width;
            k->tiles[width / k->unit - 1](rows, 1, j->p->ci, a, u, &t);
        }
        u += j->p->ci * width;
    }
}

/* Columns from col on of a tile, back from m. `spare`: 17 * nr floats. */
static void finish(const job *j, place at, const float *m, int64_t m_step, int64_t col, int cols,
                   float *spare) {
    const tn_conv *p = j->p;
    const tn_f32_result *result = &j->result;
    const tn_epi *e = &result->e;
    int64_t nr = result->k->nr;
    int wide = (int)(p->ow - at.x < 4 ? p->ow - at.x : 4);
    int high = (int)(p->oh - at.y < 4 ? p->oh - at.y : 4);
    int64_t first = (at.picture * p->oh + at.y) * p->ow + at.x;
    int adds = result->direct && e->residual != NULL;
    float *out[16];
    const float *add[16];
    tn_tile t = {.low = -INFINITY, .high = INFINITY, .cols = cols};
    if (result->direct) {
        t.bias = e->bias == NULL ? NULL : e->bias + col;
        t.low = result->low;
        t.high = result->high;
    }
    for (int i = 0; i < 16; i++) {
        int64_t pixel = first + i / 4 * p->ow + i % 4;
        int inside = i / 4 < high && i % 4 < wide;
        out[i] = !result->direct ? spare + i * nr
                 : inside        ? (float *)result->out + pixel * result->ld + col
                                 : spare + 16 * nr;
        add[i] = inside && adds ? (const float *)e->residual + pixel * e->residual_ld + col : j->zeros;
    }
    result->k->winograd_out(m, m_step, &t, adds ? add : NULL, out);
    for (int row = 0; row < high && !result->direct; row++) {
        result->k->store(e, spare + row * 4 * nr, (int)nr, result->out, result->ld,
                         first + row * p->ow, col, wide, cols);
    }
}

static void blocks(void *argument, int64_t begin, int64_t end, int thread) {
    const job *j = argument;
    const tn_conv *p = j->p;
    const struct tn_k_f32 *k = j->result.k;
    int64_t v_step = j->block * j->channels + GAP, m_step = j->block * k->nr + GAP;
    float *v = tn_local(j->run, thread);
    float *m = v + 36 * v_step;
    float *spare = m + 36 * m_step;
    for (int64_t at = begin * j->block; at < end * j->block && at < j->tiles; at += j->block) {
        int64_t count = j->tiles - at < j->block ? j->tiles - at : j->block;
        place first = place_of(j, at), tile = first;
        for (int64_t t = 0; t < count; t++, tile = next(j, tile)) {
            transform(j, tile, v + t * j->channels, v_step);
        }
        const float *u = j->u;
        for (int64_t col = 0; col < p->co; col += k->nr) {
            int cols = (int)(p->co - col < k->nr ? p->co - col : k->nr);
            int width = tn_f32_width(k, cols, 0);
            multiply(j, count, v, v_step, u, width, m, m_step);
            u += 36 * p->ci * width;
            tile = first;
            for (int64_t t = 0; t < count; t++, tile = next(j, tile)) {
                finish(j, tile, m + t * width, m_step, col, cols, spare);
            }
        }
    }
}

void tn_run_winograd(tn_run *run, const tn_conv *p) {
    const struct tn_k_f32 *k = &run->k->f32;
    tn_epi e = tn_resolve(run, &p->e);
    const tn_conv_packed *header = tn_at(run, p->w);
    job j = {.result = tn_f32_result_of(k, &e, tn_at(run, p->y), p->y_ld, 0),
             .run = run,
             .p = p,
             .x = tn_at(run, p->x),
             .u = (const float *)(header + 1),
             .zeros = (const float *)run->shared,
             .across = (p->ow + 3) / 4,
             .down = (p->oh + 3) / 4,
             .channels = whole(k, p->ci)};
    j.tiles = p->n * j.across * j.down;
    if (j.tiles == 0) {
        return;
    }
    int64_t most = block_of(p, k);
    int64_t items = (j.tiles + most - 1) / most;
    j.block = (j.tiles + items - 1) / items;
    int64_t zeros = p->ci > k->nr ? p->ci : k->nr;
    memset(run->shared, 0, (size_t)zeros * sizeof(float));
    int64_t each = 2 * 36 * j.block * p->ci * p->co;
    tn_parallel(run, items, tn_grain(run, items, each, PIECE), blocks, &j);
}
