using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Reflection;
using Kron.CompilerServices;
using Kron.Generator.Emit;
using Kron.Generator.Ir;
using Kron.Generator.Scheduling;
using Kron.Generator.Tests.Support;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Shouldly;
using Xunit;

namespace Kron.Generator.Tests.Emit;

/// <summary>Kernels of one target, printed, compiled in this process and ready to run.</summary>
internal sealed unsafe class PrintedKernels
{
    private readonly Type _type;

    private PrintedKernels(Type type) => _type = type;

    /// <summary>The targets that can run here.</summary>
    public static TheoryData<string> Runnable => [.. Targets.All
        .Select(target => target.Name)
        .Where(name => KernelTargets.IsSupported(Enum.Parse<KernelTarget>(name)))];

    public static TheoryData<string> All => [.. Targets.All.Select(target => target.Name)];

    public static TargetModel Target(string name) => Targets.All.Single(target => target.Name == name);

    public static PrintedKernels Compile(TargetModel target, params Kernel[] kernels)
    {
        using var image = new MemoryStream();
        Compilation(Print(target, kernels)).Emit(image).Diagnostics
            .Where(diagnostic => diagnostic.Severity != DiagnosticSeverity.Hidden)
            .Select(diagnostic => diagnostic.ToString())
            .ShouldBeEmpty();
        return new PrintedKernels(Assembly.Load(image.ToArray()).GetType("Kernels", throwOnError: true)!);
    }

    /// <summary>What the compiler has to say of a text.</summary>
    public static IReadOnlyList<string> Diagnose(string source) =>
        [.. Compilation(source).GetDiagnostics().Where(diagnostic => diagnostic.Severity != DiagnosticSeverity.Hidden).Select(diagnostic => diagnostic.ToString())];

    public static string Print(TargetModel target, params Kernel[] kernels)
    {
        var writer = new CodeWriter();
        var vocabulary = TargetPrinter.For(target);
        writer.Line(FileHeader.Warnings).Line("using System.Runtime.CompilerServices;").Line("using System.Runtime.Intrinsics;");
        foreach (string name in vocabulary.Namespaces)
        {
            writer.Line($"using {name};");
        }

        foreach (string name in vocabulary.Classes)
        {
            writer.Line($"using static {name};");
        }

        writer.Line("using Kron.CompilerServices;").Open("internal static unsafe class Kernels");
        var printer = new KernelPrinter(vocabulary, writer);
        foreach (Kernel kernel in kernels)
        {
            printer.Method(kernel);
        }

        return writer.Close().ToString();
    }

    public void Run(string kernel, params float*[] pointers)
    {
        MethodInfo method = _type.GetMethod(kernel, BindingFlags.NonPublic | BindingFlags.Static)!;
        var arguments = new object[pointers.Length];
        for (int index = 0; index < pointers.Length; index++)
        {
            arguments[index] = Pointer.Box(pointers[index], typeof(float*));
        }

        method.Invoke(null, BindingFlags.DoNotWrapExceptions, binder: null, arguments, culture: null);
    }

    private static CSharpCompilation Compilation(string source) => GeneratorHarness.CreateCompilation([source]);

}
