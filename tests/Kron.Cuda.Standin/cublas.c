/* Handles of cuBLAS. */
#include "cublas.h"

cublas_handle *cublas_checked(const char *call, void *candidate)
{
    if (!handle_is(candidate, CUBLAS))
    {
        violation("%s: %p is not a live handle", call, candidate);
        return NULL;
    }

    cublas_handle *h = candidate;
    if (h->base.device != current_device())
    {
        violation("%s: a handle of device %d, while device %d is current", call, h->base.device, current_device());
        return NULL;
    }

    return h;
}

/* Takes the operation over. */
int cublas_submit(cublas_handle *h, operation *op)
{
    if (h->stream == NULL)
    {
        violation("%s: the handle has no stream", op->call);
        operation_free(op);
        return CUBLAS_STATUS_INVALID_VALUE;
    }

    int status = stream_check(op->call, h->stream);
    if (status != cudaSuccess)
    {
        operation_free(op);
        return CUBLAS_STATUS_EXECUTION_FAILED;
    }

    return stream_submit(h->stream, op) == cudaSuccess ? CUBLAS_STATUS_SUCCESS : CUBLAS_STATUS_INVALID_VALUE;
}

EXPORT int cublasCreate_v2(void **created)
{
    CUBLAS_CALL();
    if (created == NULL)
    {
        return CUBLAS_STATUS_INVALID_VALUE;
    }

    if (runtime_ready() != cudaSuccess || unsafe_in_capture(__func__) != cudaSuccess)
    {
        return CUBLAS_STATUS_NOT_INITIALIZED;
    }

    *created = handle_new(CUBLAS, sizeof(cublas_handle));
    return CUBLAS_STATUS_SUCCESS;
}

/* It waits for the device. */
EXPORT int cublasDestroy_v2(void *destroyed)
{
    CUBLAS_CALL();
    cublas_handle *h = cublas_checked(__func__, destroyed);
    if (h == NULL)
    {
        return CUBLAS_STATUS_NOT_INITIALIZED;
    }

    if (unsafe_in_capture(__func__) != cudaSuccess)
    {
        return CUBLAS_STATUS_INTERNAL_ERROR;
    }

    for (stream *s = handle_next(NULL, STREAM); s != NULL; s = handle_next(s, STREAM))
    {
        if (s->base.device == h->base.device)
        {
            stream_drain(s, NULL);
        }
    }

    handle_end(h);
    return CUBLAS_STATUS_SUCCESS;
}

/* Takes the handle's own workspace away, as cuBLAS does. */
EXPORT int cublasSetStream_v2(void *handle, void *stream_handle)
{
    CUBLAS_CALL();
    cublas_handle *h = cublas_checked(__func__, handle);
    if (h == NULL)
    {
        return CUBLAS_STATUS_NOT_INITIALIZED;
    }

    if (stream_check(__func__, stream_handle) == cudaErrorInvalidResourceHandle)
    {
        return CUBLAS_STATUS_INVALID_VALUE;
    }

    h->stream = stream_handle;
    h->workspace = NULL;
    h->workspace_size = 0;
    return CUBLAS_STATUS_SUCCESS;
}

EXPORT int cublasSetWorkspace_v2(void *handle, void *workspace, size_t size)
{
    CUBLAS_CALL();
    cublas_handle *h = cublas_checked(__func__, handle);
    if (h == NULL)
    {
        return CUBLAS_STATUS_NOT_INITIALIZED;
    }

    if ((uintptr_t)workspace % 256 != 0)
    {
        violation("cublasSetWorkspace_v2: %p is not aligned to 256 bytes", workspace);
        return CUBLAS_STATUS_INVALID_VALUE;
    }

    if (size > 0 && !inside(__func__, "the workspace", workspace, size, DEVICE_MEMORY))
    {
        return CUBLAS_STATUS_INVALID_VALUE;
    }

    h->workspace = size > 0 ? workspace : NULL;
    h->workspace_size = size;
    return CUBLAS_STATUS_SUCCESS;
}

EXPORT int cublasGetVersion_v2(void *handle, int *version)
{
    CUBLAS_CALL();
    if (cublas_checked(__func__, handle) == NULL)
    {
        return CUBLAS_STATUS_NOT_INITIALIZED;
    }

    if (version == NULL)
    {
        return CUBLAS_STATUS_INVALID_VALUE;
    }

    *version = machine.cublas_version;
    return CUBLAS_STATUS_SUCCESS;
}

/* Needs neither a handle nor a device. */
EXPORT int cublasGetProperty(int type, int *value)
{
    CUBLAS_CALL();
    if (value == NULL || type < MAJOR_VERSION || type > PATCH_LEVEL)
    {
        return CUBLAS_STATUS_INVALID_VALUE;
    }

    *value = type == MAJOR_VERSION ? machine.cublas_version / 10000 : type == MINOR_VERSION ? machine.cublas_version / 100 % 100 : machine.cublas_version % 100;
    return CUBLAS_STATUS_SUCCESS;
}
