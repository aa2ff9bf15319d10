/* What the programs that test the library share. */
#ifndef CHECK_H
#define CHECK_H

#include <stdio.h>
#include <stdlib.h>

/* Ends the program where a condition does not hold. */
#define CHECK(condition)                                                                                              \
    do {                                                                                                              \
        if (!(condition)) {                                                                                           \
            fprintf(stderr, "%s:%d: %s; last error: %s\n", __FILE__, __LINE__, #condition, kron_model_last_error()); \
            exit(1);                                                                                                  \
        }                                                                                                             \
    } while (0)

#define INPUT 784
#define OUTPUT 10

/* Fills an array with numbers from 0 to 1 that follow from the seed. */
static void fill(float *values, size_t length, uint32_t seed)
{
    size_t i;
    for (i = 0; i < length; i++) {
        seed = seed * 1664525u + 1013904223u;
        values[i] = (float)(seed >> 8) / 16777215.0f;
    }
}

#endif
