/*
 * What a kernel in CUDA C finds when the stand-in compiles it for the host: the names that NVRTC has built in, and no header. Shared memory
 * and barriers do not exist here, so a kernel that uses them does not compile.
 */
#pragma once

typedef decltype(sizeof 0) size_t;

struct uint3 { unsigned x, y, z; };
struct dim3 { unsigned x, y, z; };

static uint3 blockIdx, threadIdx;
static dim3 blockDim, gridDim;
static const int warpSize = 32;

#define __global__
#define __device__
#define __host__
#define __constant__ static
#define __forceinline__ inline __attribute__((always_inline))
#define __noinline__ __attribute__((noinline))
#define __launch_bounds__(...)

#define STANDIN_UNARY(name) extern "C" float name##f(float); extern "C" double name(double); static inline float name(float x) { return name##f(x); }
#define STANDIN_BINARY(name) extern "C" float name##f(float, float); extern "C" double name(double, double); static inline float name(float x, float y) { return name##f(x, y); }
STANDIN_UNARY(exp) STANDIN_UNARY(exp2) STANDIN_UNARY(expm1) STANDIN_UNARY(log) STANDIN_UNARY(log2) STANDIN_UNARY(log10) STANDIN_UNARY(log1p)
STANDIN_UNARY(sqrt) STANDIN_UNARY(cbrt) STANDIN_UNARY(fabs) STANDIN_UNARY(floor) STANDIN_UNARY(ceil) STANDIN_UNARY(rint) STANDIN_UNARY(round) STANDIN_UNARY(trunc)
STANDIN_UNARY(sin) STANDIN_UNARY(cos) STANDIN_UNARY(tan) STANDIN_UNARY(tanh) STANDIN_UNARY(sinh) STANDIN_UNARY(cosh) STANDIN_UNARY(erf) STANDIN_UNARY(erfc)
STANDIN_BINARY(fmax) STANDIN_BINARY(fmin) STANDIN_BINARY(fmod) STANDIN_BINARY(pow) STANDIN_BINARY(copysign) STANDIN_BINARY(hypot) STANDIN_BINARY(atan2)
extern "C" float fmaf(float, float, float);
extern "C" double fma(double, double, double);
extern "C" float ldexpf(float, int);

static inline float rsqrtf(float x) { return 1.0f / sqrtf(x); }
static inline float normcdff(float x) { return 0.5f * erfcf(x * -0.70710678118654752440f); }
static inline float __expf(float x) { return expf(x); }
static inline float __logf(float x) { return logf(x); }
static inline float __fdividef(float x, float y) { return x / y; }
static inline float __fadd_rn(float x, float y) { return x + y; }
static inline float __fmul_rn(float x, float y) { return x * y; }
static inline float __fmaf_rn(float x, float y, float z) { return fmaf(x, y, z); }
static inline int __float_as_int(float x) { return __builtin_bit_cast(int, x); }
static inline float __int_as_float(int x) { return __builtin_bit_cast(float, x); }
template <class T> static inline T __ldg(const T *address) { return *address; }
template <class T> static inline bool isnan(T x) { return x != x; }
static inline bool isinf(float x) { return __builtin_isinf(x); }
static inline bool isfinite(float x) { return __builtin_isfinite(x); }
template <class T> static inline T min(T x, T y) { return y < x ? y : x; }
template <class T> static inline T max(T x, T y) { return x < y ? y : x; }

/* How a kernel is called: the letters of its parameters, and a loop over the grid, from the last thread to the first: their order is nobody's business. */
namespace standin
{
    template <class T> struct letter;
    template <> struct letter<long long> { static const char value = 'q'; };
    template <> struct letter<int> { static const char value = 'i'; };
    template <> struct letter<unsigned> { static const char value = 'u'; };
    template <> struct letter<float> { static const char value = 'f'; };
    template <> struct letter<double> { static const char value = 'd'; };
    template <class T> struct letter<T *> { static const char value = 'p'; };

    template <int... I> struct indices { };
    template <int N, int... I> struct up_to : up_to<N - 1, N - 1, I...> { };
    template <int... I> struct up_to<0, I...> { typedef indices<I...> type; };

    template <class... P> struct kernel
    {
        static const char *signature(void (*)(P...))
        {
            static const char letters[] = { letter<P>::value..., 0 };
            return letters;
        }

        template <int... I> static void loop(void (*body)(P...), void **arguments, const unsigned *grid, const unsigned *block, indices<I...>)
        {
            gridDim = { grid[0], grid[1], grid[2] };
            blockDim = { block[0], block[1], block[2] };
            unsigned long long threads = (unsigned long long)block[0] * block[1] * block[2], blocks = (unsigned long long)grid[0] * grid[1] * grid[2];
            for (unsigned long long b = blocks; b-- > 0;)
            {
                blockIdx = { (unsigned)(b % grid[0]), (unsigned)(b / grid[0] % grid[1]), (unsigned)(b / grid[0] / grid[1]) };
                for (unsigned long long t = threads; t-- > 0;)
                {
                    threadIdx = { (unsigned)(t % block[0]), (unsigned)(t / block[0] % block[1]), (unsigned)(t / block[0] / block[1]) };
                    body(*(P *)arguments[I]...);
                }
            }
        }

        static void run(void (*body)(P...), void **arguments, const unsigned *grid, const unsigned *block)
        {
            loop(body, arguments, grid, block, typename up_to<sizeof...(P)>::type());
        }
    };

    template <class... P> static kernel<P...> of(void (*)(P...)) { return { }; }
}

#define STANDIN_KERNEL(name) \
    extern "C" __attribute__((visibility("default"))) const char *standin_signature_##name() { return standin::of(name).signature(name); } \
    extern "C" __attribute__((visibility("default"))) void standin_run_##name(void **arguments, const unsigned *grid, const unsigned *block) \
    { \
        standin::of(name).run(name, arguments, grid, block); \
    }
