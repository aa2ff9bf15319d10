/* Graphs: lists of operations that are replayed. */
#include "standin.h"

static void copy_nodes(operation_list *to, const operation_list *from)
{
    for (const operation *op = from->first; op != NULL; op = op->next)
    {
        list_add(to, operation_copy(op));
    }
}

static int destroy(const char *call, void *destroyed, handle_kind kind)
{
    if (!handle_is(destroyed, kind))
    {
        violation("%s: %p is not a live one", call, destroyed);
        return cudaErrorInvalidValue;
    }

    list_clear(&((graph *)destroyed)->nodes);
    handle_end(destroyed);
    return cudaSuccess;
}

void graphs_reset(void)
{
    for (handle_kind kind = GRAPH; kind <= EXEC; kind++)
    {
        for (graph *g = handle_next(NULL, kind); g != NULL; g = handle_next(g, kind))
        {
            list_clear(&g->nodes);
        }
    }
}

EXPORT int cudaGraphInstantiateWithFlags(void **made, void *source, unsigned long long flags)
{
    RUNTIME_CALL_ON_DEVICE();
    if (made == NULL || (flags & ~(unsigned long long)cudaGraphInstantiateAllFlags) != 0 || !handle_is(source, GRAPH))
    {
        violation("cudaGraphInstantiateWithFlags: graph %p with flags %llu", source, flags);
        return runtime_result(cudaErrorInvalidValue);
    }

    graph *exec = handle_new(EXEC, sizeof *exec);
    copy_nodes(&exec->nodes, &((graph *)source)->nodes);
    *made = exec;
    return cudaSuccess;
}

/* Its nodes are queued one by one, each checked again: what it was captured with may be gone. */
EXPORT int cudaGraphLaunch(void *launched, void *stream_handle)
{
    RUNTIME_CALL_ON_DEVICE();
    int status = stream_check(__func__, stream_handle);
    if (status != cudaSuccess)
    {
        return runtime_result(status);
    }

    stream *s = stream_handle;
    if (!handle_is(launched, EXEC))
    {
        violation("cudaGraphLaunch: %p is not a live executable graph", launched);
        return runtime_result(cudaErrorInvalidValue);
    }

    if (s->capture != NOT_CAPTURING)
    {
        return runtime_result(forbidden_in_capture(__func__, s));
    }

    const graph *exec = launched;
    for (const operation *op = exec->nodes.first; op != NULL && status == cudaSuccess; op = op->next)
    {
        status = stream_submit(s, operation_copy(op));
    }

    return runtime_result(status);
}

EXPORT int cudaGraphExecDestroy(void *destroyed)
{
    RUNTIME_CALL_ON_DEVICE();
    return runtime_result(destroy(__func__, destroyed, EXEC));
}

EXPORT int cudaGraphDestroy(void *destroyed)
{
    RUNTIME_CALL_ON_DEVICE();
    return runtime_result(destroy(__func__, destroyed, GRAPH));
}
