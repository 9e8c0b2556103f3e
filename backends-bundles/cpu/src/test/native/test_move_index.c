/* Gathering, scattering, ordering and turning against loops over single elements. */
#include "test.h"

static void *random_indices(int64_t n, int64_t axis, int64_t type) {
    void *indices = fresh((size_t)n * 8);
    for (int64_t i = 0; i < n; i++) {
        int index = random_int((int)-axis, (int)axis - 1);
        if (type == TN_I64) {
            ((int64_t *)indices)[i] = index;
        } else {
            ((int32_t *)indices)[i] = index;
        }
    }
    return indices;
}

static int64_t index_of(const void *indices, int64_t type, int64_t i, int64_t axis) {
    int64_t index = type == TN_I64 ? ((const int64_t *)indices)[i] : ((const int32_t *)indices)[i];
    return index < 0 ? index + axis : index;
}

static void put_index(void *indices, int64_t type, int64_t i, int64_t index) {
    if (type == TN_I64) {
        ((int64_t *)indices)[i] = index;
    } else {
        ((int32_t *)indices)[i] = (int32_t)index;
    }
}

static void gathers(void) {
    static const int inners[] = {1, 4, 8, 12, 100, 3000};
    for (int round = 0; round < 60; round++) {
        int64_t type = round % 2 ? TN_I64 : TN_I32;
        int64_t outer = random_int(0, 3), axis = random_int(1, 20), count = random_int(0, 40);
        int64_t inner = inners[round % 6];
        char *x = (char *)random_bytes((size_t)(outer * axis * inner));
        char *y = fresh((size_t)(outer * count * inner));
        void *indices = random_indices(count, axis, type);
        tn_gather p = {at(x), at(indices), at(y), outer, axis, inner, count, type};
        const char *error = run_op(TN_GATHER, &p, sizeof p, 1 + round % 3);
        int wrong = error[0] != 0;
        for (int64_t i = 0; i < outer * count; i++) {
            int64_t row = i / count * axis + index_of(indices, type, i % count, axis);
            wrong += memcmp(y + i * inner, x + row * inner, (size_t)inner) != 0;
        }
        CHECK(wrong == 0, "gather %d: %d are wrong %s", round, wrong, error);
        if (outer * count > 0) {
            static const int64_t outside[] = {0, -1, INT32_MAX, INT32_MIN};
            int64_t bad = outside[round % 4] + (round % 4 == 0 ? axis : round % 4 == 1 ? -axis : 0);
            put_index(indices, type, count - 1, bad);
            p.x = at(x), p.indices = at(indices), p.y = at(y);
            error = run_op(TN_GATHER, &p, sizeof p, 1 + round % 3);
            CHECK(strstr(error, "out of range") != NULL, "gather of index %d: %s", (int)bad, error);
        }
        free(x);
        free(y);
        free(indices);
    }
}

static void gather_elements(void) {
    static const int sizes[] = {1, 2, 4, 8};
    for (int round = 0; round < 40; round++) {
        int64_t type = round % 2 ? TN_I64 : TN_I32;
        int64_t outer = random_int(1, 3), axis = random_int(1, 9), count = random_int(0, 9);
        int64_t inner = random_int(1, 300), size = sizes[round % 4];
        char *x = (char *)random_bytes((size_t)(outer * axis * inner * size));
        char *y = fresh((size_t)(outer * count * inner * size));
        void *indices = random_indices(outer * count * inner, axis, type);
        tn_gather_elements p = {at(x), at(indices), at(y), outer, axis, inner, count, size, type};
        const char *error = run_op(TN_GATHER_ELEMENTS, &p, sizeof p, 1 + round % 3);
        int wrong = error[0] != 0;
        for (int64_t i = 0; i < outer * count * inner; i++) {
            int64_t from = (i / inner / count * axis + index_of(indices, type, i, axis)) * inner;
            wrong += memcmp(y + i * size, x + (from + i % inner) * size, (size_t)size) != 0;
        }
        CHECK(wrong == 0, "gather elements %d: %d are wrong %s", round, wrong, error);
        free(x);
        free(y);
        free(indices);
    }
}

