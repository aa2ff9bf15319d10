using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Linq;
using Kron.Benchmarks.Layers;
using Kron.CompilerServices;

namespace Kron.Benchmarks.Compilation;

/// <summary>The command <c>generator</c>: the time of the generator and of the JIT, the size of text and machine code, and the cold start.</summary>
internal static class GeneratorCommand
{
    public const string Name = "generator";

    // Asked for, per shape group.
    private const double MostKilobytes = 120;
    private const double MostJitMilliseconds = 15;
    private const double MostGeneratorMilliseconds = 60;

    public static int Run(string[] arguments)
    {
        if (arguments.Length is not (0 or 2) || (arguments.Length == 2 && arguments[0] != "--only"))
        {
            Console.Error.WriteLine("Usage: generator [--only <part of a name>]");
            return 2;
        }

        string only = arguments.Length == 2 ? arguments[1] : "";
        Print([.. Shapes.Products.Concat(Shapes.Products.Take(1).Select(Shapes.PerTerm)).Concat(Shapes.Sums).Where(subject => subject.Name.Contains(only, StringComparison.OrdinalIgnoreCase))], Console.Out);
        return 0;
    }

    private static void Print(IReadOnlyList<Subject> subjects, TextWriter output)
    {
        KernelTarget target = new[] { KernelTarget.Avx512, KernelTarget.Avx2, KernelTarget.AdvSimd, KernelTarget.Vector128 }.First(KernelTargets.IsSupported);

        // The generator's own code is compiled by other layers first.
        foreach (Subject other in new[] { Subject.Product(12, 10, 14, 9, 3), Subject.Product(7, 40, 33, 5, 2), Shapes.PerTerm(Subject.Product(20, 20, 20, 20, 3)) })
        {
            GeneratorRunTimes.Of(other, target);
        }

        JitCost.Of(Subject.Product(12, 10, 14, 9, 3), target);
        List<(Subject Subject, GeneratorRunTimes Generator, JitCost Jit)> rows = [.. subjects.Select(subject => (subject, GeneratorRunTimes.Of(subject, target), JitCost.Of(subject, target)))];

        // Listening slows the JIT down, so the sizes are those of classes compiled once more.
        using var code = new MachineCode();
        List<JitCost> again = [.. subjects.Select(subject => JitCost.Of(subject, target))];
        MachineCode.Settle();

        string[] targets = [.. rows[0].Generator.Bytes.Keys];
        output.WriteLine();
        output.WriteLine(Text($"Generator: milliseconds of one thread, code of the generator warm. Text: KB of generated C# by target. JIT: {target}."));
        output.WriteLine();
        output.WriteLine("| layer | one target, ms | all targets, ms | after an edit elsewhere, ms | after an edit of the attribute, ms |"
            + string.Concat(targets.Select(name => $" {name}, KB |")) + " JIT inference, ms | JIT training besides, ms | machine code, KB | methods |");
        output.WriteLine("|---|" + string.Concat(Enumerable.Repeat("---:|", 8 + targets.Length)));
        foreach (var ((subject, generator, jit), listened) in rows.Zip(again))
        {
            var (methods, bytes) = code.Of(listened.ClassName);
            output.WriteLine(
                Text($"| {subject.Name} | {generator.OneTarget:F1} | {generator.AllTargets:F1} | {generator.OtherEdit:F2} | {generator.AttributeEdit:F1} |")
                + string.Concat(targets.Select(name => Text($" {generator.Bytes[name] / 1024.0:F0} |")))
                + Text($" {jit.Inference:F1} | {jit.Training:F1} | {bytes / 1024.0:F0} | {methods} |"));
        }

        output.WriteLine();
        output.WriteLine("| asked, per shape group | worst | met |");
        output.WriteLine("|---|---:|---|");
        Worst("generated text per target ≤ 120 KB", row => row.Generator.Bytes.Values.Max() / 1024.0, MostKilobytes);
        Worst("JIT, inference ≤ 15 ms", row => row.Jit.Inference, MostJitMilliseconds);
        Worst("JIT, inference and training ≤ 15 ms", row => row.Jit.Inference + row.Jit.Training, MostJitMilliseconds);
        Worst("generator, one target ≤ 60 ms", row => row.Generator.OneTarget, MostGeneratorMilliseconds);
        Worst("generator, all targets ≤ 60 ms", row => row.Generator.AllTargets, MostGeneratorMilliseconds);

        output.WriteLine();
        output.WriteLine("| cold start | Main to first result, ms | of these the JIT, ms | methods compiled |");
        output.WriteLine("|---|---:|---:|---:|");
        foreach (var (name, total, jit, methods) in ColdStart.Measure())
        {
            output.WriteLine(Text($"| {name} | {total:F0} | {jit:F0} | {methods:F0} |"));
        }

        void Worst(string what, Func<(Subject Subject, GeneratorRunTimes Generator, JitCost Jit), double> value, double most)
        {
            double PerGroup((Subject Subject, GeneratorRunTimes Generator, JitCost Jit) row) => value(row) / row.Subject.Case.Groups.Count;
            var worst = rows.MaxBy(PerGroup);
            output.WriteLine(Text($"| {what} | {PerGroup(worst):F1} ({worst.Subject.Name}) | {(PerGroup(worst) <= most ? "yes" : "no")} |"));
        }
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
