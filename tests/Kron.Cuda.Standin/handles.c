/* Live handles of every kind. The memory of an ended one is left alone, so that none ever has its address. */
#include "standin.h"

#include <stdlib.h>

static handle *all;

void *handle_new(handle_kind kind, size_t size)
{
    handle *made = calloc(1, size);
    made->kind = kind;
    made->device = current_device();
    made->next = all;
    all = made;
    return made;
}

bool handle_is(const void *candidate, handle_kind kind)
{
    for (handle *h = all; h != NULL; h = h->next)
    {
        if (h == candidate)
        {
            return h->kind == kind;
        }
    }

    return false;
}

void handle_end(void *ended)
{
    handle **link = &all;
    while (*link != ended)
    {
        link = &(*link)->next;
    }

    *link = (*link)->next;
}

/* The next one of a kind, also after one that was ended meanwhile; the first for NULL. */
void *handle_next(const void *after, handle_kind kind)
{
    for (handle *h = after == NULL ? all : ((const handle *)after)->next; h != NULL; h = h->next)
    {
        if (h->kind == kind)
        {
            return h;
        }
    }

    return NULL;
}

long long handles_live(handle_kind kind)
{
    long long count = 0;
    for (void *h = handle_next(NULL, kind); h != NULL; h = handle_next(h, kind))
    {
        count++;
    }

    return count;
}

void handles_reset(void)
{
    all = NULL;
}
