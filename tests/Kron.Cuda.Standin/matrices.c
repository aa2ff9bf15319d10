/* Where the elements of matrices are. */
#include "cublas.h"

#include <stdlib.h>

static bool is_empty(const matrices *x)
{
    return x->rows == 0 || x->columns == 0 || x->count == 0;
}

/* Sizes, leading dimension, stride and alignment. */
bool matrices_valid(const char *call, const matrices *x)
{
    if (x->rows < 0 || x->columns < 0 || x->count < 0)
    {
        violation("%s: %s of %d x %d, %d of them", call, x->what, x->rows, x->columns, x->count);
        return false;
    }

    if (x->leading < (x->rows > 1 ? x->rows : 1))
    {
        violation("%s: %s has leading dimension %d, less than its %d rows", call, x->what, x->leading, x->rows);
        return false;
    }

    if (x->stride < 0)
    {
        violation("%s: %s has stride %lld", call, x->what, x->stride);
        return false;
    }

    if ((uintptr_t)x->at % sizeof(float) != 0)
    {
        violation("%s: %s at %p is not aligned to a float", call, x->what, (const void *)x->at);
        return false;
    }

    return true;
}

/* From the first element to the last. */
size_t matrices_bytes(const matrices *x)
{
    return is_empty(x) ? 0 : sizeof(float) * ((size_t)(x->columns - 1) * (size_t)x->leading + (size_t)x->rows + (size_t)(x->count - 1) * (size_t)x->stride);
}

/*
 * Whether no two of the matrices share an element. Matrices d apart share one where d * stride = j * leading + i for differences of columns
 * |j| < columns and of rows |i| < rows, and as rows <= leading only the two j next to the quotient can do.
 */
bool matrices_apart(const char *call, const matrices *x)
{
    for (long long d = 1; !is_empty(x) && d < x->count; d++)
    {
        long long quotient = d * x->stride / x->leading, rest = d * x->stride % x->leading;
        if ((quotient < x->columns && rest < x->rows) || (quotient + 1 < x->columns && x->leading - rest < x->rows))
        {
            violation("%s: the matrices of %s, %d x %d with leading dimension %d, overlap at stride %lld", call, x->what, x->rows, x->columns, x->leading, x->stride);
            return false;
        }
    }

    return true;
}

static void mark(unsigned char *marks, const float *origin, const matrices *x, size_t length)
{
    for (int b = 0; b < x->count; b++)
    {
        for (int j = 0; j < x->columns; j++)
        {
            const float *column = x->at + (long long)b * x->stride + (long long)j * x->leading;
            for (int i = 0; i < x->rows; i++)
            {
                size_t at = (size_t)(column + i - origin);
                marks[at < length ? at : length] = 1;
            }
        }
    }
}

static bool any_marked(const unsigned char *marks, const float *origin, const matrices *x, size_t length)
{
    for (int b = 0; b < x->count; b++)
    {
        for (int j = 0; j < x->columns; j++)
        {
            const float *column = x->at + (long long)b * x->stride + (long long)j * x->leading;
            for (int i = 0; i < x->rows; i++)
            {
                size_t at = (size_t)(column + i - origin);
                if (at < length && marks[at] != 0)
                {
                    return true;
                }
            }
        }
    }

    return false;
}

/* Whether an element is in both; interleaved matrices may lie in the same range and share none. */
bool matrices_share(const matrices *x, const matrices *y)
{
    size_t x_length = matrices_bytes(x) / sizeof(float), y_length = matrices_bytes(y) / sizeof(float);
    if (x_length == 0 || y_length == 0 || x->at + x_length <= y->at || y->at + y_length <= x->at)
    {
        return false;
    }

    unsigned char *marks = calloc(x_length + 1, 1);
    mark(marks, x->at, x, x_length);
    bool shared = any_marked(marks, x->at, y, x_length);
    free(marks);
    return shared;
}