static void gather_and_scatter_nd(void) {
    for (int round = 0; round < 60; round++) {
        int64_t type = round % 2 ? TN_I64 : TN_I32;
        int64_t dims[3] = {random_int(1, 5), random_int(1, 5), random_int(1, 5)};
        int depth = random_int(0, 3), batch = random_int(1, 3), count = random_int(1, 30);
        int inner = random_int(1, 40);
        int slices = 1;
        for (int d = 0; d < depth; d++) slices *= (int)dims[d];
        float *x = random_floats((size_t)(batch * slices * inner), -1, 1);
        float *updates = random_floats((size_t)(batch * count * inner), -1, 1);
        int64_t tuples = batch * count;
        void *indices = fresh((size_t)(tuples * depth) * 8);
        int64_t *slice = fresh((size_t)tuples * 8);
        for (int64_t i = 0; i < tuples; i++) {
            slice[i] = 0;
            for (int d = 0; d < depth; d++) {
                int64_t index = random_int(-(int)dims[d], (int)dims[d] - 1);
                put_index(indices, type, i * depth + d, index);
                slice[i] = slice[i] * dims[d] + (index < 0 ? index + dims[d] : index);
            }
        }
        float *y = fresh((size_t)(tuples * inner) * 4);
        tn_gather_nd p = {at(x),
                          at(indices),
                          at(y),
                          batch,
                          count,
                          depth,
                          inner * 4,
                          type,
                          0,
                          TN_F32,
                          {dims[0], dims[1], dims[2]}};
        const char *error = run_op(TN_GATHER_ND, &p, sizeof p, 1 + round % 3);
        int wrong = error[0] != 0;
        for (int64_t i = 0; i < tuples; i++) {
            wrong += memcmp(y + i * inner, x + (i / count * slices + slice[i]) * inner,
                            (size_t)inner * 4) != 0;
        }
        CHECK(wrong == 0, "gather nd %d: %d are wrong %s", round, wrong, error);

        float *expected = fresh((size_t)(slices * inner) * 4);
        memcpy(expected, x, (size_t)(slices * inner) * 4);
        int reduction = round % 5;
        for (int64_t i = 0; i < count * inner; i++) {
            float *to = &expected[slice[i / inner] * inner + i % inner];
            float v = updates[i];
            *to = reduction == 0   ? v
                  : reduction == 1 ? *to + v
                  : reduction == 2 ? *to * v
                  : reduction == 3 ? fmaxf(*to, v)
                                   : fminf(*to, v);
        }
        p.x = at(updates), p.indices = at(indices), p.y = at(x);
        p.batch = 1, p.reduction = reduction;
        error = run_op(TN_SCATTER_ND, &p, sizeof p, 1 + round % 3);
        CHECK(error[0] == 0 && memcmp(x, expected, (size_t)(slices * inner) * 4) == 0,
              "scatter nd %d, reduction %d %s", round, reduction, error);
        if (depth > 0) {
            put_index(indices, type, 0, dims[0]);
            for (int op = TN_GATHER_ND; op <= TN_SCATTER_ND; op++) {
                p.x = at(x), p.indices = at(indices), p.y = at(op == TN_GATHER_ND ? y : x);
                error = run_op(op, &p, sizeof p, 1);
                CHECK(strstr(error, "out of range") != NULL, "operator %d: %s", op, error);
            }
        }
        free(x), free(updates), free(indices), free(slice), free(y), free(expected);
    }
}

static double element(const void *x, int64_t type, int64_t i) {
    switch (type) {
        case TN_F32: return ((const float *)x)[i];
        case TN_F64: return ((const double *)x)[i];
        case TN_I32: return ((const int32_t *)x)[i];
        case TN_U8: return ((const uint8_t *)x)[i];
        default: return (double)((const int64_t *)x)[i];
    }
}

static void *random_elements(int64_t n, int64_t type) {
    void *x = fresh((size_t)n * 8);
    for (int64_t i = 0; i < n; i++) {
        /* few values, so that there are equal ones */
        int v = random_int(-20, 20);
        switch (type) {
            case TN_F32: ((float *)x)[i] = (float)v * 0.5f; break;
            case TN_F64: ((double *)x)[i] = v * 0.5; break;
            case TN_I32: ((int32_t *)x)[i] = v; break;
            case TN_U8: ((uint8_t *)x)[i] = (uint8_t)v; break;
            default: ((int64_t *)x)[i] = v;
        }
    }
    return x;
}

