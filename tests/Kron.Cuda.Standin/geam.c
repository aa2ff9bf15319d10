/* C = alpha op(A) + beta op(B). */
#include "cublas.h"

#include <stdlib.h>

typedef struct
{
    bool transpose_a, transpose_b;
    int m, n;
    float alpha, beta;
    matrices a, b, c;
} geam;

static double element(const float *x, int leading, bool transpose, int i, int j)
{
    return transpose ? x[(size_t)i * (size_t)leading + (size_t)j] : x[(size_t)j * (size_t)leading + (size_t)i];
}

static int run_geam(operation *op)
{
    const geam *g = op->arguments;
    const float *a = contents(g->a.at), *b = contents(g->b.at);
    float *c = contents(g->c.at);
    for (int j = 0; j < g->n; j++)
    {
        for (int i = 0; i < g->m; i++)
        {
            double sum = g->alpha == 0 ? 0 : g->alpha * element(a, g->a.leading, g->transpose_a, i, j);
            c[(size_t)j * (size_t)g->c.leading + (size_t)i] = (float)(g->beta == 0 ? sum : sum + g->beta * element(b, g->b.leading, g->transpose_b, i, j));
        }
    }

    return cudaSuccess;
}

/* In place is allowed: the same matrix, not transposed. */
static bool apart_from(const char *call, const matrices *c, const matrices *operand, bool transposed)
{
    if (!matrices_share(c, operand) || (c->at == operand->at && c->leading == operand->leading && !transposed))
    {
        return true;
    }

    violation("%s: C overlaps %s", call, operand->what);
    return false;
}

EXPORT int cublasSgeam(
    void *handle, int transpose_a, int transpose_b, int m, int n, const float *alpha, const float *a, int lda, const float *beta, const float *b, int ldb, float *c, int ldc)
{
    CUBLAS_CALL();
    cublas_handle *h = cublas_checked(__func__, handle);
    if (h == NULL)
    {
        return CUBLAS_STATUS_NOT_INITIALIZED;
    }

    if (transpose_a < CUBLAS_OP_N || transpose_a > CUBLAS_OP_C || transpose_b < CUBLAS_OP_N || transpose_b > CUBLAS_OP_C || m < 0 || n < 0 || alpha == NULL || beta == NULL
        || kind_of(alpha) == DEVICE_MEMORY || kind_of(beta) == DEVICE_MEMORY)
    {
        violation("%s: op(A) %d, op(B) %d, m %d, n %d, alpha %p, beta %p", __func__, transpose_a, transpose_b, m, n, (const void *)alpha, (const void *)beta);
        return CUBLAS_STATUS_INVALID_VALUE;
    }

    bool turned_a = transpose_a != CUBLAS_OP_N, turned_b = transpose_b != CUBLAS_OP_N;
    geam g =
    {
        .transpose_a = turned_a, .transpose_b = turned_b, .m = m, .n = n, .alpha = *alpha, .beta = *beta,
        .a = { "A", a, turned_a ? n : m, turned_a ? m : n, lda, 1, 0 },
        .b = { "B", b, turned_b ? n : m, turned_b ? m : n, ldb, 1, 0 },
        .c = { "C", c, m, n, ldc, 1, 0 },
    };

    /* What has a zero factor need not exist, but its leading dimension is checked all the same. */
    if (!matrices_valid(__func__, &g.a) || !matrices_valid(__func__, &g.b) || !matrices_valid(__func__, &g.c)
        || (g.alpha != 0 && !apart_from(__func__, &g.c, &g.a, turned_a)) || (g.beta != 0 && !apart_from(__func__, &g.c, &g.b, turned_b)))
    {
        return CUBLAS_STATUS_INVALID_VALUE;
    }

    operation *op = operation_new(__func__, run_geam, &g, sizeof g);
    operation_touches(op, "C", c, matrices_bytes(&g.c), DEVICE_MEMORY);
    operation_touches(op, "A", a, g.alpha == 0 ? 0 : matrices_bytes(&g.a), DEVICE_MEMORY);
    operation_touches(op, "B", b, g.beta == 0 ? 0 : matrices_bytes(&g.b), DEVICE_MEMORY);
    return cublas_submit(h, op);
}
