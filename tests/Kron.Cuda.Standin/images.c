/* An image: a header and a shared object. */
#include "standin.h"

const char image_magic[16] = "\x7fKronStandinImg";

/* FNV-1a. */
uint64_t image_checksum(const void *bytes, size_t length)
{
    uint64_t sum = 14695981039346656037u;
    for (size_t i = 0; i < length; i++)
    {
        sum = (sum ^ ((const unsigned char *)bytes)[i]) * 1099511628211u;
    }

    return sum;
}
