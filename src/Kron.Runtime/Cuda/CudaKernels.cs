using System.Collections.Generic;

namespace Kron.Cuda;

/// <summary>The kernels of one source, compiled and loaded for one context, which owns them.</summary>
internal sealed class CudaKernels(DriverFunctions driver, nint module)
{
    private readonly Dictionary<string, nint> _functions = [];

    /// <summary>A kernel by name; to be called under the context's lock.</summary>
    /// <exception cref="CudaException">The source has no such kernel.</exception>
    public nint Function(string name)
    {
        if (!_functions.TryGetValue(name, out nint function))
        {
            function = driver.GetFunction(module, name);
            _functions.Add(name, function);
        }

        return function;
    }
}
