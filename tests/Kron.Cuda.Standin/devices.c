/* Devices and versions. */
#include "standin.h"

#define USUAL { .devices = 1, .runtime_version = 12080, .driver_version = 12080, .cublas_version = 120804, .nvrtc_major = 12, .nvrtc_minor = 8, \
                .capability_major = 9, .capability_minor = 0, .memory = (size_t)8 << 30 }

standin_machine machine = USUAL;

/* Of each thread; what a reset has ended counts no longer. */
static _Thread_local struct { int epoch, device, last_error; bool context; } thread;
static int epoch = 1;
static bool driver_initialised;

static void enter_epoch(void)
{
    if (thread.epoch != epoch)
    {
        thread.epoch = epoch;
        thread.device = thread.last_error = 0;
        thread.context = false;
    }
}

int current_device(void)
{
    enter_epoch();
    return thread.device;
}

/* Remembers a failure for cudaGetLastError. */
int runtime_result(int status)
{
    enter_epoch();
    if (status != cudaSuccess)
    {
        thread.last_error = status;
    }

    return status;
}

static int machine_status(void)
{
    return machine.driver_version / 1000 < machine.runtime_version / 1000 ? cudaErrorInsufficientDriver
        : machine.devices == 0 ? cudaErrorNoDevice
        : cudaSuccess;
}

/* Whether cudart can work here; where it can, its calls make the device's context current to the thread. */
int runtime_ready(void)
{
    enter_epoch();
    int status = machine_status();
    if (status == cudaSuccess)
    {
        driver_initialised = thread.context = true;
    }

    return status;
}

/* Whether a call of the driver finds a current context, which only cudart makes. */
int driver_ready(void)
{
    enter_epoch();
    return !driver_initialised ? CUDA_ERROR_NOT_INITIALIZED : !thread.context ? CUDA_ERROR_INVALID_CONTEXT : CUDA_SUCCESS;
}

bool device_ready(void)
{
    return driver_initialised;
}

void devices_reset(void)
{
    machine = (standin_machine)USUAL;
    driver_initialised = false;
    epoch++;
}

EXPORT void standin_devices(int count, int capability_major, int capability_minor)
{
    HOLD_LOCK;
    machine.devices = count;
    machine.capability_major = capability_major;
    machine.capability_minor = capability_minor;
}

EXPORT void standin_versions(int runtime, int driver, int cublas, int nvrtc_major, int nvrtc_minor)
{
    HOLD_LOCK;
    machine.runtime_version = runtime;
    machine.driver_version = driver;
    machine.cublas_version = cublas;
    machine.nvrtc_major = nvrtc_major;
    machine.nvrtc_minor = nvrtc_minor;
}

/* The memory of each device. */
EXPORT void standin_limit_memory(long long bytes)
{
    HOLD_LOCK;
    machine.memory = (size_t)bytes;
}

EXPORT int cudaGetLastError(void)
{
    HOLD_LOCK;
    standin_note(__func__);
    enter_epoch();
    int last = thread.last_error;
    thread.last_error = cudaSuccess;
    return last;
}

EXPORT int cudaRuntimeGetVersion(int *version)
{
    RUNTIME_CALL();
    if (version == NULL)
    {
        return runtime_result(cudaErrorInvalidValue);
    }

    *version = machine.runtime_version;
    return cudaSuccess;
}

/* 0 without a driver. */
EXPORT int cudaDriverGetVersion(int *version)
{
    RUNTIME_CALL();
    if (version == NULL)
    {
        return runtime_result(cudaErrorInvalidValue);
    }

    *version = machine.driver_version;
    return cudaSuccess;
}

EXPORT int cudaGetDeviceCount(int *count)
{
    RUNTIME_CALL();
    if (count == NULL)
    {
        return runtime_result(cudaErrorInvalidValue);
    }

    int status = machine_status();
    *count = status == cudaSuccess ? machine.devices : 0;
    driver_initialised |= status == cudaSuccess;
    return runtime_result(status);
}

EXPORT int cudaSetDevice(int device)
{
    RUNTIME_CALL();
    if (machine_status() != cudaSuccess)
    {
        return runtime_result(machine_status());
    }

    if (device < 0 || device >= machine.devices)
    {
        return runtime_result(cudaErrorInvalidDevice);
    }

    enter_epoch();
    thread.device = device;
    return runtime_ready();
}

EXPORT int cudaDeviceGetAttribute(int *value, int attribute, int device)
{
    RUNTIME_CALL();
    if (machine_status() != cudaSuccess)
    {
        return runtime_result(machine_status());
    }

    if (device < 0 || device >= machine.devices)
    {
        return runtime_result(cudaErrorInvalidDevice);
    }

    if (value == NULL || (attribute != cudaDevAttrMultiProcessorCount && attribute != cudaDevAttrComputeCapabilityMajor && attribute != cudaDevAttrComputeCapabilityMinor))
    {
        violation("cudaDeviceGetAttribute: attribute %d of the stand-in's device is not known", attribute);
        return runtime_result(cudaErrorInvalidValue);
    }

    *value = attribute == cudaDevAttrMultiProcessorCount ? 4 : attribute == cudaDevAttrComputeCapabilityMajor ? machine.capability_major : machine.capability_minor;
    return cudaSuccess;
}

EXPORT int cudaMemGetInfo(size_t *free, size_t *total)
{
    RUNTIME_CALL_ON_DEVICE();
    if (free == NULL || total == NULL)
    {
        return runtime_result(cudaErrorInvalidValue);
    }

    size_t used = memory_used(current_device());
    *total = machine.memory;
    *free = used < machine.memory ? machine.memory - used : 0;
    return cudaSuccess;
}
