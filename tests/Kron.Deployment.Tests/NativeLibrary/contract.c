/* Calls every function in every way that kron_model.h promises an answer for: contract <model> <damaged file> <another network's file>. */
#include "kron_model.h"
#include "check.h"

#include <string.h>

static float input[3 * INPUT], output[3 * OUTPUT], untouched[3 * OUTPUT];

static int says(const char *part)
{
    return strstr(kron_model_last_error(), part) != NULL;
}

/* A call that fails with a status and a message, and leaves the output as it was. */
static void fails(kron_status expected, const char *part, kron_status status)
{
    CHECK(status == expected);
    CHECK(says(part));
    CHECK(memcmp(output, untouched, sizeof output) == 0);
}

static void creating(const char *damaged, const char *another)
{
    kron_model model = 99;
    CHECK(kron_model_create("model", NULL) == KRON_INVALID_ARGUMENT && says("'model'"));

    model = 99;
    CHECK(kron_model_create("nowhere/gr\xc3\xb6\xc3\x9f" "e.safetensors", &model) == KRON_FILE_NOT_READABLE && model == 0);
    CHECK(says("nowhere/gr\xc3\xb6\xc3\x9f" "e.safetensors"));
    CHECK(kron_model_create("nowhere/\xff\xfe", &model) == KRON_FILE_NOT_READABLE);
    CHECK(kron_model_create(".", &model) == KRON_FILE_NOT_READABLE);
    CHECK(kron_model_create("", &model) == KRON_INVALID_ARGUMENT);
    CHECK(kron_model_create(damaged, &model) == KRON_INVALID_MODEL && says(damaged));
    CHECK(kron_model_create(another, &model) == KRON_INVALID_MODEL && says("0.weight"));
    CHECK(model == 0);
}

static void sizes(kron_model model)
{
    size_t in = 0, out = 0;
    CHECK(kron_model_sizes(model, &in, &out) == KRON_OK && in == INPUT && out == OUTPUT);
    in = out = 0;
    CHECK(kron_model_sizes(model, &in, NULL) == KRON_OK && in == INPUT);
    CHECK(kron_model_sizes(model, NULL, &out) == KRON_OK && out == OUTPUT);
    CHECK(kron_model_sizes(model, NULL, NULL) == KRON_OK);
}

static void computing(kron_model model)
{
    float both[INPUT + OUTPUT] = { 0 }, single[OUTPUT];
    size_t i;

    fails(KRON_INVALID_ARGUMENT, "'input'", kron_model_forward(model, NULL, INPUT, output, OUTPUT));
    fails(KRON_INVALID_ARGUMENT, "'output'", kron_model_forward(model, input, INPUT, NULL, OUTPUT));
    fails(KRON_INVALID_ARGUMENT, "785", kron_model_forward(model, input, INPUT + 1, output, OUTPUT));
    fails(KRON_INVALID_ARGUMENT, "783", kron_model_forward(model, input, INPUT - 1, output, OUTPUT));
    fails(KRON_INVALID_ARGUMENT, "20", kron_model_forward(model, input, 2 * INPUT, output, OUTPUT));
    fails(KRON_INVALID_ARGUMENT, "20", kron_model_forward(model, input, INPUT, output, 2 * OUTPUT));
    fails(KRON_INVALID_ARGUMENT, "2147483647", kron_model_forward(model, input, SIZE_MAX, output, OUTPUT));
    fails(KRON_INVALID_ARGUMENT, "2147483647", kron_model_forward(model, input, INPUT, output, (size_t)1 << 31));
    fails(KRON_INVALID_ARGUMENT, "overlap", kron_model_forward(model, both, INPUT, both + INPUT - 1, OUTPUT));

    CHECK(kron_model_forward(model, NULL, 0, NULL, 0) == KRON_OK);
    CHECK(kron_model_forward(model, input, 0, output, 0) == KRON_OK);
    CHECK(memcmp(output, untouched, sizeof output) == 0);

    CHECK(kron_model_forward(model, input, 3 * INPUT, output, 3 * OUTPUT) == KRON_OK);
    for (i = 0; i < 3; i++) {
        size_t k;
        CHECK(kron_model_forward(model, input + i * INPUT, INPUT, single, OUTPUT) == KRON_OK);
        for (k = 0; k < OUTPUT; k++) {
            float difference = single[k] - output[i * OUTPUT + k];
            CHECK(difference > -1e-4f && difference < 1e-4f);
        }
    }

    memcpy(output, untouched, sizeof output);
}

static void freeing(kron_model model, kron_model other)
{
    char number[32];
    sprintf(number, "%lu", (unsigned long)model);
    CHECK(kron_model_free(model) == KRON_OK);
    CHECK(kron_model_free(model) == KRON_INVALID_HANDLE && says(number));
    CHECK(kron_model_sizes(model, NULL, NULL) == KRON_INVALID_HANDLE);
    fails(KRON_INVALID_HANDLE, number, kron_model_forward(model, input, INPUT, output, OUTPUT));
    CHECK(kron_model_free(other + 1) == KRON_INVALID_HANDLE);
    CHECK(kron_model_free(UINT64_MAX) == KRON_INVALID_HANDLE);
    CHECK(kron_model_sizes(0, NULL, NULL) == KRON_INVALID_HANDLE);
    CHECK(kron_model_free(0) == KRON_OK);
    CHECK(kron_model_sizes(other, NULL, NULL) == KRON_OK);
    CHECK(kron_model_free(other) == KRON_OK);
}

/* The weights in the library are those of the file. */
static void inside(kron_model file, kron_model library)
{
    float first[3 * OUTPUT], second[3 * OUTPUT];
    CHECK(kron_model_forward(file, input, 3 * INPUT, first, 3 * OUTPUT) == KRON_OK);
    CHECK(kron_model_forward(library, input, 3 * INPUT, second, 3 * OUTPUT) == KRON_OK);
    CHECK(memcmp(first, second, sizeof first) == 0);
}

int main(int argc, char **argv)
{
    kron_model model = 0, other = 0, third = 0;

    CHECK(kron_model_version() == KRON_MODEL_VERSION);
    CHECK(kron_model_last_error() != NULL && strcmp(kron_model_last_error(), "") == 0);
    CHECK(argc == 4);
    fill(input, 3 * INPUT, 1);
    fill(output, 3 * OUTPUT, 2);
    memcpy(untouched, output, sizeof output);

    creating(argv[2], argv[3]);
    CHECK(kron_model_create(argv[1], &model) == KRON_OK && model != 0);
    CHECK(says("0.weight"));
    CHECK(kron_model_create(NULL, &other) == KRON_OK && other != model);
    inside(model, other);
    sizes(model);
    computing(model);
    freeing(model, other);
    CHECK(kron_model_create(argv[1], &third) == KRON_OK && third != model && third != other);
    CHECK(kron_model_sizes(model, NULL, NULL) == KRON_INVALID_HANDLE);
    CHECK(kron_model_free(third) == KRON_OK);
    printf("ok\n");
    return 0;
}
