/*
 * A stand-in for libcudart, libcublas, libcuda and libnvrtc over host memory, for tests only. It checks what it is given, does the work
 * late, as a device would, and fails on demand. Everything here is called with the lock held (HOLD_LOCK in each exported function).
 */
#pragma once

#include "cuda_constants.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define EXPORT __attribute__((visibility("default")))

/* faults.c: the lock, counted calls, injected failures and violations */
void standin_acquire(void);
void standin_release(const int *unused);
bool standin_intercept(const char *call, int own_failure, int *status);
void standin_note(const char *name);
void violation(const char *format, ...) __attribute__((format(printf, 1, 2)));

#define HOLD_LOCK __attribute__((cleanup(standin_release))) int standin_held = 0; standin_acquire(); (void)standin_held

/* devices.c: devices, versions and what each thread has current */
typedef struct
{
    int devices, runtime_version, driver_version, cublas_version, nvrtc_major, nvrtc_minor, capability_major, capability_minor;
    size_t memory;
} standin_machine;

extern standin_machine machine;

int current_device(void);
int runtime_result(int status);
int runtime_ready(void);
int driver_ready(void);
bool device_ready(void);
void devices_reset(void);

/* Each function of cudart begins with one of these. */
#define RUNTIME_CALL() \
    HOLD_LOCK; \
    int injected; \
    if (standin_intercept(__func__, cudaErrorUnknown, &injected)) \
        return runtime_result(injected)

#define RUNTIME_CALL_ON_DEVICE() \
    RUNTIME_CALL(); \
    if (runtime_ready() != cudaSuccess) \
        return runtime_result(runtime_ready())

/* handles.c: whatever is created and destroyed; a handle's memory is never used again, so a stale one is always recognised */
typedef enum { STREAM, EVENT, GRAPH, EXEC, CUBLAS, MODULE, FUNCTION, PROGRAM, HANDLE_KINDS } handle_kind;

typedef struct handle
{
    struct handle *next;
    handle_kind kind;
    int device;
} handle;

void *handle_new(handle_kind kind, size_t size);
bool handle_is(const void *candidate, handle_kind kind);
void handle_end(void *ended);
void *handle_next(const void *after, handle_kind kind);
long long handles_live(handle_kind kind);
void handles_reset(void);

/* memory.c: allocations, whose every use is checked */
typedef struct allocation
{
    struct allocation *next;
    bool pinned;
    int device;
    size_t size, extent;
    char *address;     /* what the caller has; of device memory nothing can be read or written there */
    char *bytes;       /* where the contents are */
    char *mapping;     /* the pages of the contents, a guard page at either end */
    char *reserved;    /* the pages of the address */
} allocation;

typedef enum { ANYTHING, DEVICE_MEMORY, PINNED_MEMORY, PAGEABLE_MEMORY } memory_kind;

allocation *allocation_of(const void *address);
memory_kind kind_of(const void *address);
bool inside(const char *call, const char *what, const void *address, size_t length, memory_kind kind);
bool pageable(const char *call, const char *what, const void *address, size_t length);
void *contents(const void *address);
bool red_zones_intact(const char *when);
bool red_zones_intact_at(const char *when, const void *address);
void fill_with_nan(void *from, size_t length);
size_t memory_used(int device);
long long allocations_live(bool pinned);
void memory_reset(void);

/* operations.c: what waits in a stream or a graph */
typedef struct
{
    const char *what;
    const void *address;
    size_t length;
    memory_kind kind;
} memory_range;

struct stream;

typedef struct operation
{
    struct operation *next;
    const char *call;
    int (*run)(struct operation *);
    void *arguments;
    size_t arguments_size;
    memory_range *ranges;
    int range_count;
    void *module;      /* whose code it runs */
    void *event;       /* what it records */
    bool staged;       /* its arguments point at a copy of pageable memory that belongs to it */
} operation;

operation *operation_new(const char *call, int (*run)(operation *), const void *arguments, size_t size);
void operation_touches(operation *op, const char *what, const void *address, size_t length, memory_kind kind);
operation *operation_copy(const operation *op);
bool operation_valid(const operation *op);
void operation_free(operation *op);

typedef struct
{
    operation *first, *last;
    int count;
} operation_list;

void list_add(operation_list *list, operation *op);
void list_clear(operation_list *list);

/* streams.c, graphs.c */
typedef enum { NOT_CAPTURING, CAPTURING, INVALIDATED } capture_state;

typedef struct stream
{
    handle base;
    operation_list queue;
    capture_state capture;
    cudaStreamCaptureMode mode;
    unsigned long long capturing_thread;
    operation_list captured;
} stream;

/* A graph, and what is instantiated of one. */
typedef struct
{
    handle base;
    operation_list nodes;
} graph;

int stream_check(const char *call, const void *candidate);
int stream_submit(stream *s, operation *op);
int stream_drain(stream *s, const void *event);
bool queued_anywhere(bool (*uses)(const operation *, const void *), const void *subject);
int unsafe_in_capture(const char *call);
int forbidden_in_capture(const char *call, stream *s);
void streams_reset(void);
void graphs_reset(void);

/* driver.c */
void modules_reset(void);

/* images.c: what stands for a cubin */
typedef struct
{
    char magic[16];
    uint32_t architecture;
    uint32_t reserved;
    uint64_t length, checksum;
} image_header;

extern const char image_magic[16];
uint64_t image_checksum(const void *bytes, size_t length);

/* nvrtc.c */
void programs_reset(void);
