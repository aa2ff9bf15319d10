/* Streams, whose work is done when somebody waits for it, and capture. */
#define _GNU_SOURCE
#include "standin.h"

#include <pthread.h>

static unsigned long long this_thread(void)
{
    return (unsigned long long)pthread_self();
}

/* Whether work can be given to it here. The null stream is refused: nothing orders it with a non-blocking one. */
int stream_check(const char *call, const void *candidate)
{
    if (!handle_is(candidate, STREAM))
    {
        violation(candidate == NULL ? "%s: the null stream" : "%s: %p is not a live stream", call, candidate);
        return cudaErrorInvalidResourceHandle;
    }

    const stream *s = candidate;
    if (s->base.device != current_device())
    {
        violation("%s: a stream of device %d, while device %d is current", call, s->base.device, current_device());
        return cudaErrorInvalidResourceHandle;
    }

    return s->capture == INVALIDATED ? cudaErrorStreamCaptureInvalidated : cudaSuccess;
}

static bool of_same_device(const stream *s, const operation *op)
{
    for (int i = 0; i < op->range_count; i++)
    {
        if (op->ranges[i].kind == DEVICE_MEMORY && allocation_of(op->ranges[i].address)->device != s->base.device)
        {
            violation("%s: %s is memory of device %d, the stream is of device %d", op->call, op->ranges[i].what, allocation_of(op->ranges[i].address)->device, s->base.device);
            return false;
        }
    }

    return true;
}

/* Takes the operation over. */
int stream_submit(stream *s, operation *op)
{
    if (!operation_valid(op) || !of_same_device(s, op))
    {
        operation_free(op);
        return cudaErrorInvalidValue;
    }

    list_add(s->capture == CAPTURING ? &s->captured : &s->queue, op);
    return cudaSuccess;
}

/* Does what is queued, up to and including the recording of an event if one is given. After a failure the rest is dropped. */
int stream_drain(stream *s, const void *event)
{
    int status = cudaSuccess;
    bool reached = false;
    while (s->queue.first != NULL && !reached)
    {
        operation *op = s->queue.first;
        s->queue.first = op->next;
        s->queue.last = op->next == NULL ? NULL : s->queue.last;
        s->queue.count--;
        reached = event != NULL && op->event == event;
        if (status == cudaSuccess)
        {
            status = operation_valid(op) ? op->run(op) : cudaErrorIllegalAddress;
        }

        operation_free(op);
    }

    return red_zones_intact("synchronisation") ? status : cudaErrorIllegalAddress;
}

bool queued_anywhere(bool (*uses)(const operation *, const void *), const void *subject)
{
    for (stream *s = handle_next(NULL, STREAM); s != NULL; s = handle_next(s, STREAM))
    {
        for (operation *op = s->queue.first; op != NULL; op = op->next)
        {
            if (uses(op, subject))
            {
                return true;
            }
        }
    }

    return false;
}

static void invalidate(stream *s)
{
    s->capture = INVALIDATED;
    list_clear(&s->captured);
}

/* Of a call that is potentially unsafe: it fails while this thread captures, or another does globally, unless relaxed, and spoils the capture. */
int unsafe_in_capture(const char *call)
{
    int status = cudaSuccess;
    for (stream *s = handle_next(NULL, STREAM); s != NULL; s = handle_next(s, STREAM))
    {
        bool mine = s->capturing_thread == this_thread();
        if (s->capture != NOT_CAPTURING && (s->mode == cudaStreamCaptureModeGlobal || (s->mode == cudaStreamCaptureModeThreadLocal && mine)))
        {
            status = forbidden_in_capture(call, s);
        }
    }

    return status;
}

/* Of a call that no capture of this stream allows. */
int forbidden_in_capture(const char *call, stream *s)
{
    violation("%s: not permitted while a stream captures", call);
    invalidate(s);
    return cudaErrorStreamCaptureUnsupported;
}

void streams_reset(void)
{
    for (stream *s = handle_next(NULL, STREAM); s != NULL; s = handle_next(s, STREAM))
    {
        list_clear(&s->queue);
        list_clear(&s->captured);
    }
}

EXPORT int cudaStreamCreateWithFlags(void **created, unsigned flags)
{
    RUNTIME_CALL_ON_DEVICE();
    if (created == NULL || flags > cudaStreamNonBlocking)
    {
        return runtime_result(cudaErrorInvalidValue);
    }

    *created = handle_new(STREAM, sizeof(stream));
    return cudaSuccess;
}

/* What is still queued is done first, as a device would do it later. */
EXPORT int cudaStreamDestroy(void *destroyed)
{
    RUNTIME_CALL_ON_DEVICE();
    int status = stream_check(__func__, destroyed);
    stream *s = destroyed;
    if (status == cudaErrorInvalidResourceHandle)
    {
        return runtime_result(status);
    }

    if (s->capture != NOT_CAPTURING)
    {
        return runtime_result(forbidden_in_capture(__func__, s));
    }

    stream_drain(s, NULL);
    handle_end(s);
    return cudaSuccess;
}

EXPORT int cudaStreamSynchronize(void *waited)
{
    RUNTIME_CALL_ON_DEVICE();
    int status = stream_check(__func__, waited);
    if (status != cudaSuccess)
    {
        return runtime_result(status);
    }

    stream *s = waited;
    return runtime_result(s->capture == CAPTURING ? forbidden_in_capture(__func__, s) : stream_drain(s, NULL));
}

EXPORT int cudaStreamBeginCapture(void *captured, int mode)
{
    RUNTIME_CALL_ON_DEVICE();
    int status = stream_check(__func__, captured);
    if (status != cudaSuccess)
    {
        return runtime_result(status);
    }

    stream *s = captured;
    if (mode < cudaStreamCaptureModeGlobal || mode > cudaStreamCaptureModeRelaxed)
    {
        return runtime_result(cudaErrorInvalidValue);
    }

    if (s->capture != NOT_CAPTURING)
    {
        return runtime_result(cudaErrorIllegalState);
    }

    s->capture = CAPTURING;
    s->mode = mode;
    s->capturing_thread = this_thread();
    return cudaSuccess;
}

EXPORT int cudaStreamEndCapture(void *captured, void **made)
{
    RUNTIME_CALL_ON_DEVICE();
    int status = stream_check(__func__, captured);
    if (status == cudaErrorInvalidResourceHandle || made == NULL)
    {
        return runtime_result(made == NULL ? cudaErrorInvalidValue : status);
    }

    stream *s = captured;
    *made = NULL;
    if (s->capture == NOT_CAPTURING)
    {
        return runtime_result(cudaErrorIllegalState);
    }

    if (s->mode != cudaStreamCaptureModeRelaxed && s->capturing_thread != this_thread())
    {
        return runtime_result(cudaErrorStreamCaptureWrongThread);
    }

    bool spoilt = s->capture == INVALIDATED;
    s->capture = NOT_CAPTURING;
    if (spoilt)
    {
        return runtime_result(cudaErrorStreamCaptureInvalidated);
    }

    graph *g = handle_new(GRAPH, sizeof *g);
    g->nodes = s->captured;
    s->captured = (operation_list){ 0 };
    *made = g;
    return cudaSuccess;
}
