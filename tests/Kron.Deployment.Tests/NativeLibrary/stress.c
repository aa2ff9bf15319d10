/*
 * Many threads at once: stress <model> <rounds>. All compute with one model; each makes, uses and frees models of its own; all try to free
 * the same models, of which each succeeds once; and each reads its own errors. Threads end and others begin. Then memory is looked at.
 */
#include "kron_model.h"
#include "check.h"

#include <pthread.h>
#include <sched.h>
#include <string.h>
#include <sys/resource.h>

#define THREADS 8
#define WAVES 3
#define BATCHES 3
#define MOST_CONTESTED 256
/* What may be about as garbage. A model has some 90 KB, so that with 100 rounds all that are made come to more. */
#define MOST_KILOBYTES (256 * 1024)

static const char *path;
static int rounds;
static kron_model shared, contested[MOST_CONTESTED];
static int freed[MOST_CONTESTED];
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_barrier_t together;
static float input[BATCHES * INPUT], expected[BATCHES + 1][BATCHES * OUTPUT];

/* Computes a batch, whose result must be the first one's bit for bit. */
static kron_status compute(kron_model model, int batch)
{
    float output[BATCHES * OUTPUT];
    kron_status status = kron_model_forward(model, input, (size_t)batch * INPUT, output, (size_t)batch * OUTPUT);
    CHECK(status != KRON_OK || memcmp(output, expected[batch], sizeof *output * (size_t)batch * OUTPUT) == 0);
    return status;
}

static void own_model(void)
{
    kron_model model = 0;
    CHECK(kron_model_create(path, &model) == KRON_OK);
    CHECK(compute(model, 1) == KRON_OK);
    CHECK(kron_model_free(model) == KRON_OK);
    CHECK(kron_model_free(model) == KRON_INVALID_HANDLE);
    CHECK(compute(model, 1) == KRON_INVALID_HANDLE);
}

static void own_error(int thread, int round)
{
    char nowhere[64];
    kron_model model;
    sprintf(nowhere, "nowhere/%d-%d", thread, round);
    CHECK(kron_model_create(nowhere, &model) == KRON_FILE_NOT_READABLE);
    sched_yield();
    CHECK(strstr(kron_model_last_error(), nowhere) != NULL);
}

static void contest(int index)
{
    kron_status computed = compute(contested[index], 2);
    CHECK(computed == KRON_OK || computed == KRON_INVALID_HANDLE);
    pthread_barrier_wait(&together);
    if (kron_model_free(contested[index]) == KRON_OK) {
        pthread_mutex_lock(&lock);
        freed[index]++;
        pthread_mutex_unlock(&lock);
    }
}

static void *work(void *number)
{
    int thread = *(int *)number, round;
    CHECK(strcmp(kron_model_last_error(), "") == 0);
    for (round = 0; round < rounds; round++) {
        CHECK(compute(shared, 1 + (thread + round) % BATCHES) == KRON_OK);
        if (round % 8 == thread % 8) {
            own_model();
            own_error(thread, round);
        }

        if (round < MOST_CONTESTED) {
            contest(round);
        }
    }

    return NULL;
}

static void wave(void)
{
    pthread_t threads[THREADS];
    int numbers[THREADS], i, models = rounds < MOST_CONTESTED ? rounds : MOST_CONTESTED;
    for (i = 0; i < models; i++) {
        CHECK(kron_model_create(path, &contested[i]) == KRON_OK);
        freed[i] = 0;
    }

    for (i = 0; i < THREADS; i++) {
        numbers[i] = i;
        CHECK(pthread_create(&threads[i], NULL, work, &numbers[i]) == 0);
    }

    for (i = 0; i < THREADS; i++) {
        CHECK(pthread_join(threads[i], NULL) == 0);
    }

    for (i = 0; i < models; i++) {
        CHECK(freed[i] == 1);
    }
}

/* The most memory that the process has held so far, in kilobytes. */
static long peak(void)
{
    struct rusage usage;
    CHECK(getrusage(RUSAGE_SELF, &usage) == 0);
    return usage.ru_maxrss;
}

int main(int argc, char **argv)
{
    int i;
    long before, more;

    CHECK(argc == 3);
    path = argv[1];
    rounds = atoi(argv[2]);
    fill(input, BATCHES * INPUT, 3);
    CHECK(pthread_barrier_init(&together, NULL, THREADS) == 0);
    CHECK(kron_model_create(path, &shared) == KRON_OK);
    for (i = 1; i <= BATCHES; i++) {
        CHECK(kron_model_forward(shared, input, (size_t)i * INPUT, expected[i], (size_t)i * OUTPUT) == KRON_OK);
    }

    for (i = 0; i < WAVES; i++) {
        wave();
    }

    before = peak();
    for (i = 0; i < 40 * rounds; i++) {
        own_model();
    }

    more = peak() - before;
    printf("ok, %ld KB, and %ld KB more after %d models\n", before, more, 40 * rounds);
    CHECK(more < MOST_KILOBYTES);
    return 0;
}
