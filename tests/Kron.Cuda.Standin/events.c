/* Events. */
#define _POSIX_C_SOURCE 200809L
#include "standin.h"

#include <time.h>

typedef struct
{
    handle base;
    unsigned flags;
    bool recorded, captured;
    stream *stream;             /* of the last recording */
    int pending;                /* recordings that are queued */
    struct timespec time;
} event;

static int run_record(operation *op)
{
    if (handle_is(op->event, EVENT))
    {
        event *e = op->event;
        clock_gettime(CLOCK_MONOTONIC, &e->time);
        e->pending--;
    }

    return cudaSuccess;
}

static event *checked(const char *call, void *candidate)
{
    if (!handle_is(candidate, EVENT))
    {
        violation("%s: %p is not a live event", call, candidate);
        return NULL;
    }

    return candidate;
}

EXPORT int cudaEventCreateWithFlags(void **created, unsigned flags)
{
    RUNTIME_CALL_ON_DEVICE();
    if (created == NULL || (flags & ~(unsigned)cudaEventAllFlags) != 0)
    {
        return runtime_result(cudaErrorInvalidValue);
    }

    event *e = handle_new(EVENT, sizeof *e);
    e->flags = flags;
    *created = e;
    return cudaSuccess;
}

EXPORT int cudaEventRecord(void *recorded, void *stream_handle)
{
    RUNTIME_CALL_ON_DEVICE();
    event *e = checked(__func__, recorded);
    int status = stream_check(__func__, stream_handle);
    if (e == NULL || status != cudaSuccess)
    {
        return runtime_result(e == NULL ? cudaErrorInvalidResourceHandle : status);
    }

    stream *s = stream_handle;
    e->captured = s->capture == CAPTURING;
    if (e->captured)
    {
        /* It marks a place in the graph; nothing is recorded when that is launched. */
        return cudaSuccess;
    }

    operation *op = operation_new(__func__, run_record, "", 1);
    op->event = e;
    e->recorded = true;
    e->stream = s;
    e->pending++;
    return runtime_result(stream_submit(s, op));
}

EXPORT int cudaEventSynchronize(void *waited)
{
    RUNTIME_CALL_ON_DEVICE();
    event *e = checked(__func__, waited);
    if (e == NULL)
    {
        return runtime_result(cudaErrorInvalidResourceHandle);
    }

    int status = e->captured ? cudaErrorCapturedEvent : unsafe_in_capture(__func__);
    while (status == cudaSuccess && e->pending > 0 && e->stream->queue.first != NULL)
    {
        status = stream_drain(e->stream, e);
    }

    return runtime_result(status);
}

EXPORT int cudaEventElapsedTime(float *milliseconds, void *from, void *to)
{
    RUNTIME_CALL_ON_DEVICE();
    event *start = checked(__func__, from), *end = checked(__func__, to);
    if (milliseconds == NULL)
    {
        return runtime_result(cudaErrorInvalidValue);
    }

    if (start == NULL || end == NULL || !start->recorded || !end->recorded || ((start->flags | end->flags) & cudaEventDisableTiming) != 0)
    {
        return runtime_result(cudaErrorInvalidResourceHandle);
    }

    if (start->pending > 0 || end->pending > 0)
    {
        return runtime_result(cudaErrorNotReady);
    }

    *milliseconds = (float)((double)(end->time.tv_sec - start->time.tv_sec) * 1e3 + (double)(end->time.tv_nsec - start->time.tv_nsec) * 1e-6);
    return cudaSuccess;
}

EXPORT int cudaEventDestroy(void *destroyed)
{
    RUNTIME_CALL_ON_DEVICE();
    event *e = checked(__func__, destroyed);
    if (e == NULL)
    {
        return runtime_result(cudaErrorInvalidResourceHandle);
    }

    handle_end(e);
    return cudaSuccess;
}
