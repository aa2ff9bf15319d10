/*
 * A neural network compiled by Kron, as a C library.
 *
 * It classifies images of handwritten digits: a sample is 28 x 28 pixels, row by row, white ink on black ground, each a float from
 * 0 (ground) to 1 (ink); the result is ten floats, the scores of the digits 0 to 9. The largest score is the network's answer.
 *
 *     kron_model model;
 *     if (kron_model_create("digits.safetensors", &model) != KRON_OK)
 *         fprintf(stderr, "%s\n", kron_model_last_error());
 *     else if (kron_model_forward(model, pixels, 784, scores, 10) != KRON_OK) ...
 *     kron_model_free(model);
 *
 * Threads. Every function may be called from any thread at any time. Many threads may use one model at once; a model that is freed while
 * another thread computes with it lasts until that call returns.
 *
 * Ownership. The library keeps no pointer that it is given beyond the call, and gives out no memory that the caller must free. A model
 * belongs to whoever created it, and must be freed once.
 *
 * Errors. No function throws; each that can fail returns a kron_status, and outputs are untouched where it is not KRON_OK, but for the
 * handle of kron_model_create. What cannot be checked is the caller's duty: that a pointer is to as many readable or writable, aligned
 * elements as its length says, and that nobody else writes to them meanwhile.
 *
 * Process. The library contains a runtime of its own, which starts with the first call: threads for garbage collection, and on Linux
 * handlers for SIGSEGV and SIGFPE (faults that are not its own go to the handlers that were there) and SIGRTMIN; SIGPIPE is ignored. It
 * stays until the process ends, whether it is closed (dlclose) or not. A child of fork may use it only if its parent never did.
 */
#ifndef KRON_MODEL_H
#define KRON_MODEL_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* The version of this header. It is raised by every change that breaks a program compiled before. */
#define KRON_MODEL_VERSION 1

/* What a function returns. Numbers keep their meaning; later versions may add some. */
typedef enum kron_status {
    KRON_OK = 0,
    /* A pointer is null, a length does not fit, or input and output overlap. */
    KRON_INVALID_ARGUMENT = 1,
    /* There is no such model: it was never created, or is freed. */
    KRON_INVALID_HANDLE = 2,
    /* The file is not there or cannot be read. */
    KRON_FILE_NOT_READABLE = 3,
    /* The file is damaged, or has the weights of another network. */
    KRON_INVALID_MODEL = 4,
    KRON_OUT_OF_MEMORY = 5,
    /* A defect of the library. */
    KRON_INTERNAL_ERROR = 6
} kron_status;

/* A model in use. It is a number and no pointer, 0 is none, and none is given twice: one that is freed is an error wherever it is used. */
typedef uint64_t kron_model;

/* The version that the library was made for; compare it with KRON_MODEL_VERSION where the library is not linked but loaded. */
uint32_t kron_model_version(void);

/*
 * What went wrong in the last call of this thread that failed: UTF-8 with a zero at the end, in English, never null, empty where none
 * has failed. Calls that succeed leave it as it is. The text is valid until this thread makes another call that fails, or ends.
 */
const char *kron_model_last_error(void);

/*
 * Makes a model.
 * path:  of a safetensors file, in UTF-8, which is read whole and not needed any more; null for the weights that lie in the library.
 * model: receives the handle, or 0 where there is an error.
 * Errors: KRON_INVALID_ARGUMENT, KRON_FILE_NOT_READABLE, KRON_INVALID_MODEL, KRON_OUT_OF_MEMORY.
 */
kron_status kron_model_create(const char *path, kron_model *model);

/*
 * The floats of a sample (784) and of its scores (10). Either pointer may be null.
 * Errors: KRON_INVALID_HANDLE.
 */
kron_status kron_model_sizes(kron_model model, size_t *input_size, size_t *output_size);

/*
 * Computes the scores of a batch of samples, on the calling thread.
 * input:         input_length floats, one sample behind the other.
 * input_length:  the batch times input_size, in floats and not in bytes, at most 2^31 - 1. A batch of 0 does nothing.
 * output:        receives output_length floats, one sample's scores behind the other. It must not overlap the input.
 * output_length: the batch times output_size, exactly.
 * The same batch gives the same bits each time; a sample's scores may differ by rounding between batches of different sizes.
 * Errors: KRON_INVALID_HANDLE, KRON_INVALID_ARGUMENT, KRON_OUT_OF_MEMORY.
 */
kron_status kron_model_forward(kron_model model, const float *input, size_t input_length, float *output, size_t output_length);

/*
 * Frees a model; 0 is none and no error. Its memory returns with a later garbage collection.
 * Errors: KRON_INVALID_HANDLE, for a model that is freed already too.
 */
kron_status kron_model_free(kron_model model);

#ifdef __cplusplus
}
#endif

#endif
