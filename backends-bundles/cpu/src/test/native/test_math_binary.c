/* TN_BINARY, TN_SELECT, TN_CHAIN against loops over single elements. */
#include "../../main/native/ops/half.h"
#include "test.h"

static double read_as(int64_t type, const void *x, int64_t i) {
    switch (type) {
        case TN_F32: return ((const float *)x)[i];
        case TN_F64: return ((const double *)x)[i];
        case TN_F16: return tn_from_f16(((const uint16_t *)x)[i]);
        case TN_BF16: return tn_from_bf16(((const uint16_t *)x)[i]);
        case TN_U8: return ((const uint8_t *)x)[i];
        case TN_BOOL: return ((const uint8_t *)x)[i] != 0;
        case TN_S8: return ((const int8_t *)x)[i];
        case TN_I16: return ((const int16_t *)x)[i];
        case TN_U16: return ((const uint16_t *)x)[i];
        case TN_I32: return ((const int32_t *)x)[i];
        case TN_U32: return ((const uint32_t *)x)[i];
        case TN_U64: return (double)((const uint64_t *)x)[i];
        default: return (double)((const int64_t *)x)[i];
    }
}

static void write_as(int64_t type, void *x, int64_t i, double v) {
    switch (type) {
        case TN_F32: ((float *)x)[i] = (float)v; break;
        case TN_F64: ((double *)x)[i] = v; break;
        case TN_F16: ((uint16_t *)x)[i] = tn_to_f16((float)v); break;
        case TN_BF16: ((uint16_t *)x)[i] = tn_to_bf16((float)v); break;
        case TN_U8: ((uint8_t *)x)[i] = (uint8_t)(int64_t)v; break;
        case TN_BOOL: ((uint8_t *)x)[i] = v != 0; break;
        case TN_S8: ((int8_t *)x)[i] = (int8_t)(int64_t)v; break;
        case TN_I16: ((int16_t *)x)[i] = (int16_t)(int64_t)v; break;
        case TN_U16: ((uint16_t *)x)[i] = (uint16_t)(int64_t)v; break;
        case TN_I32: ((int32_t *)x)[i] = (int32_t)(int64_t)v; break;
        case TN_U32: ((uint32_t *)x)[i] = (uint32_t)(int64_t)v; break;
        default: ((int64_t *)x)[i] = (int64_t)v;
    }
}

static int is_real(int64_t type) {
    return type == TN_F32 || type == TN_F64 || type == TN_F16 || type == TN_BF16;
}

static int is_signed(int64_t type) {
    return is_real(type) || type == TN_S8 || type == TN_I16 || type == TN_I32 || type == TN_I64;
}

static double combined(int64_t fn2, int real, double a, double b) {
    double rest = b == 0 ? NAN : fmod(a, b);
    switch (fn2) {
        case TN_ADD: return a + b;
        case TN_SUB: return a - b;
        case TN_MUL: return a * b;
        case TN_DIV: return real ? a / b : trunc(a / b);
        case TN_MAX: return a != a || b != b ? NAN : a > b ? a : b;
        case TN_MIN: return a != a || b != b ? NAN : a < b ? a : b;
        case TN_POW: return real ? pow(a, b) : trunc(pow(a, b));
        case TN_PRELU: return a < 0 ? a * b : a;
        case TN_MOD: return rest != 0 && (rest < 0) != (b < 0) ? rest + b : rest;
        case TN_FMOD: return rest;
        case TN_EQUAL: return a == b;
        case TN_LESS: return a < b;
        case TN_LESS_EQUAL: return a <= b;
        case TN_GREATER: return a > b;
        case TN_GREATER_EQUAL: return a >= b;
        case TN_AND: return a != 0 && b != 0;
        case TN_OR: return a != 0 || b != 0;
        default: return (a != 0) != (b != 0);
    }
}

/* Random dims, and strides of a tensor of them that is dense, transposed or broadcast. */
static int64_t random_dims(int64_t *dims, int rank, int largest) {
    int64_t total = 1;
    for (int i = 0; i < rank; i++) {
        dims[i] = random_int(random_int(0, 9) == 0 ? 0 : 1, largest);
        total *= dims[i];
    }
    return total;
}

static int64_t random_strides(const int64_t *dims, int rank, int64_t *strides) {
    int64_t size = 1;
    int turned = random_int(0, 3) == 0, broadcast = random_int(0, 1);
    for (int i = 0; i < rank; i++) {
        int d = turned ? i : rank - 1 - i;
        strides[d] = broadcast && random_int(0, 1) ? 0 : size;
        if (strides[d] != 0) size *= dims[d] > 0 ? dims[d] : 1;
    }
    return size;
}

static int64_t offset_of(int64_t i, const int64_t *dims, const int64_t *strides, int rank) {
    int64_t offset = 0;
    for (int d = rank - 1; d >= 0; d--) {
        offset += i % dims[d] * strides[d];
        i /= dims[d];
    }
    return offset;
}