static const int64_t element_types[] = {TN_F32, TN_F64, TN_I32, TN_U8, TN_I64};

static void args(void) {
    for (int round = 0; round < 120; round++) {
        int64_t type = element_types[round % 5];
        int64_t outer = random_int(1, 4), n = random_int(1, 100);
        int64_t inner = round % 3 ? 1 : random_int(1, 20);
        void *x = random_elements(outer * n * inner, type);
        int64_t *y = fresh((size_t)(outer * inner) * 8);
        tn_arg p = {at(x), at(y), type, outer, n, inner, round / 2 % 2, round / 4 % 2};
        run_op(TN_ARG, &p, sizeof p, 1 + round % 3);
        int wrong = 0;
        for (int64_t i = 0; i < outer * inner; i++) {
            int64_t best = 0;
            for (int64_t j = 1; j < n; j++) {
                int64_t base = i / inner * n * inner + i % inner;
                double v = element(x, type, base + j * inner);
                double b = element(x, type, base + best * inner);
                if ((p.min ? v < b : v > b) || (p.last && v == b)) best = j;
            }
            wrong += y[i] != best;
        }
        CHECK(wrong == 0, "arg %d: %d are wrong", round, wrong);
        free(x), free(y);
    }
    float special[] = {-INFINITY, 1, NAN, INFINITY, 2};
    int64_t y = -1;
    tn_arg p = {at(special), at(&y), TN_F32, 1, 5, 1, 0, 0};
    run_op(TN_ARG, &p, sizeof p, 1);
    CHECK(y == 2, "NaN is above infinity, not %d", (int)y);
    p.x = at(special), p.y = at(&y), p.min = 1;
    run_op(TN_ARG, &p, sizeof p, 1);
    CHECK(y == 0, "minus infinity is the least, not %d", (int)y);
}

static void topks(void) {
    for (int round = 0; round < 80; round++) {
        int64_t type = element_types[round % 5];
        int64_t outer = random_int(1, 3), n = random_int(1, 60), k = random_int(0, (int)n);
        int64_t inner = round % 2 ? 1 : random_int(1, 5);
        void *x = random_elements(outer * n * inner, type);
        void *values = fresh((size_t)(outer * k * inner) * 8);
        int64_t *indices = fresh((size_t)(outer * k * inner) * 8);
        tn_topk p = {at(x), at(values), at(indices), type, outer, n, inner, k, round / 2 % 2};
        run_op(TN_TOPK, &p, sizeof p, 1 + round % 3);
        int wrong = 0;
        for (int64_t i = 0; i < outer * inner; i++) {
            char taken[60] = {0};
            for (int64_t j = 0; j < k; j++) {
                int64_t best = -1;
                for (int64_t l = 0; l < n; l++) {
                    if (taken[l]) continue;
                    double v = element(x, type, (i / inner * n + l) * inner + i % inner);
                    double b =
                        best < 0 ? 0 : element(x, type, (i / inner * n + best) * inner + i % inner);
                    if (best < 0 || (p.smallest ? v < b : v > b)) best = l;
                }
                taken[best] = 1;
                int64_t to = (i / inner * k + j) * inner + i % inner;
                wrong += indices[to] != best;
                wrong += element(values, type, to) !=
                         element(x, type, (i / inner * n + best) * inner + i % inner);
            }
        }
        CHECK(wrong == 0, "topk %d: %d are wrong", round, wrong);
        free(x), free(values), free(indices);
    }
    float one = 1;
    tn_topk p = {at(&one), at(&one), at(&one), TN_F32, 1, 1, 1, 2, 0};
    CHECK(run_op(TN_TOPK, &p, sizeof p, 1)[0] != 0, "2 of 1");
}

