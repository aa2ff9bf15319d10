using System;
using System.Collections.Generic;
using System.Linq;
using Kron.Generator.Ir;
using Kron.Generator.Parsing;
using Kron.Generator.Spec;
using Kron.Generator.Support;

namespace Kron.Generator.Emit;

/// <summary>Emits the file of one layer and target: a nested class with the kernels and the tables of entries.</summary>
internal static class ProgramEmitter
{
    private const string Nothing = "Nothing";
    private const string Program = "Program";

    public static string Emit(LayerSpec spec, LayerProgramIr program)
    {
        TargetPrinter target = TargetPrinter.For(program.Target);
        var writer = new CodeWriter();
        FileHeader.Write(writer, [$"{spec.Type.FullName} for {program.Target.Name}: {Invariant.Count(program.SampleBlock, "sample")} per block.", .. program.Description], nullable: false);
        var scope = TypeScope.Open(writer, spec.Type, ["System.Runtime.CompilerServices", "System.Runtime.Intrinsics", .. target.Namespaces, "Kron.CompilerServices"], target.Classes);
        scope.OpenLayer(writer);
        writer.Line(FileHeader.GeneratedCode);
        writer.Line("[SkipLocalsInit]");
        writer.Open($"private static unsafe class {GeneratedMembers.KernelClass(program.Target.Name)}");
        CreateProgram(writer, program);
        var printer = new KernelPrinter(target, writer);
        foreach (Kernel kernel in program.Kernels)
        {
            writer.Line();
            printer.Method(kernel);
        }

        foreach (Kernel entry in Entries(program))
        {
            writer.Line();
            printer.EntryMethod(entry);
        }

        writer.Line();
        writer.Line("/// <summary>A pass that has nothing to do.</summary>");
        writer.Open($"private static void {Nothing}(KernelFrame* frame)").Close();
        writer.Close();
        scope.Close(writer);
        return writer.ToString();
    }

    private static void CreateProgram(CodeWriter writer, LayerProgramIr program)
    {
        writer
            .Line("/// <summary>The entry kernels of inference and the memory they need.</summary>")
            .Open($"internal static global::Kron.CompilerServices.LayerProgram CreateProgram() => new {Program}")
            .Line($"Target = global::Kron.KernelTarget.{program.Target.Name},")
            .Line($"SampleBlock = {CSharpText.Literal(program.SampleBlock)},")
            .Line($"PackedFloats = {CSharpText.Literal(program.Sizes.Packed)},")
            .Line($"ForwardScratchFloats = {CSharpText.Literal(program.Sizes.ForwardScratch)},")
            .Line($"Pack = &{Entry(program, Pass.Pack, 0)},")
            .Line($"Forward1 = &{Entry(program, Pass.Forward, 1)},")
            .Line($"ForwardBlock = &{Entry(program, Pass.Forward, program.SampleBlock)},")
            .Close(";");
        writer.Line();
        CreateTraining(writer, program);

        // A virtual call, which an ahead-of-time compiler knows whether a program makes.
        writer
            .Line()
            .Line("/// <summary>Leads to the kernels of training, which a program that never trains is published without.</summary>")
            .Open($"private sealed class {Program} : global::Kron.CompilerServices.LayerProgram")
            .Line($"public override global::Kron.CompilerServices.TrainingProgram CreateTraining() => {GeneratedMembers.KernelClass(program.Target.Name)}.CreateTraining();")
            .Close();
    }

    private static void CreateTraining(CodeWriter writer, LayerProgramIr program)
    {
        writer
            .Line("/// <summary>The entry kernels of training and the memory they need.</summary>")
            .Open("private static global::Kron.CompilerServices.TrainingProgram CreateTraining() => new global::Kron.CompilerServices.TrainingProgram")
            .Line($"TrainingPackedFloats = {CSharpText.Literal(program.Sizes.TrainingPacked)},")
            .Line($"BackwardScratchFloats = {CSharpText.Literal(program.Sizes.BackwardScratch)},")
            .Line($"TapeFloats = {CSharpText.Literal(program.Sizes.TapePerSample)},")
            .Line($"PackTraining = &{Entry(program, Pass.PackTraining, 0)},")
            .Line($"Record1 = &{Entry(program, Pass.Record, 1)},")
            .Line($"RecordBlock = &{Entry(program, Pass.Record, program.SampleBlock)},")
            .Line($"Backward1 = &{Entry(program, Pass.Backward, 1)},")
            .Line($"BackwardBlock = &{Entry(program, Pass.Backward, program.SampleBlock)},")
            .Line($"InputGradient1 = &{Entry(program, Pass.InputGradient, 1)},")
            .Line($"InputGradientBlock = &{Entry(program, Pass.InputGradient, program.SampleBlock)},");
        if (program.Sizes.Batch > 0)
        {
            writer
                .Line($"BatchFloats = {CSharpText.Literal(program.Sizes.Batch)},")
                .Line($"BatchGradientFloats = {CSharpText.Literal(program.Sizes.BatchGradient)},")
                .Line($"Measure1 = &{Entry(program, Pass.Measure, 1)},")
                .Line($"MeasureBlock = &{Entry(program, Pass.Measure, program.SampleBlock)},")
                .Line($"Settle = &{Entry(program, Pass.Settle, 0)},")
                .Line($"SettleGradient = &{Entry(program, Pass.SettleGradient, 0)},");
        }

        writer.Close(";");
    }

    private static string Entry(LayerProgramIr program, Pass pass, int samples)
    {
        Entry[] entries = [.. program.Entries.Where(entry => entry.Pass == pass)];
        if (entries.Length == 0)
        {
            return Nothing;
        }

        Entry entry = entries.FirstOrDefault(entry => entry.Samples == samples)
            ?? throw new InvalidOperationException($"The program has no {pass} entry for {Invariant.Count(samples, "sample")}.");
        return CSharpText.Identifier(entry.Kernel.Name);
    }

    private static List<Kernel> Entries(LayerProgramIr program)
    {
        var kernels = new List<Kernel>();
        foreach (Entry entry in program.Entries)
        {
            if (!kernels.Contains(entry.Kernel))
            {
                kernels.Add(entry.Kernel);
            }
        }

        string? repeated = program.Kernels.Concat(kernels).GroupBy(kernel => kernel.Name).FirstOrDefault(group => group.Count() > 1)?.Key;
        return repeated is null
            ? kernels
            : throw new InvalidOperationException($"The program has two kernels of the name {repeated}.");
    }
}