static void *operand(int64_t type, int64_t n, int64_t fn2, int second) {
    char *x = fresh((size_t)n * 8 + 8);
    int nonzero = second && fn2 >= TN_DIV && fn2 != TN_MAX && fn2 != TN_MIN;
    for (int64_t i = 0; i < n; i++) {
        double v = random_int(is_signed(type) ? -9 : 0, 9);
        if (fn2 == TN_POW && second) v = fabs(v) / 3;
        if (is_real(type) && fn2 != TN_EQUAL) v += 0.25;
        if (nonzero && v == 0) v = 3;
        if (type == TN_F32 && fn2 != TN_POW && random_int(0, 30) == 0) v = NAN;
        write_as(type, x, i, v);
    }
    return x;
}

static void one(int64_t fn2, int64_t type, int rank, int largest, int threads) {
    tn_binary p = {0, 0, 0, fn2, type, rank, {0}, {0}, {0}};
    int64_t n = random_dims(p.dims, rank, largest);
    int64_t a_size = random_strides(p.dims, rank, p.a_strides);
    int64_t b_size = random_strides(p.dims, rank, p.b_strides);
    void *a = operand(type, a_size, fn2, 0), *b = operand(type, b_size, fn2, 1);
    void *y = fresh((size_t)n * 8 + 8);
    p.a = at(a), p.b = at(b), p.y = at(y);
    const char *error = run_op(TN_BINARY, &p, sizeof p, threads);
    CHECK(error[0] == 0, "function %d of type %d: %s", (int)fn2, (int)type, error);
    for (int64_t i = 0; i < n && error[0] == 0; i++) {
        double left = read_as(type, a, offset_of(i, p.dims, p.a_strides, rank));
        double right = read_as(type, b, offset_of(i, p.dims, p.b_strides, rank));
        double want = combined(fn2, is_real(type), left, right);
        double found = read_as(fn2 >= TN_EQUAL ? TN_BOOL : type, y, i);
        char stored[8];
        if (fn2 < TN_EQUAL) {
            write_as(type, stored, 0, want);
            want = read_as(type, stored, 0);
        }
        double tolerance = type == TN_F32 ? 2e-7 : type == TN_F16 || type == TN_BF16 ? 0.008 : 0;
        int equal = want != want ? found != found
                                 : found == want || fabs(found - want) <= tolerance * fabs(want);
        CHECK(equal, "function %d of type %d: %g and %g give %g, not %g", (int)fn2, (int)type, left,
              right, found, want);
    }
    free(a), free(b), free(y);
}

static void binary(void) {
    for (int64_t type = 0; type < TN_TYPES; type++) {
        for (int64_t fn2 = 0; fn2 <= TN_XOR; fn2++) {
            int defined = type == TN_BOOL ? fn2 >= TN_AND || fn2 == TN_EQUAL
                                          : fn2 <= TN_FMOD || (fn2 >= TN_EQUAL && fn2 < TN_AND);
            for (int round = 0; defined && round < 12; round++) {
                one(fn2, type, round % 7, round % 7 == 1 ? 300 : 6, 1 + round % 3);
            }
        }
    }
    for (int64_t fn2 = 0; fn2 <= TN_PRELU; fn2++) one(fn2, TN_F32, 2, 400, 3);
    for (int64_t type = TN_S8; type <= TN_U64; type++) {
        int64_t zero = 0, y = 0;
        tn_binary p = {at(&zero), at(&zero), at(&y), TN_DIV, type, 0, {0}, {0}, {0}};
        const char *error = run_op(TN_BINARY, &p, sizeof p, 1);
        int whole = !is_real(type);
        CHECK(whole == (error[0] != 0), "type %d: 0 / 0 gives \"%s\"", (int)type, error);
    }
    int64_t lowest = INT64_MIN, minus = -1, y = 0;
    tn_binary p = {at(&lowest), at(&minus), at(&y), TN_DIV, TN_I64, 0, {0}, {0}, {0}};
    run_op(TN_BINARY, &p, sizeof p, 1);
    CHECK(y == INT64_MIN, "the lowest integer divided by -1 does not wrap around");
    float bases[] = {-0.0f, -INFINITY, 4, NAN, -4}, half = 0.5f, roots[5];
    tn_binary power = {at(bases), at(&half), at(roots), TN_POW, TN_F32, 1, {5}, {1}, {0}};
    run_op(TN_BINARY, &power, sizeof power, 1);
    CHECK(roots[0] == 0 && !signbit(roots[0]) && roots[1] == INFINITY && roots[2] == 2 &&
              roots[3] != roots[3] && roots[4] != roots[4], "roots");
}