static void cumsums(void) {
    static const int64_t types[] = {TN_F32, TN_F64, TN_I32, TN_I64};
    for (int round = 0; round < 64; round++) {
        int64_t type = types[round % 4];
        int64_t outer = random_int(1, 3), n = random_int(0, 20), inner = random_int(1, 9);
        void *x = random_elements(outer * n * inner, type);
        void *y = fresh((size_t)(outer * n * inner) * 8);
        tn_cumsum p = {at(x), at(y), type, outer, n, inner, round / 4 % 2, round / 8 % 2};
        run_op(TN_CUMSUM, &p, sizeof p, 1 + round % 3);
        int wrong = 0;
        for (int64_t i = 0; i < outer * inner; i++) {
            for (int64_t j = 0; j < n; j++) {
                double sum = 0;
                for (int64_t l = 0; l < n; l++) {
                    int counts = p.reverse ? l > j : l < j;
                    if (counts || (l == j && !p.exclusive)) {
                        sum += element(x, type, (i / inner * n + l) * inner + i % inner);
                    }
                }
                wrong += element(y, type, (i / inner * n + j) * inner + i % inner) != sum;
            }
        }
        CHECK(wrong == 0, "cumsum %d: %d are wrong", round, wrong);
        free(x), free(y);
    }
}

static void rotaries(void) {
    for (int round = 0; round < 60; round++) {
        int64_t batch = random_int(1, 2), seq = random_int(1, 7), heads = random_int(1, 3);
        int64_t rotary = 2 * random_int(1, 40), d = rotary + random_int(0, 3);
        int64_t half = rotary / 2, shared = round % 2;
        float *x = random_floats((size_t)(batch * heads * seq * d), -1, 1);
        float *y = fresh((size_t)(batch * heads * seq * d) * 4);
        float *cosines = random_floats((size_t)(batch * seq * half), -1, 1);
        float *sines = random_floats((size_t)(batch * seq * half), -1, 1);
        tn_rotary p = {.batch = batch,
                       .seq = seq,
                       .heads = heads,
                       .d = d,
                       .rotary = rotary,
                       .interleaved = round / 2 % 2};
        /* x: [batch, heads, seq, d]; y: [batch, seq, heads, d] */
        p.x_b = heads * seq * d, p.x_h = seq * d, p.x_s = d;
        p.y_b = heads * seq * d, p.y_s = heads * d, p.y_h = d;
        p.c_b = shared ? 0 : seq * half, p.c_s = half;
        float *expected = fresh((size_t)(batch * heads * seq * d) * 4);
        for (int64_t b = 0; b < batch; b++) {
            for (int64_t s = 0; s < seq; s++) {
                for (int64_t h = 0; h < heads; h++) {
                    const float *from = x + b * p.x_b + s * p.x_s + h * p.x_h;
                    float *to = expected + b * p.y_b + s * p.y_s + h * p.y_h;
                    memcpy(to, from, (size_t)d * 4);
                    for (int64_t i = 0; i < half; i++) {
                        int64_t first = p.interleaved ? 2 * i : i;
                        int64_t second = p.interleaved ? 2 * i + 1 : i + half;
                        float c = cosines[b * p.c_b + s * p.c_s + i];
                        float w = sines[b * p.c_b + s * p.c_s + i];
                        to[first] = c * from[first] - w * from[second];
                        to[second] = w * from[first] + c * from[second];
                    }
                }
            }
        }
        p.x = at(x), p.cos = at(cosines), p.sin = at(sines), p.y = at(y);
        run_op(TN_ROTARY, &p, sizeof p, 1 + round % 3);
        int wrong = 0;
        for (int64_t i = 0; i < batch * heads * seq * d; i++)
            wrong += fabsf(y[i] - expected[i]) > 1e-6f;
        CHECK(wrong == 0, "rotary %d: %d are wrong", round, wrong);
        if (heads == 1) {
            p.x = at(x), p.cos = at(cosines), p.sin = at(sines), p.y = at(x);
            run_op(TN_ROTARY, &p, sizeof p, 1 + round % 3);
            CHECK(memcmp(x, y, (size_t)(batch * seq * d) * 4) == 0, "rotary %d in place", round);
        }
        free(x), free(y), free(cosines), free(sines), free(expected);
    }
}

static void tests(void) {
    gathers();
    gather_elements();
    gather_and_scatter_nd();
    args();
    topks();
    cumsums();
    rotaries();
}

int main(void) {
    return on_every_isa(tests);
}
