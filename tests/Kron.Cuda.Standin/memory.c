/*
 * Allocations. A device allocation is an address range that nobody can read or write, and contents elsewhere that only operations reach; a
 * pinned one is where its address says. Red zones lie on both sides of either and guard pages beyond them, much of nothing beyond those of
 * device memory, everything begins as NaN, and no address is ever given out twice.
 */
#define _GNU_SOURCE
#include "standin.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

enum { PAGE = 4096, MARGIN = 256, AFTER = 1024 };

static const size_t reserve_size = (size_t)1 << 40, contents_size = (size_t)4 << 40, contents_gap = (size_t)32 << 20, block_size = (size_t)16 << 20;

/* A quiet NaN that no arithmetic makes. */
static const uint32_t pattern = 0x7FEDCBA9;

static allocation *all;
static char *reserve, *contents_reserve;
static size_t reserve_used, contents_used;
static int nan_file = -1;

static void require(bool holds, const char *what)
{
    if (!holds)
    {
        perror(what);
        abort();
    }
}

void fill_with_nan(void *from, size_t length)
{
    char *bytes = from;
    for (size_t i = 0; i < length; i++)
    {
        bytes[i] = ((const char *)&pattern)[((uintptr_t)bytes + i) % sizeof pattern];
    }
}

static bool untouched(const char *from, const char *to)
{
    for (; from < to && (uintptr_t)from % sizeof pattern != 0; from++)
    {
        if (*from != ((const char *)&pattern)[(uintptr_t)from % sizeof pattern])
        {
            return false;
        }
    }

    for (; from < to; from += sizeof pattern)
    {
        if (*(const uint32_t *)from != pattern)
        {
            return false;
        }
    }

    return true;
}

/* A file of NaN, whose private mappings take memory only where they are written. */
static void open_nan_file(void)
{
    if (nan_file < 0)
    {
        nan_file = memfd_create("nan", MFD_CLOEXEC);
        require(nan_file >= 0 && ftruncate(nan_file, (off_t)block_size) == 0, "stand-in: memfd_create");
        void *block = mmap(NULL, block_size, PROT_READ | PROT_WRITE, MAP_SHARED, nan_file, 0);
        require(block != MAP_FAILED, "stand-in: mmap of the file of NaN");
        for (uint32_t *word = block; (char *)word < (char *)block + block_size; word++)
        {
            *word = pattern;
        }

        munmap(block, block_size);
    }
}

static void close_pages(char *at, size_t extent)
{
    void *closed = mmap(at, extent, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_FIXED, -1, 0);
    require(closed != MAP_FAILED, "stand-in: mmap of freed memory");
}

