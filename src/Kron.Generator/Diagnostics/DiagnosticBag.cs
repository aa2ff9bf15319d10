using System.Collections.Generic;
using Microsoft.CodeAnalysis;

namespace Kron.Generator.Diagnostics;

/// <summary>Collects the diagnostics of one layer. It lives for one parse: nothing of it enters the pipeline.</summary>
internal sealed class DiagnosticBag
{
    private readonly List<Diagnostic> _diagnostics = [];

    public IReadOnlyList<Diagnostic> Diagnostics => _diagnostics;

    public bool HasErrors { get; private set; }

    public void Report(DiagnosticDescriptor descriptor, Location? location, params object[] arguments)
    {
        HasErrors |= descriptor.DefaultSeverity == DiagnosticSeverity.Error;
        _diagnostics.Add(Diagnostic.Create(descriptor, location, arguments));
    }
}
