using System;
using System.Collections.Generic;
using System.Linq;
using Kron.Generator.Ir;
using Kron.Generator.Ir.Interpretation;
using Kron.Generator.Lowering;
using Kron.Generator.Planning;
using Kron.Generator.Scheduling;
using Kron.Generator.Tests.Scheduling;

namespace Kron.Generator.Tests.Lowering;

/// <summary>Runs a contraction by any schedule, chosen or not, over buffers of exactly its operands' size.</summary>
internal static class LoweredContraction
{
    /// <summary>Small integers: every sum is exact, in any order.</summary>
    public static Dictionary<string, float[]> Content(SampleContraction sample)
    {
        Random random = new(11);
        return Tensors(sample).ToDictionary(t => t.Name, t => Enumerable.Range(0, Size(t, sample.Samples)).Select(_ => (float)random.Next(-4, 5)).ToArray());
    }

    /// <summary>The result by definition.</summary>
    public static float[] Expected(SampleContraction sample)
    {
        Dictionary<string, double[]> tensors = Content(sample).ToDictionary(p => p.Key, p => p.Value.Select(v => (double)v).ToArray());
        DataflowInterpreter.Run(sample.Map is null ? [sample.Node] : [sample.Node, sample.Map], sample.Samples, tensors);
        return [.. tensors[Result(sample).Name].Select(v => (float)v)];
    }

    /// <summary>The result of the kernels.</summary>
    public static float[] Run(SampleContraction sample, Schedule schedule, TargetModel target)
    {
        (Kernel entry, KernelPool pool, int panels) = Lower(sample.Bound, schedule, target, sample.Samples);
        Dictionary<string, float[]> content = Content(sample);
        Tensor[] operands = [.. Tensors(sample).Where(t => sample.Bound.Operands.Any(o => o.Tensor.Name == t.Name))];
        Dictionary<string, Pointer> memory = operands
            .GroupBy(t => t.Region)
            .ToDictionary(g => g.Key.ToString(), g => (Pointer)Pointer.Uninitialised(g.Max(t => t.Offset + Size(t, sample.Samples))));
        memory[nameof(Region.Packed)] = Pointer.Uninitialised(panels);
        Tensor result = Result(sample);
        bool accumulates = sample.Node.Accumulate || sample.Map is { Accumulate: true };
        foreach (Tensor tensor in operands.Where(t => t.Name != result.Name || accumulates))
        {
            content[tensor.Name].CopyTo(memory[tensor.Region.ToString()].Buffer, tensor.Offset);
        }

        new Interpreter(target, pool.Kernels).Run(entry, memory);
        return memory[result.Region.ToString()].Buffer[result.Offset..(result.Offset + Size(result, sample.Samples))];
    }

    /// <summary>An entry that packs what the schedule wants packed into the region of panels, and calls the kernels.</summary>
    public static (Kernel Entry, KernelPool Pool, int Panels) Lower(Contraction contraction, Schedule schedule, TargetModel target, int samples)
    {
        var pool = new KernelPool();
        var builder = new KernelBuilder();
        int panels = 0;
        OperandView vector = Direct(schedule.VectorOperand);
        if (schedule.Packed)
        {
            PanelLayout layout = PanelLayout.Of(schedule.VectorOperand, schedule, schedule.Inner, target.Lanes);
            panels = (int)layout.Floats;
            var at = new Address(nameof(Region.Packed), 0);
            layout.Emit(builder, contraction, at);
            vector = layout.View(contraction, at);
        }

        var views = new ContractionViews(
            Direct(Contraction.Output),
            vector,
            Direct(schedule.BroadcastOperand),
            [.. Enumerable.Range(Contraction.Extras, contraction.Operands.Count - Contraction.Extras).Select(Direct)]);
        builder.Add(ContractLowering.Lower(contraction, schedule, target, views, pool, samples));
        return (builder.BuildEntry("Entry", ""), pool, panels);

        OperandView Direct(int operand) => OperandView.Direct(contraction, operand, schedule);
    }

    private static Tensor Result(SampleContraction sample) => (sample.Map ?? (Node)sample.Node).Destination;

    private static IEnumerable<Tensor> Tensors(SampleContraction sample) =>
        new[] { sample.Node.Output.Tensor, sample.Node.Left.Tensor, sample.Node.Right.Tensor }
            .Concat(sample.Map is null ? [] : sample.Map.Sources.Append(sample.Map.Destination))
            .GroupBy(t => t.Name)
            .Select(g => g.First());

    private static int Size(Tensor tensor, int samples) => tensor.Size * (tensor.PerSample ? samples : 1);
}
