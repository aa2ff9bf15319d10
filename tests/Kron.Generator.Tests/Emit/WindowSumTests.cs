using System;
using System.Collections.Generic;
using System.Linq;
using Kron.Generator.Ir;
using Kron.Generator.Lowering;
using Kron.Generator.Planning;
using Kron.Generator.Scheduling;
using Kron.Generator.Tests.Lowering;
using Shouldly;
using Xunit;

namespace Kron.Generator.Tests.Emit;

/// <summary>Window sums as compiled code, next to guard pages on either side.</summary>
public sealed unsafe class WindowSumTests
{
    [Theory]
    [MemberData(nameof(PrintedKernels.Runnable), MemberType = typeof(PrintedKernels))]
    public void Compiled_sums_stay_inside_and_agree_with_their_definition(string name)
    {
        TargetModel target = PrintedKernels.Target(name);
        var pool = new KernelPool();
        List<(SampleWindowSum Sample, Kernel Entry, int Scratch)> entries = [];
        foreach (SampleWindowSum sample in SampleWindowSum.All.Values)
        {
            var builder = new KernelBuilder();
            LoweredSum lowered = WindowSumLowering.Lower(sample.Node, SampleWindowSum.Samples, target, pool, new Address(nameof(Region.Scratch), 0));
            foreach (Call call in lowered.Calls)
            {
                builder.Add(call);
            }

            entries.Add((sample, builder.Build($"Entry{entries.Count}", "", [nameof(Region.Input), nameof(Region.Output), nameof(Region.Scratch)]), (int)lowered.ScratchFloats));
        }

        PrintedKernels compiled = PrintedKernels.Compile(target, [.. pool.Kernels, .. entries.Select(e => e.Entry)]);
        foreach ((SampleWindowSum sample, Kernel entry, int floats) in entries)
        {
            foreach (bool atEnd in new[] { false, true })
            {
                float[] x = sample.Input, expected = sample.Expected(x);
                using GuardedFloats input = new(x.Length, atEnd), output = new(expected.Length, atEnd), scratch = new(floats, atEnd);
                x.AsSpan().CopyTo(input.Span);
                compiled.Run(entry.Name, input.Start, output.Start, scratch.Start);
                output.Span.ToArray().ShouldBe(expected, sample.ToString());
                output.ShouldBeAloneWritten();
                scratch.ShouldBeAloneWritten();
            }
        }
    }
}
