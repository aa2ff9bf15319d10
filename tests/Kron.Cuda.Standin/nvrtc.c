/* NVRTC: CUDA C compiled for the host by the compiler that made the stand-in. */
#define _GNU_SOURCE
#include "standin.h"

#include <ctype.h>
#include <fcntl.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

enum { ARCHITECTURE_WITHOUT_OPTION = -1, MAX_KERNELS = 256, NEWEST_ARCHITECTURE = 121 };

typedef struct
{
    handle base;
    char *source, *name, *log;
    char *image;
    size_t image_size;
    bool compiled;
} program;

/* What was compiled before, by its whole text. */
typedef struct remembered
{
    struct remembered *next;
    char *text;
    char *image;
    size_t image_size;
} remembered;

static remembered *memory;

extern char **environ;

static char *file_text(const char *path, size_t *length)
{
    FILE *file = fopen(path, "rb");
    if (file == NULL)
    {
        return NULL;
    }

    fseek(file, 0, SEEK_END);
    *length = (size_t)ftell(file);
    rewind(file);
    char *text = calloc(1, *length + 1);
    *length = fread(text, 1, *length, file);
    fclose(file);
    return text;
}

/* The source with its comments and literals blanked, so that words in it are code. */
static char *code_of(const char *source)
{
    char *code = strdup(source);
    for (char *at = code; *at != '\0';)
    {
        if (strncmp(at, "//", 2) == 0)
        {
            for (; *at != '\0' && *at != '\n'; at++)
            {
                *at = ' ';
            }
        }
        else if (strncmp(at, "/*", 2) == 0)
        {
            char *end = strstr(at + 2, "*/");
            for (end = end == NULL ? at + strlen(at) : end + 2; at < end; at++)
            {
                *at = ' ';
            }
        }
        else
        {
            at++;
        }
    }

    return code;
}

static const char *skip_space(const char *at)
{
    while (isspace((unsigned char)*at))
    {
        at++;
    }

    return at;
}

/* Writes the adapters of the kernels: void NAME( after each __global__. */
static void write_adapters(FILE *to, const char *source)
{
    static const char qualifier[] = "__global__", bounds[] = "__launch_bounds__";
    char *code = code_of(source);
    for (const char *at = code; (at = strstr(at, qualifier)) != NULL;)
    {
        at = skip_space(at + strlen(qualifier));
        for (bool again = true; again;)
        {
            again = false;
            if (strncmp(at, bounds, strlen(bounds)) == 0)
            {
                const char *end = strchr(at, ')');
                at = skip_space(end == NULL ? at + strlen(at) : end + 1);
                again = true;
            }
            else if (strncmp(at, "void", 4) == 0 && isspace((unsigned char)at[4]))
            {
                at = skip_space(at + 4);
                again = true;
            }
        }

        size_t length = strspn(at, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_");
        if (length > 0 && *skip_space(at + length) == '(')
        {
            fprintf(to, "STANDIN_KERNEL(%.*s)\n", (int)length, at);
        }
    }

    free(code);
}

static int run_compiler(char *const arguments[], const char *log)
{
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0);
    posix_spawn_file_actions_addopen(&actions, 1, log, O_WRONLY | O_CREAT | O_TRUNC, 0600);
    posix_spawn_file_actions_adddup2(&actions, 1, 2);
    pid_t child;
    int failure = posix_spawnp(&child, arguments[0], &actions, NULL, arguments, environ), status = 0;
    posix_spawn_file_actions_destroy(&actions);
    if (failure != 0)
    {
        return -1;
    }

    /* Where the process ignores its children there is nothing to wait for in the end, and only the result tells. */
    return waitpid(child, &status, 0) == child ? status : 0;
}

