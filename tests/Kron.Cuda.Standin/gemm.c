/* C = alpha op(A) op(B) + beta C for each of a batch, summed in double. */
#include "cublas.h"

#include <stdlib.h>
#include <string.h>

enum { ROWS = 8, COLUMNS = 4 };

typedef struct
{
    bool transpose_a, transpose_b;
    int m, n, k, compute;
    float alpha, beta;
    matrices a, b, c;
    char *workspace;
    size_t workspace_size;
} gemm;

/* What the tensor cores keep of an operand: 10 bits of mantissa, ties away from zero, or 7, ties to even. */
static double rounded(float value, int compute)
{
    uint32_t bits;
    memcpy(&bits, &value, sizeof bits);
    if ((bits & 0x7F800000) != 0x7F800000)
    {
        bits = compute == CUBLAS_COMPUTE_32F_FAST_TF32 ? (bits + 0x1000) & ~(uint32_t)0x1FFF
            : compute == CUBLAS_COMPUTE_32F_FAST_16BF ? (bits + 0x7FFF + ((bits >> 16) & 1)) & ~(uint32_t)0xFFFF
            : bits;
        memcpy(&value, &bits, sizeof bits);
    }

    return value;
}

/* op(X) in panels of some lines, each panel [depth][width], its missing lines zero. */
static double *packed(const float *x, int leading, bool by_column, int lines, int depth, int width, int compute)
{
    int panels = (lines + width - 1) / width;
    double *to = calloc((size_t)panels * (size_t)width * (size_t)depth + 1, sizeof *to);
    for (int line = 0; line < lines; line++)
    {
        double *panel = to + (size_t)(line / width) * (size_t)width * (size_t)depth + line % width;
        for (int p = 0; p < depth; p++)
        {
            panel[(size_t)p * (size_t)width] = rounded(by_column ? x[(size_t)line * (size_t)leading + (size_t)p] : x[(size_t)p * (size_t)leading + (size_t)line], compute);
        }
    }

    return to;
}

static void multiply(const gemm *g, const float *a, const float *b, float *c)
{
    double *rows = packed(a, g->a.leading, g->transpose_a, g->m, g->k, ROWS, g->compute);
    double *columns = packed(b, g->b.leading, !g->transpose_b, g->n, g->k, COLUMNS, g->compute);
    for (int j0 = 0; j0 < g->n; j0 += COLUMNS)
    {
        for (int i0 = 0; i0 < g->m; i0 += ROWS)
        {
            const double *left = rows + (size_t)i0 * (size_t)g->k, *right = columns + (size_t)j0 * (size_t)g->k;
            double sums[COLUMNS][ROWS] = { { 0 } };
            for (int p = 0; p < g->k; p++, left += ROWS, right += COLUMNS)
            {
                for (int j = 0; j < COLUMNS; j++)
                {
                    for (int i = 0; i < ROWS; i++)
                    {
                        sums[j][i] += left[i] * right[j];
                    }
                }
            }

            for (int j = 0; j < COLUMNS && j0 + j < g->n; j++)
            {
                for (int i = 0; i < ROWS && i0 + i < g->m; i++)
                {
                    float *at = c + (size_t)(j0 + j) * (size_t)g->c.leading + (size_t)(i0 + i);

                    /* With a zero factor an operand is not read, and may be NaN. */
                    double sum = g->alpha == 0 ? 0 : g->alpha * sums[j][i];
                    *at = (float)(g->beta == 0 ? sum : sum + (double)g->beta * *at);
                }
            }
        }
    }

    free(rows);
    free(columns);
}

static int run_gemm(operation *op)
{
    const gemm *g = op->arguments;
    if (g->m == 0 || g->n == 0)
    {
        return cudaSuccess;
    }

    for (int i = 0; i < g->c.count; i++)
    {
        const float *a = g->k == 0 ? NULL : (const float *)contents(g->a.at) + (long long)i * g->a.stride;
        const float *b = g->k == 0 ? NULL : (const float *)contents(g->b.at) + (long long)i * g->b.stride;
        multiply(g, a, b, (float *)contents(g->c.at) + (long long)i * g->c.stride);
    }

    if (g->workspace != NULL)
    {
        /* Both ends of it, as a real product may leave anything there. */
        size_t part = g->workspace_size < 1024 ? g->workspace_size : 1024;
        char *workspace = contents(g->workspace);
        fill_with_nan(workspace, part);
        fill_with_nan(workspace + g->workspace_size - part, part);
    }

    return cudaSuccess;
}

static bool algorithm_exists(int algorithm)
{
    return (algorithm >= CUBLAS_GEMM_DEFAULT && algorithm <= CUBLAS_GEMM_ALGO23)
        || (algorithm >= CUBLAS_GEMM_DEFAULT_TENSOR_OP && algorithm <= CUBLAS_GEMM_ALGO15_TENSOR_OP)
        || algorithm == CUBLAS_GEMM_AUTOTUNE;
}

