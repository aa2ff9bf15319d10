using System;
using Kron.Generator.Spec;
using Kron.Generator.Support;

namespace Kron.Generator.Emit;

/// <summary>The files of one layer, or why there are none.</summary>
/// <param name="Name">The layer's full name.</param>
/// <param name="Files">Empty after a failure.</param>
/// <param name="Failure">Empty unless the compiler threw.</param>
internal sealed record CompiledLayer(string Name, EquatableArray<GeneratedFile> Files, string Failure)
{
    public static CompiledLayer Compile(LayerSpec spec, TargetSet targets) => Compile(spec, targets, LayerCompiler.Compile);

    /// <summary>
    /// Runs a compiler. Its defects become an error that names the layer: an exception that left the generator would
    /// silence every other layer of the project.
    /// </summary>
    public static CompiledLayer Compile(LayerSpec spec, TargetSet targets, Func<LayerSpec, TargetSet, EquatableArray<GeneratedFile>> compiler)
    {
        try
        {
            return new CompiledLayer(spec.Type.FullName, compiler(spec, targets), "");
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            string message = exception.Message.Replace('\r', ' ').Replace('\n', ' ');
            return new CompiledLayer(spec.Type.FullName, [], $"{exception.GetType().Name}: {message}");
        }
    }
}
