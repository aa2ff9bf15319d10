using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Reflection;
using System.Text;
using Kron.CompilerServices;
using Kron.Generator.Emit;
using Kron.Generator.Ir;
using Kron.Generator.Lowering;
using Kron.Generator.Planning;
using Kron.Generator.Scheduling;
using Kron.Generator.Spec;
using Kron.Generator.Tests.Support;

namespace Kron.Kernels.Tests.Support;

/// <summary>Layers from their specifications: the kernels as the compiler emits them, compiled in process, run by the runtime's engine.</summary>
internal sealed class EmittedLayers
{
    private readonly Lazy<Assembly> _assembly;

    public EmittedLayers(IReadOnlyList<LayerSpec> specs)
    {
        Specs = [.. specs.Select((spec, i) => spec with { Type = new TypeSpec("Emitted", [], $"Layer{i}", $"Emitted.Layer{i}") })];
        _assembly = new(Compile);
    }

    public IReadOnlyList<LayerSpec> Specs { get; }

    /// <summary>Every layer on every target of this process.</summary>
    public IEnumerable<(int Index, LayerEngine Layer)> OnEachTarget() =>
        from index in Enumerable.Range(0, Specs.Count)
        from target in CompiledLayers.Runnable
        select (index, Create(index, target));

    /// <summary>A new object of a layer.</summary>
    public LayerEngine Create(int index, KernelTarget target)
    {
        MethodInfo program = _assembly.Value.GetType($"Emitted.Layer{index}", throwOnError: true)!.GetMethod($"On{target}")!;
        return new LayerEngine(DefinitionOf(Specs[index]), (LayerProgram)program.Invoke(null, null)!);
    }

    private static LayerDefinition DefinitionOf(LayerSpec spec) => new()
    {
        Name = spec.Type.FullName,
        Attributes = spec.Attributes,
        Inputs = spec.Inputs,
        Outputs = spec.Outputs,
        Groups = [],
        Kind = (CompilerServices.LayerKind)(int)spec.Kind,
        Window = spec.Window is { } w ? new ImageWindow(w.Channels, w.Height, w.Width, w.KernelH, w.KernelW, w.StrideH, w.StrideW, w.PaddingH, w.PaddingW) : null,
        Normalization = spec.Normalization is { } n ? (n.Epsilon, n.Momentum) : default,
        Activation = (Activation)(int)spec.Epilogue.Activation,
        Slope = spec.Epilogue.Slope,
        Bias = (BiasMode)(int)spec.Epilogue.Bias,
    };

    private Assembly Compile()
    {
        TargetModel[] targets = [.. CompiledLayers.Runnable.Select(target => Targets.All.Single(t => t.Name == target.ToString()))];
        var sources = new List<string>();
        foreach (LayerSpec spec in Specs)
        {
            LayerPlan plan = LayerPlan.Of(spec);
            var shell = new StringBuilder($"namespace Emitted;\npublic sealed partial class {spec.Type.Name}\n{{\n");
            foreach (TargetModel target in targets)
            {
                sources.Add(ProgramEmitter.Emit(spec, ProgramBuilder.Build(plan, target)));
                shell.Append($"    public static Kron.CompilerServices.LayerProgram On{target.Name}() => {target.Name}Kernels.CreateProgram();\n");
            }

            sources.Add(shell.Append("}\n").ToString());
        }

        using var image = new MemoryStream();
        var emitted = GeneratorHarness.CreateCompilation(sources).Emit(image);
        return emitted.Success
            ? Assembly.Load(image.ToArray())
            : throw new InvalidOperationException(string.Join('\n', emitted.Diagnostics.Where(d => d.Severity == Microsoft.CodeAnalysis.DiagnosticSeverity.Error).Take(20)));
    }
}