static bool apart_from(const char *call, const matrices *c, const matrices *operand)
{
    if (matrices_share(c, operand))
    {
        violation("%s: C overlaps %s", call, operand->what);
        return false;
    }

    return true;
}

static bool valid(const char *call, const gemm *g)
{
    return matrices_valid(call, &g->a) && matrices_valid(call, &g->b) && matrices_valid(call, &g->c)
        && matrices_apart(call, &g->c) && apart_from(call, &g->c, &g->a) && apart_from(call, &g->c, &g->b);
}

EXPORT int cublasGemmStridedBatchedEx(
    void *handle, int transpose_a, int transpose_b, int m, int n, int k, const void *alpha, const void *a, int a_type, int lda, long long stride_a,
    const void *b, int b_type, int ldb, long long stride_b, const void *beta, void *c, int c_type, int ldc, long long stride_c, int count, int compute, int algorithm)
{
    CUBLAS_CALL();
    cublas_handle *h = cublas_checked(__func__, handle);
    if (h == NULL)
    {
        return CUBLAS_STATUS_NOT_INITIALIZED;
    }

    if (transpose_a < CUBLAS_OP_N || transpose_a > CUBLAS_OP_C || transpose_b < CUBLAS_OP_N || transpose_b > CUBLAS_OP_C || m < 0 || n < 0 || k < 0 || count < 0
        || alpha == NULL || beta == NULL || !algorithm_exists(algorithm))
    {
        violation("%s: op(A) %d, op(B) %d, m %d, n %d, k %d, count %d, alpha %p, beta %p, algorithm %d", __func__, transpose_a, transpose_b, m, n, k, count, alpha, beta, algorithm);
        return CUBLAS_STATUS_INVALID_VALUE;
    }

    if (kind_of(alpha) == DEVICE_MEMORY || kind_of(beta) == DEVICE_MEMORY)
    {
        violation("%s: alpha or beta is in device memory", __func__);
        return CUBLAS_STATUS_INVALID_VALUE;
    }

    if (a_type != CUDA_R_32F || b_type != CUDA_R_32F || c_type != CUDA_R_32F
        || (compute != CUBLAS_COMPUTE_32F && compute != CUBLAS_COMPUTE_32F_PEDANTIC && compute != CUBLAS_COMPUTE_32F_FAST_TF32 && compute != CUBLAS_COMPUTE_32F_FAST_16BF))
    {
        violation("%s: types %d, %d, %d with compute type %d", __func__, a_type, b_type, c_type, compute);
        return CUBLAS_STATUS_NOT_SUPPORTED;
    }

    bool turned_a = transpose_a != CUBLAS_OP_N, turned_b = transpose_b != CUBLAS_OP_N;
    gemm g =
    {
        .transpose_a = turned_a, .transpose_b = turned_b, .m = m, .n = n, .k = k, .compute = compute, .alpha = *(const float *)alpha, .beta = *(const float *)beta,
        .a = { "A", a, turned_a ? k : m, turned_a ? m : k, lda, count, stride_a },
        .b = { "B", b, turned_b ? n : k, turned_b ? k : n, ldb, count, stride_b },
        .c = { "C", c, m, n, ldc, count, stride_c },
        .workspace = h->workspace, .workspace_size = h->workspace_size,
    };
    if (!valid(__func__, &g))
    {
        return CUBLAS_STATUS_INVALID_VALUE;
    }

    if (h->workspace == NULL)
    {
        standin_note("gemm without a workspace of the caller");
    }

    operation *op = operation_new(__func__, run_gemm, &g, sizeof g);
    operation_touches(op, "C", c, matrices_bytes(&g.c), DEVICE_MEMORY);
    if (matrices_bytes(&g.c) > 0)
    {
        operation_touches(op, "A", a, matrices_bytes(&g.a), DEVICE_MEMORY);
        operation_touches(op, "B", b, matrices_bytes(&g.b), DEVICE_MEMORY);
    }

    operation_touches(op, "the workspace", h->workspace, h->workspace_size, DEVICE_MEMORY);
    for (int i = 0; i < op->range_count; i++)
    {
        const char *at = op->ranges[i].address;
        if (at != h->workspace && h->workspace != NULL && at < h->workspace + h->workspace_size && h->workspace < at + op->ranges[i].length)
        {
            violation("%s: %s overlaps the workspace", __func__, op->ranges[i].what);
            operation_free(op);
            return CUBLAS_STATUS_INVALID_VALUE;
        }
    }

    return cublas_submit(h, op);
}
