/* The names and texts of statuses. */
#include "standin.h"

typedef struct
{
    int status;
    const char *name, *text;
} named_status;

#define NAMED(status, text) { status, #status, text }
#define COUNT(table) (int)(sizeof(table) / sizeof *(table))

static const named_status runtime[] =
{
    NAMED(cudaSuccess, "no error"),
    NAMED(cudaErrorInvalidValue, "invalid argument"),
    NAMED(cudaErrorMemoryAllocation, "out of memory"),
    NAMED(cudaErrorInitializationError, "initialization error"),
    NAMED(cudaErrorInvalidConfiguration, "invalid configuration argument"),
    NAMED(cudaErrorInvalidDevicePointer, "invalid device pointer"),
    NAMED(cudaErrorInvalidMemcpyDirection, "invalid copy direction for memcpy"),
    NAMED(cudaErrorInsufficientDriver, "CUDA driver version is insufficient for CUDA runtime version"),
    NAMED(cudaErrorInvalidDeviceFunction, "invalid device function"),
    NAMED(cudaErrorNoDevice, "no CUDA-capable device is detected"),
    NAMED(cudaErrorInvalidDevice, "invalid device ordinal"),
    NAMED(cudaErrorInvalidKernelImage, "device kernel image is invalid"),
    NAMED(cudaErrorDeviceUninitialized, "invalid device context"),
    NAMED(cudaErrorNoKernelImageForDevice, "no kernel image is available for execution on the device"),
    NAMED(cudaErrorECCUncorrectable, "uncorrectable ECC error encountered"),
    NAMED(cudaErrorInvalidResourceHandle, "invalid resource handle"),
    NAMED(cudaErrorIllegalState, "the operation cannot be performed in the present state"),
    NAMED(cudaErrorSymbolNotFound, "named symbol not found"),
    NAMED(cudaErrorNotReady, "device not ready"),
    NAMED(cudaErrorIllegalAddress, "an illegal memory access was encountered"),
    NAMED(cudaErrorLaunchOutOfResources, "too many resources requested for launch"),
    NAMED(cudaErrorLaunchTimeout, "the launch timed out and was terminated"),
    NAMED(cudaErrorContextIsDestroyed, "context is destroyed"),
    NAMED(cudaErrorMisalignedAddress, "misaligned address"),
    NAMED(cudaErrorLaunchFailure, "unspecified launch failure"),
    NAMED(cudaErrorNotPermitted, "operation not permitted"),
    NAMED(cudaErrorNotSupported, "operation not supported"),
    NAMED(cudaErrorSystemDriverMismatch, "system has unsupported display driver / cuda driver combination"),
    NAMED(cudaErrorStreamCaptureUnsupported, "operation not permitted when stream is capturing"),
    NAMED(cudaErrorStreamCaptureInvalidated, "operation failed due to a previous error during capture"),
    NAMED(cudaErrorCapturedEvent, "operation not permitted on an event last recorded in a capturing stream"),
    NAMED(cudaErrorStreamCaptureWrongThread, "attempt to terminate a thread-local capture sequence from another thread"),
    NAMED(cudaErrorUnknown, "unknown error"),
};

static const named_status cublas[] =
{
    NAMED(CUBLAS_STATUS_SUCCESS, "success"),
    NAMED(CUBLAS_STATUS_NOT_INITIALIZED, "the library was not initialized"),
    NAMED(CUBLAS_STATUS_ALLOC_FAILED, "the resource allocation failed"),
    NAMED(CUBLAS_STATUS_INVALID_VALUE, "an invalid value was used as an argument"),
    NAMED(CUBLAS_STATUS_ARCH_MISMATCH, "an absent device architectural feature is required"),
    NAMED(CUBLAS_STATUS_MAPPING_ERROR, "an access to GPU memory space failed"),
    NAMED(CUBLAS_STATUS_EXECUTION_FAILED, "the GPU program failed to execute"),
    NAMED(CUBLAS_STATUS_INTERNAL_ERROR, "an internal operation failed"),
    NAMED(CUBLAS_STATUS_NOT_SUPPORTED, "the functionality is not supported"),
    NAMED(CUBLAS_STATUS_LICENSE_ERROR, "an error occurred when checking the current licensing"),
};