/* Whether NVRTC knows an option; the architecture is taken out of it. Virtual architectures give no machine code. */
static bool option_known(const char *option, int *architecture)
{
    static const char *const known[] =
    {
        "--std=", "-std=", "--fmad=", "-fmad=", "--use_fast_math", "-use_fast_math", "--ftz=", "-ftz=", "--prec-div=", "-prec-div=", "--prec-sqrt=", "-prec-sqrt=",
        "--define-macro=", "-D", "--include-path=", "-I", "--restrict", "-restrict", "-default-device", "--device-as-default-execution-space", "-lineinfo",
        "--generate-line-info", "-w", "--disable-warnings", "--extra-device-vectorization", "-extra-device-vectorization", "--maxrregcount=", "-maxrregcount=",
    };
    static const char *const architectures[] = { "--gpu-architecture=", "-arch=", "-arch" };
    for (size_t i = 0; i < 2; i++)
    {
        size_t length = strlen(architectures[i]);
        if (strncmp(option, architectures[i], length) == 0)
        {
            const char *name = option + length;
            bool real = strncmp(name, "sm_", 3) == 0;
            char *end;
            long number = strtol(real ? name + 3 : strncmp(name, "compute_", 8) == 0 ? name + 8 : "", &end, 10);
            *architecture = real ? (int)number : ARCHITECTURE_WITHOUT_OPTION;
            return number >= (machine.nvrtc_major >= 13 ? 75 : 50) && number <= NEWEST_ARCHITECTURE && (*end == '\0' || (end[0] == 'a' && end[1] == '\0'));
        }
    }

    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
    {
        if (strncmp(option, known[i], strlen(known[i])) == 0)
        {
            return true;
        }
    }

    return false;
}

static void set_log(program *p, const char *text)
{
    free(p->log);
    p->log = strdup(text);
}

static void set_image(program *p, const char *library, size_t length, int architecture)
{
    image_header header = { .architecture = (uint32_t)architecture, .length = length, .checksum = image_checksum(library, length) };
    memcpy(header.magic, image_magic, sizeof header.magic);
    p->image_size = sizeof header + length;
    p->image = malloc(p->image_size);
    memcpy(p->image, &header, sizeof header);
    memcpy(p->image + sizeof header, library, length);
}

static int compile(program *p, const char *text, int architecture)
{
    char folder[] = P_tmpdir "/standin-nvrtc-XXXXXX", source[64], object[64], log[64];
    if (mkdtemp(folder) == NULL)
    {
        return NVRTC_ERROR_INTERNAL_ERROR;
    }

    snprintf(source, sizeof source, "%s/kernel.cu", folder);
    snprintf(object, sizeof object, "%s/kernel.so", folder);
    snprintf(log, sizeof log, "%s/log", folder);
    FILE *file = fopen(source, "wb");
    fputs(text, file);
    fclose(file);
    char *arguments[] =
    {
        STANDIN_COMPILER, "-x", "c++", "-std=gnu++17", "-nostdinc", "-fno-exceptions", "-fno-rtti", "-O2", "-ffp-contract=off", "-fPIC", "-shared", "-fvisibility=hidden",
        "-include", STANDIN_SOURCES "/kernel.hpp", source, "-o", object, "-lm", NULL,
    };
    int status = run_compiler(arguments, log);
    size_t length = 0, log_length;
    char *said = file_text(log, &log_length), *library = status == 0 ? file_text(object, &length) : NULL;
    set_log(p, said != NULL ? said : "The compiler of the stand-in could not be started.");
    if (library != NULL)
    {
        set_image(p, library, length, architecture);
    }

    free(said);
    free(library);
    unlink(source);
    unlink(object);
    unlink(log);
    rmdir(folder);
    return p->image != NULL ? NVRTC_SUCCESS : NVRTC_ERROR_COMPILATION;
}

static char *text_of(const program *p)
{
    char *text = NULL;
    size_t length = 0;
    FILE *to = open_memstream(&text, &length);
    fprintf(to, "#line 1 \"%s\"\n%s\n#line 1 \"adapters\"\n", strpbrk(p->name, "\"\\\n") == NULL ? p->name : "default_program", p->source);
    write_adapters(to, p->source);
    fclose(to);
    return text;
}

static void discard(program *p)
{
    free(p->source);
    free(p->name);
    free(p->log);
    free(p->image);
    handle_end(p);
}

static program *checked(const char *call, void *candidate)
{
    if (!handle_is(candidate, PROGRAM))
    {
        violation("%s: %p is not a live program", call, candidate);
        return NULL;
    }

    return candidate;
}

void programs_reset(void)
{
    for (program *p = handle_next(NULL, PROGRAM); p != NULL; p = handle_next(p, PROGRAM))
    {
        discard(p);
    }
}

#define NVRTC_CALL() \
    HOLD_LOCK; \
    int injected; \
    if (standin_intercept(__func__, NVRTC_ERROR_INTERNAL_ERROR, &injected)) \
        return injected

#define NVRTC_CALL_ON(p, candidate) \
    NVRTC_CALL(); \
    program *p = checked(__func__, candidate); \
    if (p == NULL) \
        return NVRTC_ERROR_INVALID_PROGRAM

