/* What the functions of the driver share. */
#pragma once

#include "standin.h"

typedef struct
{
    handle base;
    void *library;
} module;

typedef struct
{
    handle base;
    module *module;
    char name[64];
    const char *signature;      /* a letter for each parameter: q long long, i int, u unsigned, f float, d double, p pointer */
    void (*run)(void **arguments, const unsigned *grid, const unsigned *block);
} function;

bool readable(const void *address, void *copy, size_t length);

#define DRIVER_CALL() \
    HOLD_LOCK; \
    int injected; \
    if (standin_intercept(__func__, CUDA_ERROR_UNKNOWN, &injected)) \
        return injected

/* The context is made current by cudart alone, on each thread by itself. */
#define DRIVER_CALL_IN_CONTEXT() \
    DRIVER_CALL(); \
    if (driver_ready() != CUDA_SUCCESS) \
    { \
        violation("%s: no context is current to this thread", __func__); \
        return driver_ready(); \
    }