static const named_status driver[] =
{
    NAMED(CUDA_SUCCESS, ""),
    NAMED(CUDA_ERROR_INVALID_VALUE, ""),
    NAMED(CUDA_ERROR_OUT_OF_MEMORY, ""),
    NAMED(CUDA_ERROR_NOT_INITIALIZED, ""),
    NAMED(CUDA_ERROR_DEINITIALIZED, ""),
    NAMED(CUDA_ERROR_NO_DEVICE, ""),
    NAMED(CUDA_ERROR_INVALID_DEVICE, ""),
    NAMED(CUDA_ERROR_INVALID_IMAGE, ""),
    NAMED(CUDA_ERROR_INVALID_CONTEXT, ""),
    NAMED(CUDA_ERROR_NO_BINARY_FOR_GPU, ""),
    NAMED(CUDA_ERROR_INVALID_PTX, ""),
    NAMED(CUDA_ERROR_UNSUPPORTED_PTX_VERSION, ""),
    NAMED(CUDA_ERROR_INVALID_HANDLE, ""),
    NAMED(CUDA_ERROR_NOT_FOUND, ""),
    NAMED(CUDA_ERROR_ILLEGAL_ADDRESS, ""),
    NAMED(CUDA_ERROR_LAUNCH_OUT_OF_RESOURCES, ""),
    NAMED(CUDA_ERROR_MISALIGNED_ADDRESS, ""),
    NAMED(CUDA_ERROR_LAUNCH_FAILED, ""),
    NAMED(CUDA_ERROR_STREAM_CAPTURE_UNSUPPORTED, ""),
    NAMED(CUDA_ERROR_STREAM_CAPTURE_INVALIDATED, ""),
    NAMED(CUDA_ERROR_UNKNOWN, ""),
};

static const named_status nvrtc[] =
{
    NAMED(NVRTC_SUCCESS, ""),
    NAMED(NVRTC_ERROR_OUT_OF_MEMORY, ""),
    NAMED(NVRTC_ERROR_PROGRAM_CREATION_FAILURE, ""),
    NAMED(NVRTC_ERROR_INVALID_INPUT, ""),
    NAMED(NVRTC_ERROR_INVALID_PROGRAM, ""),
    NAMED(NVRTC_ERROR_INVALID_OPTION, ""),
    NAMED(NVRTC_ERROR_COMPILATION, ""),
    NAMED(NVRTC_ERROR_BUILTIN_OPERATION_FAILURE, ""),
    NAMED(NVRTC_ERROR_INTERNAL_ERROR, ""),
};

static const named_status *find(const named_status *table, int count, int status)
{
    for (int i = 0; i < count; i++)
    {
        if (table[i].status == status)
        {
            return &table[i];
        }
    }

    return NULL;
}

EXPORT const char *cudaGetErrorName(int status)
{
    const named_status *found = find(runtime, COUNT(runtime), status);
    return found != NULL ? found->name : "unrecognized error code";
}

EXPORT const char *cudaGetErrorString(int status)
{
    const named_status *found = find(runtime, COUNT(runtime), status);
    return found != NULL ? found->text : "unrecognized error code";
}

EXPORT const char *cublasGetStatusName(int status)
{
    const named_status *found = find(cublas, COUNT(cublas), status);
    return found != NULL ? found->name : "unknown";
}

EXPORT const char *cublasGetStatusString(int status)
{
    const named_status *found = find(cublas, COUNT(cublas), status);
    return found != NULL ? found->text : "unknown";
}

EXPORT int cuGetErrorName(int status, const char **name)
{
    const named_status *found = find(driver, COUNT(driver), status);
    *name = found != NULL ? found->name : NULL;
    return found != NULL ? CUDA_SUCCESS : CUDA_ERROR_INVALID_VALUE;
}

EXPORT const char *nvrtcGetErrorString(int status)
{
    const named_status *found = find(nvrtc, COUNT(nvrtc), status);
    return found != NULL ? found->name : "NVRTC_ERROR unknown";
}
