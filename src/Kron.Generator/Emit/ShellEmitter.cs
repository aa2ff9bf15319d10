using System.Collections.Generic;
using System.Linq;
using Kron.Generator.Ir;
using Kron.Generator.Parsing;
using Kron.Generator.Spec;

namespace Kron.Generator.Emit;

/// <summary>
/// Emits the class that the user sees: constructors, <c>ILayer</c>, fitting and files, all on the runtime's engine, and the
/// choice of the target.
/// </summary>
internal static class ShellEmitter
{
    private const string Input = "global::System.ReadOnlySpan<float>";
    private const string Output = "global::System.Span<float>";
    private const string Threads = "/// <param name=\"threads\">The most threads to use, at least 1; fewer run where the work would not pay for more.</param>";
    private const string Services = "global::Kron.CompilerServices";

    public static string Emit(LayerSpec spec, IReadOnlyList<LayerProgramIr> programs)
    {
        var writer = new CodeWriter();
        FileHeader.Write(writer, LayerDescription.Of(spec, programs));
        TypeScope scope = TypeScope.Open(writer, spec.Type, []);
        scope.OpenLayer(writer, "global::Kron.IParallelLayer, global::Kron.INamedParameters");
        Construction(writer, spec);
        Information(writer, spec, programs);
        Layer(writer, spec);
        if (IsDenseMap(spec))
        {
            FittingEmitter.Emit(writer, spec);
        }

        Files(writer, spec);
        Programs(writer, programs);
        scope.Close(writer);
        return writer.ToString();
    }

    /// <summary>Whether a dense weight says all that the layer computes before bias and activation.</summary>
    private static bool IsDenseMap(LayerSpec spec) =>
        !spec.Epilogue.PerTerm && spec.Kind is not (LayerKind.MaxPool or LayerKind.AveragePool or LayerKind.BatchNorm);

    private static void Construction(CodeWriter writer, LayerSpec spec)
    {
        string name = spec.Type.Name;
        string begin = spec.Weights is null ? "all parameters are zero" : $"the parameters are those of {CSharpText.Xml(spec.Weights.ToString())}";
        string weights = spec.Weights is null ? "" : ", " + GeneratedMembers.WeightsProperty;
        writer
            .Line(FileHeader.GeneratedCode)
            .Line($"private readonly {Services}.LayerEngine _engine;")
            .Line()
            .Line($"/// <summary>Creates the layer on the best target of this machine; {begin}.</summary>")
            .Line(FileHeader.GeneratedCode)
            .Open($"public {name}()")
            .Line($"_engine = new {Services}.LayerEngine(Definition, CreateProgram(global::Kron.KernelTarget.Best){weights});")
            .Close()
            .Line()
            .Line($"/// <summary>Creates the layer on a target of the caller's choice; {begin}.</summary>")
            .Line("/// <param name=\"target\">The instruction set.</param>")
            .Line("/// <exception cref=\"global::System.PlatformNotSupportedException\">The machine lacks the target, or the layer was not compiled for it.</exception>")
            .Line(FileHeader.GeneratedCode)
            .Open($"public {name}(global::Kron.KernelTarget target)")
            .Line($"_engine = new {Services}.LayerEngine(Definition, CreateProgram(target){weights});")
            .Close();
    }

    private static void Information(CodeWriter writer, LayerSpec spec, IReadOnlyList<LayerProgramIr> programs)
    {
        Member(writer, "Sizes and costs of the layer, and what the compiler chose for each target.");
        writer.Line("public static global::Kron.LayerInfo Info => new global::Kron.LayerInfo(");
        writer.Line("    Definition,");
        writer.Line("    new global::Kron.TargetInfo[]");
        writer.Line("    {");
        foreach (LayerProgramIr program in programs)
        {
            ProgramSizes sizes = program.Sizes;
            writer.Line($"        new(global::Kron.KernelTarget.{program.Target.Name}, {CSharpText.Literal(program.SampleBlock)}, {CSharpText.Literal(4L * sizes.Packed)}, {CSharpText.Literal(4L * sizes.TrainingPacked)}, {CSharpText.Literal(4L * sizes.ForwardScratch)}, new string[]");
            writer.Line("        {");
            foreach (string choice in program.Description)
            {
                writer.Line($"            {CSharpText.Literal(choice)},");
            }

            writer.Line($"        }}) {{ TrainingScratchBytes = {CSharpText.Literal(4L * sizes.BackwardScratch)}, TapeBytes = {CSharpText.Literal(4L * sizes.TapePerSample)} }},");
        }

        writer.Line(spec.Weights is null ? "    });" : $"    }}) {{ EmbeddedBytes = {CSharpText.Literal(4 * ParameterTensors.Of(spec).Sum(tensor => tensor.Shape.Aggregate(1L, (product, extent) => product * extent)))} }};");

        writer.Line();
        DefinitionEmitter.Emit(writer, spec);
    }

