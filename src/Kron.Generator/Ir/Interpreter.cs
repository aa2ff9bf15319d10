using System;
using System.Collections.Generic;
using System.Linq;
using Kron.Generator.Ir.Interpretation;
using Kron.Generator.Scheduling;

namespace Kron.Generator.Ir;

/// <summary>
/// Runs kernels over checked buffers, with a target's lanes and its way of rounding, so that the compiler is tested
/// without compiling C#. An access outside its buffer throws an <see cref="InterpreterException"/>. Not for several threads.
/// </summary>
internal sealed class Interpreter
{
    private readonly TargetModel _target;
    private readonly Dictionary<string, CompiledKernel> _kernels = [];
    private (Kernel Kernel, CompiledKernel Compiled)? _last;

    /// <param name="target">Gives the lanes and whether a multiply-add is fused.</param>
    /// <param name="kernels">What may be called: callees before callers.</param>
    public Interpreter(TargetModel target, IEnumerable<Kernel> kernels)
    {
        _target = target;
        foreach (Kernel kernel in kernels)
        {
            _kernels.Add(kernel.Name, Compile(kernel));
        }
    }

    public Interpreter(LayerProgramIr program)
        : this(program.Target, program.Kernels)
    {
    }

    /// <summary>Runs the program's entry for a pass.</summary>
    /// <param name="program">The program.</param>
    /// <param name="pass">The pass.</param>
    /// <param name="samples">The entry's block: 1, the program's block, or 0 for the packing passes.</param>
    /// <param name="memory">A place for each pointer of the entry, by the region's name; others are ignored.</param>
    public static void Run(LayerProgramIr program, Pass pass, int samples, IReadOnlyDictionary<string, Pointer> memory)
    {
        Entry entry = program.Entries.FirstOrDefault(e => e.Pass == pass && e.Samples == samples)
            ?? throw new ArgumentException($"The program has no {pass} entry for {samples} samples.", nameof(samples));
        new Interpreter(program).Run(entry.Kernel, memory);
    }

    /// <summary>Runs a kernel.</summary>
    /// <param name="kernel">A kernel, in the table or not.</param>
    /// <param name="memory">A place for each of its pointers; others are ignored.</param>
    public void Run(Kernel kernel, IReadOnlyDictionary<string, Pointer> memory)
    {
        CompiledKernel compiled = Of(kernel);
        for (int i = 0; i < kernel.Pointers.Count; i++)
        {
            compiled.Frame.Pointers[i] = memory.TryGetValue(kernel.Pointers[i], out Pointer pointer)
                ? pointer
                : throw new ArgumentException($"{kernel.Name} needs memory for its pointer {kernel.Pointers[i]}.", nameof(memory));
        }

        compiled.Run();
    }

    private CompiledKernel Of(Kernel kernel)
    {
        if (_kernels.TryGetValue(kernel.Name, out CompiledKernel? known) && ReferenceEquals(known.Kernel, kernel))
        {
            return known;
        }

        if (_last is not { } last || !ReferenceEquals(last.Kernel, kernel))
        {
            _last = last = (kernel, Compile(kernel));
        }

        return last.Compiled;
    }

    private CompiledKernel Compile(Kernel kernel) => KernelCompiler.Compile(
        kernel, _target, name => _kernels.TryGetValue(name, out CompiledKernel? callee) ? callee : null);
}
