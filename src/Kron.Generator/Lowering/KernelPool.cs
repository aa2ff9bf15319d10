using System.Collections.Generic;
using Kron.Generator.Ir;
using Kron.Generator.Support;

namespace Kron.Generator.Lowering;

/// <summary>The kernels of a program, each once: equal bodies share one, whoever asks.</summary>
internal sealed class KernelPool
{
    private readonly List<Kernel> _kernels = [];
    private readonly Dictionary<Kernel, string> _names = [];
    private readonly HashSet<string> _taken = [];

    public IReadOnlyList<Kernel> Kernels => _kernels;

    /// <summary>Adds a kernel unless its equal is there, and returns the name to call.</summary>
    /// <param name="kernel">The kernel.</param>
    /// <param name="samples">The sample block it was made for: told apart by it where the name alone is taken.</param>
    public string Add(Kernel kernel, int samples)
    {
        Kernel body = Body(kernel);
        if (!_names.TryGetValue(body, out string? name))
        {
            name = _taken.Contains(kernel.Name) ? $"{kernel.Name}_Batch{Invariant.Text(samples)}" : kernel.Name;
            for (int i = 2; !_taken.Add(name); i++)
            {
                name = $"{kernel.Name}_Batch{Invariant.Text(samples)}_{Invariant.Text(i)}";
            }

            _names.Add(body, name);
            _kernels.Add(kernel with { Name = name });
        }

        return name;
    }

    public bool Contains(Kernel kernel) => _names.ContainsKey(Body(kernel));

    private static Kernel Body(Kernel kernel) => kernel with { Name = "", Summary = "" };
}