EXPORT int nvrtcVersion(int *major, int *minor)
{
    NVRTC_CALL();
    if (major == NULL || minor == NULL)
    {
        return NVRTC_ERROR_INVALID_INPUT;
    }

    *major = machine.nvrtc_major;
    *minor = machine.nvrtc_minor;
    return NVRTC_SUCCESS;
}

EXPORT int nvrtcCreateProgram(void **created, const char *source, const char *name, int headers, const char *const *header_sources, const char *const *header_names)
{
    NVRTC_CALL();
    (void)header_sources;
    (void)header_names;
    if (created == NULL || source == NULL || headers != 0)
    {
        violation("nvrtcCreateProgram: source %p with %d headers; the stand-in takes none", (const void *)source, headers);
        return NVRTC_ERROR_INVALID_INPUT;
    }

    program *p = handle_new(PROGRAM, sizeof *p);
    p->source = strdup(source);
    p->name = strdup(name == NULL ? "default_program" : name);
    p->log = strdup("");
    *created = p;
    return NVRTC_SUCCESS;
}

EXPORT int nvrtcCompileProgram(void *compiled, int count, const char *const *options)
{
    NVRTC_CALL_ON(p, compiled);
    int architecture = ARCHITECTURE_WITHOUT_OPTION;
    for (int i = 0; i < count; i++)
    {
        if (!option_known(options[i], &architecture))
        {
            /* A program asks for the architecture of its device, and only trying tells it whether the compiler is new enough. */
            static const char real[] = "--gpu-architecture=sm_";
            if (strncmp(options[i], real, strlen(real)) != 0 || atoi(options[i] + strlen(real)) <= NEWEST_ARCHITECTURE)
            {
                violation("nvrtcCompileProgram: option '%s'", options[i]);
            }

            return NVRTC_ERROR_INVALID_OPTION;
        }
    }

    free(p->image);
    p->image = NULL;
    p->image_size = 0;
    char *text = text_of(p);
    int status = NVRTC_SUCCESS;
    remembered *found = memory;
    while (found != NULL && strcmp(found->text, text) != 0)
    {
        found = found->next;
    }

    if (found != NULL)
    {
        set_log(p, "");
        set_image(p, found->image + sizeof(image_header), found->image_size - sizeof(image_header), architecture);
    }
    else
    {
        status = compile(p, text, architecture);
        if (status == NVRTC_SUCCESS)
        {
            found = malloc(sizeof *found);
            *found = (remembered){ memory, strdup(text), malloc(p->image_size), p->image_size };
            memcpy(found->image, p->image, p->image_size);
            memory = found;
        }
    }

    free(text);
    p->compiled = status == NVRTC_SUCCESS;
    if (architecture == ARCHITECTURE_WITHOUT_OPTION)
    {
        free(p->image);
        p->image = NULL;
        p->image_size = 0;
    }

    return status;
}

EXPORT int nvrtcGetProgramLogSize(void *asked, size_t *size)
{
    NVRTC_CALL_ON(p, asked);
    if (size == NULL)
    {
        return NVRTC_ERROR_INVALID_INPUT;
    }

    *size = strlen(p->log) + 1;
    return NVRTC_SUCCESS;
}

EXPORT int nvrtcGetProgramLog(void *asked, char *log)
{
    NVRTC_CALL_ON(p, asked);
    if (log == NULL)
    {
        return NVRTC_ERROR_INVALID_INPUT;
    }

    strcpy(log, p->log);
    return NVRTC_SUCCESS;
}

/* 0 where a virtual architecture was asked for. */
EXPORT int nvrtcGetCUBINSize(void *asked, size_t *size)
{
    NVRTC_CALL_ON(p, asked);
    if (size == NULL)
    {
        return NVRTC_ERROR_INVALID_INPUT;
    }

    *size = p->image_size;
    return p->compiled ? NVRTC_SUCCESS : NVRTC_ERROR_INVALID_PROGRAM;
}

EXPORT int nvrtcGetCUBIN(void *asked, char *image)
{
    NVRTC_CALL_ON(p, asked);
    if (image == NULL)
    {
        return NVRTC_ERROR_INVALID_INPUT;
    }

    if (p->image == NULL)
    {
        violation("nvrtcGetCUBIN: the program has no machine code");
        return NVRTC_ERROR_INVALID_PROGRAM;
    }

    memcpy(image, p->image, p->image_size);
    return NVRTC_SUCCESS;
}

EXPORT int nvrtcDestroyProgram(void **destroyed)
{
    NVRTC_CALL_ON(p, destroyed == NULL ? NULL : *destroyed);
    discard(p);
    *destroyed = NULL;
    return NVRTC_SUCCESS;
}
