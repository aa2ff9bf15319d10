/* What waits to be done. */
#include "standin.h"

#include <stdlib.h>
#include <string.h>

operation *operation_new(const char *call, int (*run)(operation *), const void *arguments, size_t size)
{
    operation *op = calloc(1, sizeof *op);
    op->call = call;
    op->run = run;
    op->arguments = malloc(size);
    op->arguments_size = size;
    memcpy(op->arguments, arguments, size);
    return op;
}

/* An empty range is not kept. */
void operation_touches(operation *op, const char *what, const void *address, size_t length, memory_kind kind)
{
    if (length > 0)
    {
        op->ranges = realloc(op->ranges, (size_t)(op->range_count + 1) * sizeof *op->ranges);
        op->ranges[op->range_count++] = (memory_range){ what, address, length, kind };
    }
}

operation *operation_copy(const operation *op)
{
    operation *copy = operation_new(op->call, op->run, op->arguments, op->arguments_size);
    copy->module = op->module;
    copy->event = op->event;
    for (int i = 0; i < op->range_count; i++)
    {
        operation_touches(copy, op->ranges[i].what, op->ranges[i].address, op->ranges[i].length, op->ranges[i].kind);
    }

    return copy;
}

/* Whether all that it touches still lives. */
bool operation_valid(const operation *op)
{
    for (int i = 0; i < op->range_count; i++)
    {
        if (!inside(op->call, op->ranges[i].what, op->ranges[i].address, op->ranges[i].length, op->ranges[i].kind))
        {
            return false;
        }
    }

    if (op->module != NULL && !handle_is(op->module, MODULE))
    {
        violation("%s: the kernel's module is unloaded", op->call);
        return false;
    }

    return true;
}

void operation_free(operation *op)
{
    if (op->staged)
    {
        free(*(void **)op->arguments);
    }

    free(op->arguments);
    free(op->ranges);
    free(op);
}

void list_add(operation_list *list, operation *op)
{
    op->next = NULL;
    *(list->last == NULL ? &list->first : &list->last->next) = op;
    list->last = op;
    list->count++;
}

void list_clear(operation_list *list)
{
    for (operation *op = list->first, *next; op != NULL; op = next)
    {
        next = op->next;
        operation_free(op);
    }

    *list = (operation_list){ 0 };
}
