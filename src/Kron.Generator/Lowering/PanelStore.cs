using System.Collections.Generic;
using Kron.Generator.Ir;
using Kron.Generator.Planning;
using Kron.Generator.Scheduling;
using Kron.Generator.Support;

namespace Kron.Generator.Lowering;

/// <summary>The panels of parameters in one region, each once, and the kernel that fills them.</summary>
/// <param name="region">The region.</param>
/// <param name="first">Floats at its start that something else occupies.</param>
internal sealed class PanelStore(Region region, int first = 0)
{
    private readonly Dictionary<string, Address> _panels = [];
    private readonly KernelBuilder _builder = new();

    public int Floats { get; private set; } = first;

    public Address? Find(string key) => _panels.TryGetValue(key, out Address at) ? at : null;

    public Address Add(string key, PanelLayout layout, Contraction contraction)
    {
        var at = new Address(region.ToString(), Floats);
        layout.Emit(_builder, contraction, at);
        Floats = CacheLines.Align(Floats + layout.Floats);
        _panels.Add(key, at);
        return at;
    }

    /// <summary>Runs a kernel before whatever is added later.</summary>
    public void Add(Call call) => _builder.Add(call);

    public Kernel Build(string name) => _builder.BuildEntry(name, "Brings the parameters into the form that the kernels read.");
}
