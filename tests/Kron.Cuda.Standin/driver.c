/* The driver's devices and modules. */
#define _GNU_SOURCE
#include "driver.h"

#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/uio.h>
#include <unistd.h>

/* Copies what can be read; memory that cannot is told from it without a fault. */
bool readable(const void *address, void *copy, size_t length)
{
    struct iovec to = { copy, length }, from = { (void *)address, length };
    return process_vm_readv(getpid(), &to, 1, &from, 1, 0) == (ssize_t)length;
}

static bool runs(const operation *op, const void *subject)
{
    return op->module == subject;
}

static void unload(module *m)
{
    for (function *f = handle_next(NULL, FUNCTION); f != NULL; f = handle_next(f, FUNCTION))
    {
        if (f->module == m)
        {
            handle_end(f);
        }
    }

    dlclose(m->library);
    handle_end(m);
}

void modules_reset(void)
{
    for (module *m = handle_next(NULL, MODULE); m != NULL; m = handle_next(m, MODULE))
    {
        unload(m);
    }
}

EXPORT int cuDeviceGet(int *device, int ordinal)
{
    DRIVER_CALL();
    if (!device_ready())
    {
        violation("cuDeviceGet: nothing has initialised the driver");
        return CUDA_ERROR_NOT_INITIALIZED;
    }

    if (device == NULL || ordinal < 0 || ordinal >= machine.devices)
    {
        return device == NULL ? CUDA_ERROR_INVALID_VALUE : CUDA_ERROR_INVALID_DEVICE;
    }

    *device = ordinal;
    return CUDA_SUCCESS;
}

EXPORT int cuDeviceGetName(char *name, int length, int device)
{
    DRIVER_CALL();
    if (!device_ready())
    {
        violation("cuDeviceGetName: nothing has initialised the driver");
        return CUDA_ERROR_NOT_INITIALIZED;
    }

    if (name == NULL || length <= 0 || device < 0 || device >= machine.devices)
    {
        return name == NULL || length <= 0 ? CUDA_ERROR_INVALID_VALUE : CUDA_ERROR_INVALID_DEVICE;
    }

    snprintf(name, (size_t)length, "Stand-in");
    return CUDA_SUCCESS;
}

static int load(void **loaded, const void *image)
{
    image_header header;
    if (!readable(image, &header, sizeof header) || memcmp(header.magic, image_magic, sizeof header.magic) != 0 || header.length > (size_t)1 << 30)
    {
        return CUDA_ERROR_INVALID_IMAGE;
    }

    char *library = malloc(header.length), path[64];
    if (!readable((const char *)image + sizeof header, library, header.length) || image_checksum(library, header.length) != header.checksum)
    {
        free(library);
        return CUDA_ERROR_INVALID_IMAGE;
    }

    if ((int)header.architecture / 10 != machine.capability_major || (int)header.architecture % 10 > machine.capability_minor)
    {
        free(library);
        return CUDA_ERROR_NO_BINARY_FOR_GPU;
    }

    /* The loader takes a file of a name that it knows for one that it has loaded: every module has its own. */
    snprintf(path, sizeof path, "%s/kron-standin-XXXXXX", P_tmpdir);
    int file = mkstemp(path);
    bool written = write(file, library, header.length) == (ssize_t)header.length;
    free(library);
    void *opened = written ? dlopen(path, RTLD_NOW | RTLD_LOCAL) : NULL;
    if (opened == NULL)
    {
        violation("cuModuleLoadData: %s", written ? dlerror() : "the image could not be written to memory");
    }

    close(file);
    unlink(path);
    if (opened == NULL)
    {
        return CUDA_ERROR_INVALID_IMAGE;
    }

    module *m = handle_new(MODULE, sizeof *m);
    m->library = opened;
    *loaded = m;
    return CUDA_SUCCESS;
}

EXPORT int cuModuleLoadData(void **loaded, const void *image)
{
    DRIVER_CALL_IN_CONTEXT();
    if (loaded == NULL || image == NULL)
    {
        return CUDA_ERROR_INVALID_VALUE;
    }

    int capturing = unsafe_in_capture(__func__);
    return capturing != cudaSuccess ? capturing : load(loaded, image);
}

EXPORT int cuModuleUnload(void *unloaded)
{
    DRIVER_CALL_IN_CONTEXT();
    if (!handle_is(unloaded, MODULE))
    {
        violation("cuModuleUnload: %p is not a live module", unloaded);
        return CUDA_ERROR_INVALID_HANDLE;
    }

    int capturing = unsafe_in_capture(__func__);
    if (capturing != cudaSuccess)
    {
        return capturing;
    }

    if (queued_anywhere(runs, unloaded))
    {
        violation("cuModuleUnload: a kernel of the module is still queued");
        return CUDA_ERROR_INVALID_VALUE;
    }

    unload(unloaded);
    return CUDA_SUCCESS;
}

EXPORT int cuModuleGetFunction(void **found, void *module_handle, const char *name)
{
    DRIVER_CALL_IN_CONTEXT();
    if (found == NULL || name == NULL || !handle_is(module_handle, MODULE))
    {
        violation("cuModuleGetFunction: '%s' of module %p", name == NULL ? "" : name, module_handle);
        return found == NULL || name == NULL ? CUDA_ERROR_INVALID_VALUE : CUDA_ERROR_INVALID_HANDLE;
    }

    char symbol[256];
    module *m = module_handle;
    snprintf(symbol, sizeof symbol, "standin_signature_%s", name);
    const char *(*signature)(void) = (const char *(*)(void))dlsym(m->library, symbol);
    snprintf(symbol, sizeof symbol, "standin_run_%s", name);
    void *run = dlsym(m->library, symbol);
    if (signature == NULL || run == NULL)
    {
        return CUDA_ERROR_NOT_FOUND;
    }

    function *f = handle_new(FUNCTION, sizeof *f);
    f->module = m;
    f->signature = signature();
    f->run = (void (*)(void **, const unsigned *, const unsigned *))run;
    snprintf(f->name, sizeof f->name, "%s", name);
    *found = f;
    return CUDA_SUCCESS;
}