    private static void Layer(CodeWriter writer, LayerSpec spec)
    {
        Member(writer, "The target that this object runs on.", "public global::Kron.KernelTarget Target => _engine.Target;");
        Member(writer, "The bytes that this object holds now.", "public global::Kron.LayerMemory Memory => _engine.Memory;");
        Member(writer, $"Floats per input sample: {CSharpText.Literal(spec.Inputs)}.", $"public int InputSize => {CSharpText.Literal(spec.Inputs)};");
        Member(writer, $"Floats per output sample: {CSharpText.Literal(spec.OutputSize)}.", $"public int OutputSize => {CSharpText.Literal(spec.OutputSize)};");
        Member(writer, "The trained parameters in canonical order, 64-byte aligned. Call <see cref=\"Commit\"/> after writing them.", $"public {Output} Parameters => _engine.Parameters;");
        Member(writer, "The gradients, in the order of <see cref=\"Parameters\"/>; the backward pass adds to them.", $"public {Output} Gradients => _engine.Gradients;");
        Member(writer, "Values that are saved but not trained.", $"public {Output} State => _engine.State;");
        Explicit(writer, "global::System.Collections.Generic.IReadOnlyList<global::Kron.ParameterTensor> global::Kron.INamedParameters.ParameterTensors => _engine.ParameterTensors;");
        if (spec.Kind == LayerKind.BatchNorm)
        {
            Explicit(writer, "global::System.Collections.Generic.IReadOnlyList<global::Kron.ParameterTensor> global::Kron.INamedParameters.StateTensors => _engine.StateTensors;");
        }

        Explicit(writer, "string global::Kron.INamedParameters.Attributes => _engine.Attributes;");
        Explicit(writer, $"{Services}.LayerDefinition global::Kron.INamedParameters.Definition => _engine.Definition;");
        Member(writer, "Refreshes what the kernels read after <see cref=\"Parameters\"/> was written.", "public void Commit() => _engine.Commit();");

        writer.Line();
        writer.Line(spec.Kind == LayerKind.BatchNorm
            ? "/// <summary>Sets γ to 1, β to 0, the running means to 0 and the running variances to 1, and commits them.</summary>"
            : "/// <summary>Draws the parameters at random, with the variance that keeps that of the signal, and commits them.</summary>");
        writer.Line("/// <param name=\"random\">The source of randomness.</param>");
        Method(writer, "public void Initialize(global::System.Random random) => _engine.Initialize(random);");

        writer.Line();
        writer.Line("/// <summary>Computes the layer for a batch of samples. Allocates nothing; safe on many threads at once.</summary>");
        Batch(writer);
        Method(writer, $"public void Forward({Input} input, {Output} output) => _engine.Forward(input, output);");

        writer.Line();
        writer.Line("/// <summary>Computes the layer for a batch of samples shared out over threads; the result is the same to the bit.</summary>");
        Batch(writer);
        writer.Line(Threads);
        Method(writer, $"public void ForwardParallel({Input} input, {Output} output, int threads) => _engine.ForwardParallel(input, output, threads);");

        writer.Line();
        writer.Line("/// <summary>Creates a tape that keeps what the backward pass needs of one forward pass.</summary>");
        writer.Line("/// <param name=\"maxBatch\">The largest batch it can hold, at least 1.</param>");
        Method(writer, "public global::Kron.LayerTape CreateTape(int maxBatch) => _engine.CreateTape(maxBatch);");

        writer.Line();
        writer.Line("/// <summary>Computes the layer for a batch of samples and records what the backward pass needs.</summary>");
        Batch(writer);
        writer.Line("/// <param name=\"tape\">A tape of this layer.</param>");
        Method(writer, $"public void Forward({Input} input, {Output} output, global::Kron.LayerTape tape) => _engine.Forward(input, output, tape);");

        writer.Line();
        writer.Line("/// <summary>Propagates back through the pass last recorded: adds to <see cref=\"Gradients\"/> and overwrites the input's gradient.</summary>");
        Gradients(writer);
        Method(writer, $"public void Backward({Input} input, {Input} outputGradient, {Output} inputGradient, global::Kron.LayerTape tape) => _engine.Backward(input, outputGradient, inputGradient, tape);");

        writer.Line();
        writer.Line("/// <summary>As the recording forward pass, with the batch shared out over threads; the result is the same to the bit.</summary>");
        Batch(writer);
        writer.Line("/// <param name=\"tape\">A tape of this layer.</param>");
        writer.Line(Threads);
        Method(writer, $"public void ForwardParallel({Input} input, {Output} output, global::Kron.LayerTape tape, int threads) => _engine.ForwardParallel(input, output, tape, threads);");

        writer.Line();
        writer.Line("/// <summary>As the backward pass, with the batch divided among threads; repeatable to the bit for each number of threads.</summary>");
        Gradients(writer);
        writer.Line(Threads);
        Method(writer, $"public void BackwardParallel({Input} input, {Input} outputGradient, {Output} inputGradient, global::Kron.LayerTape tape, int threads) => _engine.BackwardParallel(input, outputGradient, inputGradient, tape, threads);");
    }