static void select_(void) {
    static const int64_t sizes[] = {1, 2, 4, 8};
    for (int round = 0; round < 80; round++) {
        int rank = round % 7;
        int64_t size = sizes[round % 4];
        tn_select p = {0, 0, 0, 0, size, rank, {0}, {0}, {0}, {0}};
        int64_t n = random_dims(p.dims, rank, round % 7 == 1 ? 70000 : 6);
        uint8_t *c = random_bytes((size_t)random_strides(p.dims, rank, p.c_strides));
        uint8_t *a = random_bytes((size_t)(random_strides(p.dims, rank, p.a_strides) * size));
        uint8_t *b = random_bytes((size_t)(random_strides(p.dims, rank, p.b_strides) * size));
        int64_t c_most = 0;
        for (int64_t i = 0; i < n; i++) {
            int64_t place = offset_of(i, p.dims, p.c_strides, rank);
            c_most = place > c_most ? place : c_most;
        }
        for (int64_t i = 0; n > 0 && i <= c_most; i++) c[i] &= 1;
        uint8_t *y = fresh((size_t)(n * size) + 1);
        p.condition = at(c), p.a = at(a), p.b = at(b), p.y = at(y);
        const char *error = run_op(TN_SELECT, &p, sizeof p, 1 + round % 3);
        int wrong = error[0] != 0;
        for (int64_t i = 0; i < n; i++) {
            int first = c[offset_of(i, p.dims, p.c_strides, rank)];
            const uint8_t *from = first ? a + offset_of(i, p.dims, p.a_strides, rank) * size
                                        : b + offset_of(i, p.dims, p.b_strides, rank) * size;
            wrong += memcmp(y + i * size, from, (size_t)size) != 0;
        }
        CHECK(wrong == 0, "select %d of %d bytes: %d are wrong %s", round, (int)size, wrong, error);
        free(c), free(a), free(b), free(y);
    }
}

/* Steps whose functions need no tolerance: the order of work is what is tested. */
static void chain(void) {
    static const int64_t fns[] = {TN_RELU, TN_ABS, TN_NEG, TN_CLIP, TN_SQUARE};
    for (int round = 0; round < 150; round++) {
        int64_t rows = random_int(0, 50), cols = round % 10 == 9 ? random_int(1000, 3000) : random_int(0, 60);
        if (round % 10 == 8) rows = random_int(500, 2000);
        int64_t x_ld = cols + random_int(0, 1) * 3, y_ld = cols + random_int(0, 1) * 5;
        tn_chain p = {0, 0, rows, cols, x_ld, y_ld, random_int(0, TN_CHAIN_STEPS), {{0}}};
        float *x = random_floats((size_t)(rows * x_ld) + 1, -2, 2);
        float *y = fresh((size_t)(rows * y_ld) * 4 + 4);
        float *operands[TN_CHAIN_STEPS] = {0};
        for (int s = 0; s < p.steps; s++) {
            tn_step *step = &p.step[s];
            step->binary = random_int(0, 2) > 0;
            step->fn = step->binary ? random_int(TN_ADD, TN_MIN) : fns[random_int(0, 4)];
            step->a = -0.5, step->b = 1.5;
            step->swapped = random_int(0, 1);
            if (step->binary && random_int(0, 3) > 0) {
                static const int repeats[] = {1, 1, 3, 100000};
                step->repeat = repeats[random_int(0, 3)];
                step->col_stride = random_int(0, 1);
                step->ld = random_int(0, 3) == 0 ? 0 : step->col_stride ? cols + random_int(0, 1) : 1;
                int64_t size = rows / step->repeat * step->ld + cols + 1;
                operands[s] = random_floats((size_t)size + 1, 0.5f, 2);
                step->operand = at(operands[s]);
            }
        }
        p.x = at(x), p.y = at(y);
        const char *error = run_op(TN_CHAIN, &p, sizeof p, 1 + round % 3);
        int wrong = error[0] != 0;
        for (int64_t r = 0; r < rows; r++) {
            for (int64_t c = 0; c < cols; c++) {
                float v = x[r * x_ld + c];
                for (int s = 0; s < p.steps; s++) {
                    const tn_step *t = &p.step[s];
                    float w = (float)t->a;
                    if (operands[s]) w = operands[s][r / t->repeat * t->ld + c * t->col_stride];
                    if (t->binary) {
                        v = (float)(t->swapped ? combined(t->fn, 1, w, v) : combined(t->fn, 1, v, w));
                    } else {
                        v = t->fn == TN_RELU    ? fmaxf(v, 0)
                            : t->fn == TN_ABS   ? fabsf(v)
                            : t->fn == TN_NEG   ? -v
                            : t->fn == TN_CLIP  ? fminf(fmaxf(v, -0.5f), 1.5f)
                                                : v * v;
                    }
                }
                float found = y[r * y_ld + c];
                wrong += found != v && !(v != v && found != found) &&
                         fabsf(found - v) > 1e-5f * fabsf(v);
            }
            for (int64_t c = cols; c < y_ld; c++) {
                wrong += memcmp(y + r * y_ld + c, "\xAB\xAB\xAB\xAB", 4) != 0;
            }
        }
        CHECK(wrong == 0, "chain %d of %d x %d, %d steps: %d are wrong %s", round, (int)rows,
              (int)cols, (int)p.steps, wrong, error);
        for (int s = 0; s < TN_CHAIN_STEPS; s++) free(operands[s]);
        free(x), free(y);
    }
}

static void tests(void) {
    binary();
    select_();
    chain();
}

int main(void) {
    return on_every_isa(tests);
}
