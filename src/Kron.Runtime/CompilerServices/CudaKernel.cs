using System.ComponentModel;
using System.Globalization;
using System.Text;

namespace Kron.CompilerServices;

/// <summary>An elementwise kernel in two forms: text for the device's compiler, and the same lines compiled as C#.</summary>
/// <remarks>Each of <c>items</c> threads has its number t and works by itself; p0, p1, … are its operands, of which the first is written.</remarks>
/// <param name="name">Its name.</param>
/// <param name="operands">How many pointers it takes.</param>
/// <param name="host">The C# form: threads, samples, operands, and behind these the numbers.</param>
/// <param name="body">What one thread does, in words that C# and CUDA C have in common.</param>
[EditorBrowsable(EditorBrowsableState.Never)]
public sealed unsafe class CudaKernel(string name, int operands, delegate*<long, int, float**, void> host, string body)
{
    // The words that the two languages write differently; DeviceMath has them for C#.
    private const string Prelude = """
        typedef long long Int64;
        static __device__ __forceinline__ Int64 Quotient(Int64 a, int b) { return a <= 0xffffffffll ? (Int64)((unsigned)a / (unsigned)b) : a / b; }
        #define Infinity __int_as_float(0x7f800000)
        static __device__ __forceinline__ float MultiplyAdd(float a, float b, float c) { return fmaf(a, b, c); }
        static __device__ __forceinline__ float Absolute(float a) { return fabsf(a); }
        static __device__ __forceinline__ float Round(float a) { return rintf(a); }
        static __device__ __forceinline__ float SquareRoot(float a) { return sqrtf(a); }
        static __device__ __forceinline__ float Exponential(float a) { return expf(a); }
        static __device__ __forceinline__ float Logarithm(float a) { return logf(a); }
        static __device__ __forceinline__ float Scale(float a, float n) { return ldexpf(a, (int)n); }

        """;

    internal string Name => name;

    /// <summary>How many of its operands, the first ones, it writes.</summary>
    internal int Written { get; init; } = 1;

    /// <summary>How many numbers it takes: f0, f1, ….</summary>
    internal int Scalars { get; init; }

    internal delegate*<long, int, float**, void> Host => host;

    /// <summary>The CUDA C source of kernels, in one translation unit.</summary>
    internal static string Source(System.Collections.Generic.IEnumerable<CudaKernel> kernels)
    {
        var text = new StringBuilder(Prelude.ReplaceLineEndings("\n"));
        foreach (CudaKernel kernel in kernels)
        {
            kernel.Append(text);
        }

        return text.ToString();
    }

    private void Append(StringBuilder text)
    {
        text.Append(CultureInfo.InvariantCulture, $"\nextern \"C\" __global__ void {name}(Int64 items, int batch");
        for (int i = 0; i < operands; i++)
        {
            text.Append(CultureInfo.InvariantCulture, $", float* p{i}");
        }

        for (int i = 0; i < Scalars; i++)
        {
            text.Append(CultureInfo.InvariantCulture, $", float f{i}");
        }

        text.Append(")\n{\n    Int64 t = (blockIdx.x * (Int64)blockDim.x) + threadIdx.x;\n    if (t >= items)\n    {\n        return;\n    }\n\n    ")
            .Append(body.Replace("\n", "\n    "))
            .Append("\n}\n");
    }
}