    private static void Files(CodeWriter writer, LayerSpec spec)
    {
        string name = spec.Type.Name;
        writer.Line();
        writer.Line("/// <summary>Saves the parameters as a safetensors file.</summary>");
        writer.Line("/// <param name=\"path\">The file, which is replaced if there is one.</param>");
        Method(writer, "public void Save(string path) => _engine.Save(path);");

        writer.Line();
        writer.Line("/// <summary>Creates the layer from a file that <see cref=\"Save\"/> wrote.</summary>");
        writer.Line("/// <param name=\"path\">The file.</param>");
        writer.Line(FileHeader.GeneratedCode);
        writer.Open($"public static {name} Load(string path)")
            .Line($"var layer = new {name}();")
            .Line("layer._engine.Load(path);")
            .Line("return layer;")
            .Close();
    }

    private static void Programs(CodeWriter writer, IReadOnlyList<LayerProgramIr> programs)
    {
        writer.Line();
        writer.Line("// Each branch is guarded by what it needs, so that ahead-of-time compilation drops the targets that cannot run.");
        writer.Line(FileHeader.GeneratedCode);
        writer.Open($"private static {Services}.LayerProgram CreateProgram(global::Kron.KernelTarget target)");
        writer.Line($"target = {Services}.KernelTargets.Resolve(target, new global::Kron.KernelTarget[] {{ {string.Join(", ", programs.Select(program => "global::Kron.KernelTarget." + program.Target.Name))} }});");
        foreach (LayerProgramIr program in programs)
        {
            string name = program.Target.Name;
            string guard = TargetPrinter.For(program.Target).IsSupported is var condition and not "" ? " && " + condition : string.Empty;
            writer.Line()
                .Open($"if (target == global::Kron.KernelTarget.{name}{guard})")
                .Line($"return {GeneratedMembers.KernelClass(name)}.CreateProgram();")
                .Close();
        }

        writer.Line()
            .Line("throw new global::System.PlatformNotSupportedException($\"The layer has no kernels for {target} on this machine.\");")
            .Close();
    }

    private static void Batch(CodeWriter writer) => writer
        .Line("/// <param name=\"input\">batch × <see cref=\"InputSize\"/> values.</param>")
        .Line("/// <param name=\"output\">batch × <see cref=\"OutputSize\"/> values; must not overlap the input.</param>")
        .Line("/// <exception cref=\"global::System.ArgumentException\">A length does not fit, or the spans overlap; the output is untouched.</exception>");

    private static void Gradients(CodeWriter writer) => writer
        .Line("/// <param name=\"input\">The input of the recorded pass, unchanged.</param>")
        .Line("/// <param name=\"outputGradient\">batch × <see cref=\"OutputSize\"/> values.</param>")
        .Line("/// <param name=\"inputGradient\">batch × <see cref=\"InputSize\"/> values, or empty where it is not wanted.</param>")
        .Line("/// <param name=\"tape\">The tape that holds the recorded pass.</param>");

    private static void Member(CodeWriter writer, string summary, string? code = null)
    {
        writer.Line().Line($"/// <summary>{summary}</summary>").Line(FileHeader.GeneratedCode);
        if (code is not null)
        {
            writer.Line(code);
        }
    }

    private static void Explicit(CodeWriter writer, string code) => writer.Line().Line(FileHeader.GeneratedCode).Line(code);

    private static void Method(CodeWriter writer, string code) => writer.Line(FileHeader.GeneratedCode).Line(code);
}
