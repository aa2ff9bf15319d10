using System.Collections.Generic;

namespace Kron.Benchmarks.Ratios;

/// <summary>The environment that a measuring process starts in; native code reads it before any managed code could set it.</summary>
internal static class WorkerEnvironment
{
    public static IReadOnlyDictionary<string, string?> Of(KernelTarget target)
    {
        var variables = new Dictionary<string, string?>
        {
            // One thread for everybody.
            ["OMP_NUM_THREADS"] = "1",
            ["OPENBLAS_NUM_THREADS"] = "1",

            // Either would have OpenBLAS choose kernels for another processor.
            ["OPENBLAS_CORETYPE"] = null,
            ["OPENBLAS_L2_SIZE"] = null,
        };

        switch (target)
        {
            // With AVX-512 the JIT gives 256-bit code 32 registers, which a machine without it has not.
            case KernelTarget.Avx2:
                variables["DOTNET_EnableAVX512"] = "0";
                break;

            // What ahead-of-time code for any x64 machine runs on: no AVX, so no three-operand encodings either.
            case KernelTarget.Vector128:
                variables["DOTNET_EnableAVX"] = "0";
                break;
        }

        return variables;
    }

    public static void Apply(IDictionary<string, string?> environment, KernelTarget target)
    {
        foreach (var (name, value) in Of(target))
        {
            if (value is null)
            {
                environment.Remove(name);
            }
            else
            {
                environment[name] = value;
            }
        }
    }
}