/* The next addresses of a reserve, which is made at first; NULL when it has not so many. */
static char *claim(char **from, size_t size, size_t *used, size_t extent)
{
    if (*from == NULL)
    {
        *from = mmap(NULL, size, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
        require(*from != MAP_FAILED, "stand-in: mmap of addresses");
    }

    if (extent > size - *used)
    {
        return NULL;
    }

    char *claimed = *from + *used;
    *used += extent;
    return claimed;
}

static void map_contents(char *at, size_t extent)
{
    open_nan_file();
    for (size_t done = 0; done < extent; done += block_size)
    {
        size_t part = extent - done < block_size ? extent - done : block_size;
        void *mapped = mmap(at + done, part, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_FIXED | MAP_NORESERVE, nan_file, 0);
        require(mapped != MAP_FAILED, "stand-in: mmap of contents");
    }
}

static allocation *allocate(size_t size, bool pinned)
{
    size_t extent = PAGE + (PAGE + MARGIN + size + AFTER + PAGE - 1) / PAGE * PAGE + PAGE;
    char *reserved = claim(&reserve, reserve_size, &reserve_used, extent), *mapping = reserved;
    if (reserved != NULL && !pinned)
    {
        mapping = claim(&contents_reserve, contents_size, &contents_used, contents_gap + extent + contents_gap);
        mapping = mapping == NULL ? NULL : mapping + contents_gap;
    }

    if (mapping == NULL)
    {
        return NULL;
    }

    map_contents(mapping + PAGE, extent - 2 * PAGE);
    allocation *made = calloc(1, sizeof *made);
    *made = (allocation)
    {
        .next = all, .pinned = pinned, .device = current_device(), .size = size, .extent = extent, .mapping = mapping, .reserved = reserved,
        .address = reserved + 2 * PAGE + MARGIN, .bytes = mapping + 2 * PAGE + MARGIN,
    };
    return all = made;
}

static void release(allocation *freed)
{
    allocation **link = &all;
    while (*link != freed)
    {
        link = &(*link)->next;
    }

    *link = freed->next;
    close_pages(freed->mapping, freed->extent);
    free(freed);
}

/* The one that an address lies in, its red zones included. */
allocation *allocation_of(const void *address)
{
    const char *at = address;
    for (allocation *a = all; a != NULL; a = a->next)
    {
        if (at >= a->reserved && at < a->reserved + a->extent)
        {
            return a;
        }
    }

    return NULL;
}

memory_kind kind_of(const void *address)
{
    allocation *a = allocation_of(address);
    return a == NULL ? PAGEABLE_MEMORY : a->pinned ? PINNED_MEMORY : DEVICE_MEMORY;
}

bool inside(const char *call, const char *what, const void *address, size_t length, memory_kind kind)
{
    if (kind == PAGEABLE_MEMORY)
    {
        return pageable(call, what, address, length);
    }

    allocation *a = allocation_of(address);
    const char *wanted = kind == DEVICE_MEMORY ? "device" : "pinned";
    if (a == NULL || a->pinned != (kind == PINNED_MEMORY))
    {
        violation("%s: %s at %p is not in live %s memory", call, what, address, wanted);
        return false;
    }

    const char *at = address;
    if (at < a->address || (size_t)(at - a->address) > a->size || length > a->size - (size_t)(at - a->address))
    {
        violation("%s: %s, %zu bytes from offset %td, leaves its %s allocation of %zu bytes", call, what, length, at - a->address, wanted, a->size);
        return false;
    }

    return true;
}

/* Whether host memory that the stand-in knows nothing of can be what is meant. */
bool pageable(const char *call, const char *what, const void *address, size_t length)
{
    const char *at = address;
    if (address == NULL || (reserve != NULL && at < reserve + reserve_size && at + length > reserve))
    {
        violation("%s: %s at %p is neither live memory of CUDA nor the host's own", call, what, address);
        return false;
    }

    return true;
}

/* Where the contents of an address are; of the host's own memory that is the address. */
void *contents(const void *address)
{
    allocation *a = allocation_of(address);
    return a == NULL ? (void *)address : a->bytes + ((const char *)address - a->address);
}

static bool zones_intact(const allocation *a, const char *when)
{
    bool before = untouched(a->mapping + PAGE, a->bytes), after = untouched(a->bytes + a->size, a->mapping + a->extent - PAGE);
    if (!before || !after)
    {
        violation("%s: something wrote %s a %s allocation of %zu bytes", when, before ? "past the end of" : "before the beginning of", a->pinned ? "pinned" : "device", a->size);

        /* Said once. */
        fill_with_nan(a->mapping + PAGE, (size_t)(a->bytes - a->mapping) - PAGE);
        fill_with_nan(a->bytes + a->size, (size_t)(a->mapping + a->extent - PAGE - (a->bytes + a->size)));
    }

    return before && after;
}

bool red_zones_intact(const char *when)
{
    bool intact = true;
    for (allocation *a = all; a != NULL; a = a->next)
    {
        intact &= zones_intact(a, when);
    }

    return intact;
}

bool red_zones_intact_at(const char *when, const void *address)
{
    return zones_intact(allocation_of(address), when);
}

/* On one device, or on all for -1. */
size_t memory_used(int device)
{
    size_t used = 0;
    for (allocation *a = all; a != NULL; a = a->next)
    {
        used += !a->pinned && (device < 0 || a->device == device) ? a->size : 0;
    }

    return used;
}

long long allocations_live(bool pinned)
{
    long long count = 0;
    for (allocation *a = all; a != NULL; a = a->next)
    {
        count += a->pinned == pinned;
    }

    return count;
}

void memory_reset(void)
{
    while (all != NULL)
    {
        release(all);
    }

    contents_used = 0;
}

static bool touches(const operation *op, const void *subject)
{
    const allocation *a = subject;
    for (int i = 0; i < op->range_count; i++)
    {
        const char *at = op->ranges[i].address;
        if (at >= a->address && at < a->address + a->size)
        {
            return true;
        }
    }

    return false;
}

static int give_memory(const char *call, void **address, size_t size, bool pinned)
{
    int capturing = unsafe_in_capture(call);
    if (capturing != cudaSuccess)
    {
        return capturing;
    }

    *address = NULL;
    if (size == 0)
    {
        return cudaSuccess;
    }

    size_t used = memory_used(current_device());
    bool fits = pinned || (used <= machine.memory && size <= machine.memory - used);
    allocation *made = fits ? allocate(size, pinned) : NULL;
    if (made == NULL)
    {
        return cudaErrorMemoryAllocation;
    }

    *address = made->address;
    return cudaSuccess;
}

static int free_memory(const char *call, void *address, bool pinned)
{
    if (address == NULL)
    {
        return cudaSuccess;
    }

    allocation *a = allocation_of(address);
    if (a == NULL || a->pinned != pinned || a->address != address)
    {
        violation("%s: %p is not the beginning of a live %s allocation", call, address, pinned ? "pinned" : "device");
        return cudaErrorInvalidValue;
    }

    if (queued_anywhere(touches, a))
    {
        violation("%s: work that uses the %zu bytes is still queued", call, a->size);
        return cudaErrorInvalidValue;
    }

    zones_intact(a, call);
    release(a);
    return cudaSuccess;
}

EXPORT int cudaMalloc(void **address, size_t size)
{
    RUNTIME_CALL_ON_DEVICE();
    return runtime_result(address == NULL ? cudaErrorInvalidValue : give_memory(__func__, address, size, false));
}

EXPORT int cudaFree(void *address)
{
    RUNTIME_CALL_ON_DEVICE();
    int capturing = unsafe_in_capture(__func__);
    return runtime_result(capturing != cudaSuccess ? capturing : free_memory(__func__, address, false));
}

EXPORT int cudaHostAlloc(void **address, size_t size, unsigned flags)
{
    RUNTIME_CALL_ON_DEVICE();
    bool valid = address != NULL && (flags & ~(unsigned)cudaHostAllocAllFlags) == 0;
    return runtime_result(valid ? give_memory(__func__, address, size, true) : cudaErrorInvalidValue);
}

EXPORT int cudaFreeHost(void *address)
{
    RUNTIME_CALL_ON_DEVICE();
    int capturing = unsafe_in_capture(__func__);
    return runtime_result(capturing != cudaSuccess ? capturing : free_memory(__func__, address, true));
}
