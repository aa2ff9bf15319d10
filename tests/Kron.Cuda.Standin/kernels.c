/* Kernels, run as loops. */
#define _GNU_SOURCE
#include "driver.h"

#include <setjmp.h>
#include <signal.h>
#include <string.h>

enum { PARAMETERS = 64 };

typedef struct
{
    function *function;
    unsigned grid[3], block[3];
    int count;
    uint64_t values[PARAMETERS];
} launch;

/* Where a fault of the kernel that runs on this thread goes; the process's own handlers have all others. */
static _Thread_local sigjmp_buf *fault;
static struct sigaction former_segv, former_bus;

static void on_fault(int signal, siginfo_t *info, void *context)
{
    if (fault != NULL)
    {
        siglongjmp(*fault, 1);
    }

    const struct sigaction *former = signal == SIGSEGV ? &former_segv : &former_bus;
    if ((former->sa_flags & SA_SIGINFO) != 0)
    {
        former->sa_sigaction(signal, info, context);
    }
    else if (former->sa_handler != SIG_DFL && former->sa_handler != SIG_IGN)
    {
        former->sa_handler(signal);
    }
    else
    {
        sigaction(signal, former, NULL);
    }
}

static bool run_guarded(const launch *l, void **arguments)
{
    struct sigaction action = { .sa_sigaction = on_fault, .sa_flags = SA_SIGINFO | SA_ONSTACK };
    sigaction(SIGSEGV, &action, &former_segv);
    sigaction(SIGBUS, &action, &former_bus);
    sigjmp_buf here;
    bool ran = false;
    if (sigsetjmp(here, 1) == 0)
    {
        fault = &here;
        l->function->run(arguments, l->grid, l->block);
        ran = true;
    }

    fault = NULL;
    sigaction(SIGSEGV, &former_segv, NULL);
    sigaction(SIGBUS, &former_bus, NULL);
    return ran;
}

static int run_kernel(operation *op)
{
    launch *l = op->arguments;
    void *arguments[PARAMETERS];
    uint64_t values[PARAMETERS];
    for (int i = 0; i < l->count; i++)
    {
        values[i] = l->values[i];
        arguments[i] = &values[i];
        if (l->function->signature[i] == 'p' && values[i] != 0)
        {
            void *translated = contents((void *)(uintptr_t)values[i]);
            values[i] = (uint64_t)(uintptr_t)translated;
        }
    }

    if (!run_guarded(l, arguments))
    {
        violation("kernel %s: an access outside of all memory", l->function->name);
        return cudaErrorIllegalAddress;
    }

    bool intact = true;
    for (int i = 0; i < op->range_count; i++)
    {
        intact &= red_zones_intact_at(op->call, op->ranges[i].address);
    }

    return intact ? cudaSuccess : cudaErrorIllegalAddress;
}

static size_t size_of(char letter)
{
    return letter == 'q' || letter == 'd' || letter == 'p' ? 8 : 4;
}

static bool dimensions_valid(const launch *l, unsigned shared)
{
    uint64_t threads = (uint64_t)l->block[0] * l->block[1] * l->block[2], blocks = (uint64_t)l->grid[0] * l->grid[1] * l->grid[2];
    return threads > 0 && threads <= 1024 && l->block[2] <= 64 && blocks > 0 && l->grid[0] <= INT32_MAX && l->grid[1] <= 65535 && l->grid[2] <= 65535 && shared == 0;
}

EXPORT int cuLaunchKernel(
    void *launched, unsigned grid_x, unsigned grid_y, unsigned grid_z, unsigned block_x, unsigned block_y, unsigned block_z,
    unsigned shared, void *stream_handle, void **parameters, void **extra)
{
    DRIVER_CALL_IN_CONTEXT();
    if (!handle_is(launched, FUNCTION))
    {
        violation("cuLaunchKernel: %p is not a function of a live module", launched);
        return CUDA_ERROR_INVALID_HANDLE;
    }

    int status = stream_check(__func__, stream_handle);
    if (status != cudaSuccess)
    {
        return status;
    }

    function *f = launched;
    launch l = { .function = f, .grid = { grid_x, grid_y, grid_z }, .block = { block_x, block_y, block_z }, .count = (int)strlen(f->signature) };
    if (!dimensions_valid(&l, shared) || extra != NULL || l.count > PARAMETERS)
    {
        violation("cuLaunchKernel: %s with a grid of %u x %u x %u, blocks of %u x %u x %u and %u bytes of shared memory", f->name, grid_x, grid_y, grid_z, block_x, block_y, block_z, shared);
        return CUDA_ERROR_INVALID_VALUE;
    }

    for (int i = 0; i < l.count; i++)
    {
        void *at = NULL;
        if (!readable(&parameters[i], &at, sizeof at) || !readable(at, &l.values[i], size_of(f->signature[i])))
        {
            violation("cuLaunchKernel: parameter %d of %s (%s) cannot be read", i, f->name, f->signature);
            return CUDA_ERROR_INVALID_VALUE;
        }
    }

    operation *op = operation_new(f->name, run_kernel, &l, sizeof l);
    op->module = f->module;
    for (int i = 0; i < l.count; i++)
    {
        if (f->signature[i] == 'p' && l.values[i] % sizeof(float) != 0)
        {
            violation("cuLaunchKernel: pointer %d of %s is not aligned to a float", i, f->name);
            operation_free(op);
            return CUDA_ERROR_INVALID_VALUE;
        }

        if (f->signature[i] == 'p' && l.values[i] != 0)
        {
            operation_touches(op, "a pointer of the kernel", (const void *)(uintptr_t)l.values[i], sizeof(float), DEVICE_MEMORY);
        }
    }

    return stream_submit(stream_handle, op);
}
