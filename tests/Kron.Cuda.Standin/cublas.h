/* What the functions of cuBLAS share. */
#pragma once

#include "standin.h"

typedef struct
{
    handle base;
    void *stream;
    char *workspace;
    size_t workspace_size;
} cublas_handle;

cublas_handle *cublas_checked(const char *call, void *candidate);
int cublas_submit(cublas_handle *h, operation *op);

#define CUBLAS_CALL() \
    HOLD_LOCK; \
    int injected; \
    if (standin_intercept(__func__, CUBLAS_STATUS_INTERNAL_ERROR, &injected)) \
        return injected

/* matrices.c: column-major matrices, count of them at a stride, in elements */
typedef struct
{
    const char *what;
    const float *at;
    int rows, columns, leading, count;
    long long stride;
} matrices;

bool matrices_valid(const char *call, const matrices *x);
size_t matrices_bytes(const matrices *x);
bool matrices_apart(const char *call, const matrices *x);
bool matrices_share(const matrices *x, const matrices *y);
