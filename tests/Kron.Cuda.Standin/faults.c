/* Accounting and failures on demand. */
#include "standin.h"

#include <pthread.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { NAMES = 128, TEXT = 1024, ALL_CALLS = 0 };

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

/* Calls by name; the first entry counts all of them. */
static struct { char name[64]; long long calls; int fail_at, status; } counted[NAMES] = { { .name = "*" } };
static int names = 1;

static char last_violation[TEXT];
static long long violations;

void standin_acquire(void)
{
    pthread_mutex_lock(&lock);
}

void standin_release(const int *unused)
{
    (void)unused;
    pthread_mutex_unlock(&lock);
}

static int entry_of(const char *name)
{
    for (int i = 0; i < names; i++)
    {
        if (strcmp(counted[i].name, name) == 0)
        {
            return i;
        }
    }

    if (names == NAMES)
    {
        fprintf(stderr, "stand-in: more than %d names of calls\n", NAMES);
        abort();
    }

    snprintf(counted[names].name, sizeof counted[names].name, "%s", name);
    counted[names].calls = counted[names].fail_at = counted[names].status = 0;
    return names++;
}

/* fail_at counts down to the call that fails; -1 stands for every call from now on. */
static bool due(int entry)
{
    return counted[entry].fail_at < 0 || (counted[entry].fail_at > 0 && --counted[entry].fail_at == 0);
}

bool standin_intercept(const char *call, int own_failure, int *status)
{
    int entry = entry_of(call);
    counted[entry].calls++;
    counted[ALL_CALLS].calls++;
    bool here = due(entry), anywhere = due(ALL_CALLS);
    if (here || anywhere)
    {
        int wanted = counted[here ? entry : ALL_CALLS].status;
        *status = wanted != 0 ? wanted : own_failure;
        return true;
    }

    return false;
}

void standin_note(const char *name)
{
    counted[entry_of(name)].calls++;
}

void violation(const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(last_violation, sizeof last_violation, format, arguments);
    va_end(arguments);
    violations++;
}

/* The nth call from now on of this name ("*": of any) fails, once, with the status, or every one if nth is 0; status 0 stands for the unknown failure of the library concerned. */
EXPORT void standin_fail(const char *call, int nth, int status)
{
    HOLD_LOCK;
    int entry = entry_of(call);
    counted[entry].fail_at = nth == 0 ? -1 : nth;
    counted[entry].status = status;
}

/* Takes back every standin_fail. */
EXPORT void standin_heal(void)
{
    HOLD_LOCK;
    for (int i = 0; i < names; i++)
    {
        counted[i].fail_at = 0;
    }
}

EXPORT long long standin_calls(const char *call)
{
    HOLD_LOCK;
    return counted[entry_of(call)].calls;
}

EXPORT long long standin_violations(void)
{
    HOLD_LOCK;
    return violations;
}

/* The text of the last violation, cut to the length; empty when there was none. */
EXPORT void standin_last_violation(char *text, int length)
{
    HOLD_LOCK;
    snprintf(text, (size_t)length, "%s", last_violation);
}

/* How many of a kind live: memory, pinned, stream, event, graph, exec, cublas, module, program; -1 for another word. */
EXPORT long long standin_live(const char *kind)
{
    HOLD_LOCK;
    static const struct { const char *name; handle_kind kind; } kinds[] =
    {
        { "stream", STREAM }, { "event", EVENT }, { "graph", GRAPH }, { "exec", EXEC }, { "cublas", CUBLAS }, { "module", MODULE }, { "program", PROGRAM },
    };
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
    {
        if (strcmp(kinds[i].name, kind) == 0)
        {
            return handles_live(kinds[i].kind);
        }
    }

    return strcmp(kind, "memory") == 0 ? allocations_live(false) : strcmp(kind, "pinned") == 0 ? allocations_live(true) : -1;
}

/* Bytes of device memory in use, on all devices. */
EXPORT long long standin_live_bytes(void)
{
    HOLD_LOCK;
    return (long long)memory_used(-1);
}

/* As when just loaded: nothing lives, nothing is counted, nothing fails, one device of the usual versions. */
EXPORT void standin_reset(void)
{
    HOLD_LOCK;
    streams_reset();
    graphs_reset();
    modules_reset();
    programs_reset();
    handles_reset();
    memory_reset();
    devices_reset();
    names = 1;
    counted[ALL_CALLS].calls = counted[ALL_CALLS].fail_at = 0;
    last_violation[0] = '\0';
    violations = 0;
}
