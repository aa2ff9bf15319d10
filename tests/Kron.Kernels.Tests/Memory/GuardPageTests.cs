using System;
using Kron.Generator.Tests.Emit;
using Kron.Kernels.Tests.Support;
using Shouldly;
using Xunit;

namespace Kron.Kernels.Tests.Memory;

/// <summary>The caller's buffers flush against unreadable pages, at either end: a kernel that reads or writes one float too far crashes.</summary>
public class GuardPageTests
{
    /// <summary>A whole sample block and single samples.</summary>
    private const int Batch = 18;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Every_length_of_a_tail_stays_inside(bool atEnd) => StaysInside(CompiledCases.Tails, atEnd);

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Every_option_stays_inside(bool atEnd) => StaysInside(CompiledCases.Essential, atEnd);

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Every_convolution_stays_inside(bool atEnd) => StaysInside(CompiledCases.Convolutions, atEnd);

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Every_structured_layer_stays_inside(bool atEnd) => StaysInside(CompiledCases.Structured, atEnd);

    private static void StaysInside(CaseBatch batch, bool atEnd)
    {
        foreach ((LayerCase layer, ILayer compiled) in batch.OnEachTarget())
        {
            compiled.Initialize(seed: 3);
            using GuardedFloats input = new(Batch * layer.Inputs, atEnd), output = new(Batch * layer.OutputSize, atEnd);
            using GuardedFloats outputGradient = new(output.Count, atEnd), inputGradient = new(input.Count, atEnd);
            new Random(4).Fill(input.Span);
            new Random(5).Fill(outputGradient.Span);
            float[] x = input.Span.ToArray(), dy = outputGradient.Span.ToArray(), y = new float[output.Count], dx = new float[x.Length];

            compiled.Forward(x, y);
            compiled.Forward(input.Span, output.Span);
            output.Span.ToArray().ShouldBe(y, layer.ToString());

            LayerTape tape = compiled.CreateTape(Batch);
            output.Span.Clear();
            compiled.Forward(x, y, tape);
            compiled.Forward(input.Span, output.Span, tape);
            output.Span.ToArray().ShouldBe(y, layer.ToString());

            compiled.Backward(x, dy, dx, tape);
            compiled.Backward(input.Span, outputGradient.Span, inputGradient.Span, tape);
            inputGradient.Span.ToArray().ShouldBe(dx, layer.ToString());

            input.Span.ToArray().ShouldBe(x);
            outputGradient.Span.ToArray().ShouldBe(dy);
            foreach (GuardedFloats buffer in new[] { input, output, outputGradient, inputGradient })
            {
                buffer.ShouldBeAloneWritten();
            }
        }
    }
}
