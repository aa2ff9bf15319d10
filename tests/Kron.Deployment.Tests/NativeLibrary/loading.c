/* Loads the library when the program runs, and closes and opens it again while it is in use: loading <library> <model>. */
#include "kron_model.h"

#include <dlfcn.h>
#include <stdio.h>
#include <string.h>

typedef kron_status create(const char *, kron_model *);
typedef kron_status forward(kron_model, const float *, size_t, float *, size_t);

static float input[784], first[10], second[10];

int main(int argc, char **argv)
{
    void *library = argc == 3 ? dlopen(argv[1], RTLD_NOW) : NULL;
    create *make;
    forward *compute;
    kron_model model = 0;

    if (library == NULL) {
        fprintf(stderr, "%s\n", argc == 3 ? dlerror() : "expected a library and a model");
        return 1;
    }

    *(void **)&make = dlsym(library, "kron_model_create");
    *(void **)&compute = dlsym(library, "kron_model_forward");
    if (make(argv[2], &model) != KRON_OK || compute(model, input, 784, first, 10) != KRON_OK || dlclose(library) != 0) {
        fprintf(stderr, "no result before closing\n");
        return 1;
    }

    /* Where it was, with the model that was. */
    library = dlopen(argv[1], RTLD_NOW);
    if (dlsym(library, "kron_model_forward") != *(void **)&compute || compute(model, input, 784, second, 10) != KRON_OK
        || memcmp(first, second, sizeof first) != 0) {
        fprintf(stderr, "another result after closing\n");
        return 1;
    }

    printf("ok\n");
    return 0;
}
