/* Classifies images: example <model.safetensors> < images, an IDX file as those of MNIST. Prints each class with its ten scores. */
#include "kron_model.h"

#include <stdio.h>
#include <stdlib.h>

#define SIDE 28
#define PIXELS (SIDE * SIDE)
#define CLASSES 10

static uint32_t big_endian(const unsigned char *bytes)
{
    return (uint32_t)bytes[0] << 24 | (uint32_t)bytes[1] << 16 | (uint32_t)bytes[2] << 8 | bytes[3];
}

/* All images of standard input as floats from 0 to 1, to be freed by the caller; null where it is no such file. */
static float *read_images(size_t *count)
{
    unsigned char header[16], image[PIXELS];
    float *pixels;
    size_t i, p;

    if (fread(header, 1, sizeof header, stdin) != sizeof header || big_endian(header) != 0x00000803 || big_endian(header + 8) != SIDE
        || big_endian(header + 12) != SIDE) {
        return NULL;
    }

    *count = big_endian(header + 4);
    pixels = malloc(sizeof *pixels * PIXELS * (*count + 1));
    for (i = 0; pixels != NULL && i < *count; i++) {
        if (fread(image, 1, PIXELS, stdin) != PIXELS) {
            free(pixels);
            return NULL;
        }

        for (p = 0; p < PIXELS; p++) {
            pixels[i * PIXELS + p] = image[p] / 255.0f;
        }
    }

    return pixels;
}

int main(int argc, char **argv)
{
    kron_model model = 0;
    kron_status status;
    size_t count = 0, i, k;
    float *pixels = read_images(&count), *scores = malloc(sizeof *scores * CLASSES * (count + 1));

    if (argc != 2 || pixels == NULL || scores == NULL) {
        fprintf(stderr, "usage: example <model.safetensors> < images (IDX, 28 x 28)\n");
        free(pixels);
        free(scores);
        return 2;
    }

    status = kron_model_create(argv[1], &model);
    if (status == KRON_OK) {
        status = kron_model_forward(model, pixels, count * PIXELS, scores, count * CLASSES);
    }

    if (status != KRON_OK) {
        fprintf(stderr, "error %d: %s\n", (int)status, kron_model_last_error());
    }

    for (i = 0; status == KRON_OK && i < count; i++) {
        const float *score = scores + i * CLASSES;
        size_t best = 0;
        for (k = 1; k < CLASSES; k++) {
            best = score[k] > score[best] ? k : best;
        }

        printf("%d", (int)best);
        for (k = 0; k < CLASSES; k++) {
            printf(" %.9g", score[k]);
        }

        printf("\n");
    }

    kron_model_free(model);
    free(pixels);
    free(scores);
    return status == KRON_OK ? 0 : 1;
}
