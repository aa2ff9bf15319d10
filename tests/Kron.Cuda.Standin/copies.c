/* Copies and fills. A copy from the host's own memory reads it at the call, one from pinned memory only when its turn comes. */
#include "standin.h"

#include <stdlib.h>
#include <string.h>

typedef struct
{
    const void *from;      /* first: what operation_free releases of a staged copy */
    void *to;
    size_t count;
} copy;

typedef struct
{
    void *to;
    size_t count;
    int value;
} fill;

static int run_copy(operation *op)
{
    const copy *c = op->arguments;
    memcpy(contents(c->to), op->staged ? c->from : contents(c->from), c->count);
    return cudaSuccess;
}

static int run_fill(operation *op)
{
    const fill *f = op->arguments;
    memset(contents(f->to), f->value, f->count);
    return cudaSuccess;
}

static bool kind_fits(int kind, bool to_device, bool from_device)
{
    return kind == cudaMemcpyDefault
        || kind == (from_device ? to_device ? cudaMemcpyDeviceToDevice : cudaMemcpyDeviceToHost : to_device ? cudaMemcpyHostToDevice : cudaMemcpyHostToHost);
}

EXPORT int cudaMemcpyAsync(void *to, const void *from, size_t count, int kind, void *stream_handle)
{
    RUNTIME_CALL_ON_DEVICE();
    int status = stream_check(__func__, stream_handle);
    if (status != cudaSuccess || count == 0)
    {
        return runtime_result(status);
    }

    stream *s = stream_handle;
    memory_kind target = kind_of(to), source = kind_of(from);
    if (!kind_fits(kind, target == DEVICE_MEMORY, source == DEVICE_MEMORY))
    {
        violation("cudaMemcpyAsync: copy of kind %d from %p to %p, which lie elsewhere", kind, from, to);
        return runtime_result(cudaErrorInvalidValue);
    }

    if ((const char *)to < (const char *)from + count && (const char *)from < (const char *)to + count)
    {
        violation("cudaMemcpyAsync: source and destination of %zu bytes overlap", count);
        return runtime_result(cudaErrorInvalidValue);
    }

    if (s->capture != NOT_CAPTURING && (source == PAGEABLE_MEMORY || target == PAGEABLE_MEMORY))
    {
        return runtime_result(forbidden_in_capture(__func__, s));
    }

    if (source == PAGEABLE_MEMORY && !pageable(__func__, "the source", from, count))
    {
        return runtime_result(cudaErrorInvalidValue);
    }

    operation *op = operation_new(__func__, run_copy, &(copy){ from, to, count }, sizeof(copy));
    operation_touches(op, "the destination", to, count, target);
    if (source == PAGEABLE_MEMORY)
    {
        void *staged = malloc(count);
        memcpy(staged, from, count);
        ((copy *)op->arguments)->from = staged;
        op->staged = true;
    }
    else
    {
        operation_touches(op, "the source", from, count, source);
    }

    status = stream_submit(s, op);
    return runtime_result(status == cudaSuccess && target == PAGEABLE_MEMORY ? stream_drain(s, NULL) : status);
}

EXPORT int cudaMemsetAsync(void *to, int value, size_t count, void *stream_handle)
{
    RUNTIME_CALL_ON_DEVICE();
    int status = stream_check(__func__, stream_handle);
    if (status != cudaSuccess || count == 0)
    {
        return runtime_result(status);
    }

    operation *op = operation_new(__func__, run_fill, &(fill){ to, count, value }, sizeof(fill));
    operation_touches(op, "the destination", to, count, DEVICE_MEMORY);
    return runtime_result(stream_submit(stream_handle, op));
}
