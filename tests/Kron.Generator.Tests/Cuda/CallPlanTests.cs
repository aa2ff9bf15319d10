using System;
using System.Collections.Generic;
using System.Linq;
using Kron.Generator.Cuda;
using Kron.Generator.Planning;
using Kron.Generator.Spec;
using Kron.Generator.Tests.Planning;
using Shouldly;
using Xunit;
using static Kron.Generator.Tests.Planning.PlanningSpecs;

namespace Kron.Generator.Tests.Cuda;

/// <summary>The call plans of many layers: that there is one, that it computes what it should, and that no call leaves its memory.</summary>
/// <remarks>A device's memory pool would hide a write beyond a tensor; what the calls compute is tested on the device's stand-in.</remarks>
public class CallPlanTests
{
    private static readonly int[] Samples = [1, 2, 7];

    private static readonly (int, int)[][] Factorizations =
    [
        [(1, 1)],
        [(1, 2), (2, 1)],
        [(1, 5), (5, 1)],
        [(1, 12), (2, 6), (3, 4), (4, 3), (6, 2), (12, 1)],
        [(4, 9), (6, 6), (1, 36), (18, 2)],
        [(8, 8), (64, 1), (2, 32), (1, 64)],
        [(64, 4), (128, 2), (16, 16), (1, 256), (256, 1)],
        [(256, 25), (1280, 5), (6400, 1), (80, 80)],
    ];

    public static TheoryData<int> Seeds => [.. Enumerable.Range(0, 12)];

    [Theory]
    [MemberData(nameof(Seeds))]
    public void EveryLayerHasAPlanThatStaysInItsMemory(int seed)
    {
        foreach (LayerSpec spec in Layers(seed, 25))
        {
            Check(spec, () =>
            {
                CudaProgramIr program = Lower(spec);
                Pass[] passes = [.. Passes(program)];

                // A few calls for each product; terms that stay apart may take one each.
                long most = Math.Max(4, spec.Epilogue.PerTerm ? spec.Groups.Max(g => g.R) : 0);
                passes.SelectMany(pass => pass.Calls).OfType<DeviceGemm>().Where(product => CallsOf(product) > most)
                    .Select(product => $"{product.Name}: {string.Join(" ", product.Repetitions.Select(repetition => repetition.Count))}").ShouldBeEmpty();
                foreach (int samples in Samples)
                {
                    foreach (Pass pass in passes)
                    {
                        Inside(spec, program, pass, samples);
                    }
                }
            });
        }
    }

    [Theory]
    [MemberData(nameof(Seeds))]
    public void ProductsMakeEachMultiplyAddOnceInTheCheaperOrder(int seed)
    {
        foreach (LayerSpec spec in Layers(seed, 25))
        {
            Check(spec, () =>
            {
                CudaProgramIr program = Lower(spec);
                foreach (int samples in Samples)
                {
                    long forward = samples * MultiplyAdds(spec);
                    Arithmetic(program.Forward, samples).ShouldBe(forward);
                    Arithmetic(program.Record, samples).ShouldBe(forward);

                    // Each contraction has a gradient by either operand.
                    (Arithmetic(program.Backward, samples) + Arithmetic(program.InputGradient, samples)).ShouldBe(2 * forward);
                }

                program.Orders.ShouldBe(spec.Groups.Select(g => $"Order of ({g.M1}, {g.M2}, {g.N1}, {g.N2}, {g.R}): {(IsBFirst(g) ? "B, then A" : "A, then B")}"));
            });
        }
    }

    [Theory]
    [MemberData(nameof(Seeds))]
    public void AThreadReadsNothingThatAnotherOneWrites(int seed)
    {
        foreach (LayerSpec spec in Layers(seed, 25))
        {
            LayerPlan plan = LayerPlan.Of(spec, DeviceCosts.IsBFirst);
            foreach (Map map in new[] { plan.Forward, plan.Record, plan.Backward, plan.InputGradient }.SelectMany(flow => flow.Nodes).OfType<Map>())
            {
                map.Value.Reads().Where(read => read.Tensor.Name == map.Output.Tensor.Name).ShouldAllBe(read => read.Equals(map.Output), Text(spec));
            }
        }
    }

    [Fact]
    public void ManyTermsThatStayApartAreBatches()
    {
        CudaProgramIr program = Lower(Layer(Relu with { PerTerm = true, Bias = BiasKind.PerTerm }, new GroupSpec(8, 8, 8, 8, 3000)));
        Passes(program).SelectMany(pass => pass.Calls).OfType<DeviceGemm>().Max(CallsOf).ShouldBeLessThanOrEqualTo(8);
    }

    [Fact]
    public void SumsOfTermsThatStayApartAreMadeSideBySideToo()
    {
        // dB[i, m2] sums over samples and m1, which no index of a matrix walks together; and so does the batch over the terms.
        CudaProgramIr program = Lower(Layer(Relu with { PerTerm = true }, new GroupSpec(80, 80, 2, 1, 3)));
        DeviceGemm[] gradient = [.. program.Backward.OfType<DeviceGemm>().Where(product => product.Name is "GradientB" or "SumGradientB" or "GradientB0" or "SumGradientB0")];
        gradient.Length.ShouldBe(2);
        gradient[0].Repetitions.Select(repetition => (repetition.Count, repetition.C.Count)).ShouldBe([(80, 240), (3, 80)]);
        gradient[1].K.ShouldBe(new BatchExtent(80));
        program.Partials.ShouldBe(80 * 240);
    }

    [Fact]
    public void SumsOfWhatEachSampleHasAreAddedUpOneAfterTheOther()
    {
        // y[s, m] = Σ x[s, k, l]·w[m, l, k]: no index walks k and l of both, and side by side the sums would need room for every sample.
        var contract = new Contract(
            "Contract",
            new([new Dim("m", 4), new Dim("k", 5), new Dim("l", 7)]),
            PlanningSpecs.At(PerSample("y", Region.Output, 4), "m"),
            PlanningSpecs.At(PerSample("x", Region.Input, 5, 7), "k", "l"),
            PlanningSpecs.At(Shared("w", Region.Parameters, 4, 7, 5), "m", "l", "k"),
            Accumulate: false);
        DeviceGemm product = GemmLowering.Lower(contract, DeviceLayout.Of([])).ShouldHaveSingleItem();
        product.C.Place.Region.ShouldBe(DeviceRegion.Output);
        product.Repetitions.ShouldHaveSingleItem().C.ShouldBe(default);
    }

    private static void Check(LayerSpec spec, Action test)
    {
        try
        {
            test();
        }
        catch (Exception failure)
        {
            throw new ShouldAssertException($"{Text(spec)}: {failure.Message}", failure);
        }
    }

    /// <summary>Checks that all that a pass reads and writes lies in its region, and what it writes apart from what it reads.</summary>
    private static void Inside(LayerSpec spec, CudaProgramIr program, Pass pass, int samples)
    {
        foreach (DeviceCall call in pass.Calls)
        {
            Span[] operands = call switch
            {
                DeviceGemm product => Operands(product, samples),
                DeviceLaunch launch => [.. launch.Operands.Select(operand => Whole(operand, samples))],
                _ => throw new InvalidOperationException(),
            };
            foreach (Span operand in operands)
            {
                operand.First.ShouldBeGreaterThanOrEqualTo(0, call.Name);
                operand.End.ShouldBeLessThanOrEqualTo(Length(operand.Region), $"{pass.Name}: {call.Name} in {operand.Region} for {samples} samples");
            }

            operands.Skip(1).ShouldAllBe(read => read.Region != operands[0].Region || read.End <= operands[0].First || operands[0].End <= read.First, call.Name);
        }

        long Length(DeviceRegion region) => region switch
        {
            DeviceRegion.Input or DeviceRegion.InputGradient => samples * (long)spec.Inputs,
            DeviceRegion.Output or DeviceRegion.OutputGradient => samples * (long)spec.OutputSize,
            DeviceRegion.Parameters or DeviceRegion.Gradients => ParameterTensors.Of(spec).Sum(tensor => tensor.Shape.Aggregate(1L, (size, extent) => size * extent)),
            DeviceRegion.Scratch => samples * (long)(pass.IsForward ? program.ForwardScratch : program.BackwardScratch),
            DeviceRegion.Tape => samples * (long)program.Tape,
            DeviceRegion.Partials => program.Partials,
            DeviceRegion.Ones => Math.Max(samples, program.Ones),
            _ => throw new ArgumentOutOfRangeException(nameof(region)),
        };
    }

    /// <summary>Where C, A and B lie with all repetitions, after a check that each is a matrix of its leading dimension.</summary>
    private static Span[] Operands(DeviceGemm product, int samples)
    {
        long m = At(product.M, samples), n = At(product.N, samples), k = At(product.K, samples);
        (long M, long N)[] shapes = [(m, n), product.TransposeA ? (k, m) : (m, k), product.TransposeB ? (n, k) : (k, n)];
        DeviceMatrix[] matrices = [product.C, product.A, product.B];
        Func<Repetition, BatchExtent>[] steps = [repetition => repetition.C, repetition => repetition.A, repetition => repetition.B];
        return [.. matrices.Zip(shapes, (matrix, shape) => (matrix, shape)).Zip(steps, (pair, step) =>
        {
            long leading = At(pair.matrix.Leading, samples), first = At(pair.matrix.Place.Offset, samples);
            leading.ShouldBeGreaterThanOrEqualTo(pair.shape.M, product.Name);
            long reach = ((pair.shape.N - 1) * leading) + pair.shape.M + product.Repetitions.Sum(repetition => (repetition.Count - 1) * At(step(repetition), samples));
            return new Span(pair.matrix.Place.Region, first, first + reach);
        })];
    }

    private static Span Whole(DeviceOperand operand, int samples)
    {
        long first = At(operand.Place.Offset, samples);
        return new Span(operand.Place.Region, first, first + At(operand.Length, samples));
    }

    private static long At(BatchExtent extent, int samples) => extent.PerSample ? extent.Count * samples : extent.Count;

    /// <summary>Multiply-adds of all products but those with a vector of ones, which are plain sums.</summary>
    private static long Arithmetic(IEnumerable<DeviceCall> calls, int samples) => calls.OfType<DeviceGemm>().Where(product => product.B.Place.Region != DeviceRegion.Ones && product.A.Place.Region != DeviceRegion.Ones)
        .Sum(product => product.Repetitions.Aggregate(At(product.M, samples) * At(product.N, samples) * At(product.K, samples), (count, repetition) => count * repetition.Count));

    /// <summary>Calls of cuBLAS that a product takes: the first repetition is a batch unless it adds up.</summary>
    private static long CallsOf(DeviceGemm product) => product.Repetitions.Skip(product.Repetitions.Count > 0 && product.Repetitions[0].C.Count == 0 ? 0 : 1).Aggregate(1L, (calls, repetition) => calls * repetition.Count);

    /// <summary>Of one sample, counted as Y = A·X·Bᵀ.</summary>
    private static long MultiplyAdds(LayerSpec spec) => spec.Kind switch
    {
        LayerKind.Dense => (long)spec.Outputs * spec.Inputs,
        LayerKind.Structured => (long)spec.Outputs * spec.Structured!.Channels,
        _ => spec.Groups.Sum(g => (long)g.R * (IsBFirst(g) ? ((long)g.N1 * g.N2 * g.M2) + ((long)g.N1 * g.M1 * g.M2) : ((long)g.M1 * g.N1 * g.N2) + ((long)g.M1 * g.N2 * g.M2))),
    };

    /// <summary>A stage takes the time of its multiply-adds, or of the floats it moves, at 24 for each.</summary>
    private static bool IsBFirst(GroupSpec g)
    {
        double terms = g.R, input = (double)g.N1 * g.N2, output = (double)g.M1 * g.M2;
        double afterB = terms * g.N1 * g.M2, afterA = terms * g.M1 * g.N2;
        double b = Math.Max(afterB * g.N2, 24 * (afterB + input)) + Math.Max(terms * g.N1 * output, 24 * (output + afterB));
        double a = Math.Max(afterA * g.N1, 24 * (afterA + input)) + Math.Max(terms * g.N2 * output, 24 * (output + afterA));
        return b <= a;
    }

    private static IEnumerable<Pass> Passes(CudaProgramIr program) =>
    [
        new(nameof(program.Forward), program.Forward, IsForward: true),
        new(nameof(program.Record), program.Record, IsForward: true),
        new(nameof(program.Backward), program.Backward, IsForward: false),
        new(nameof(program.InputGradient), program.InputGradient, IsForward: false),
    ];

    private static string Text(LayerSpec spec) => $"{spec.Kind} {spec.Outputs} × {spec.Inputs}, {string.Join(" + ", spec.Groups.Select(g => $"({g.M1},{g.M2},{g.N1},{g.N2},{g.R}) {g.Formulation}"))} {spec.Structured}, {spec.Image}, {spec.Epilogue}";

    private static IEnumerable<LayerSpec> Layers(int seed, int count)
    {
        var random = new Random(seed);
        return Enumerable.Range(0, count).Select(_ => Random(random)).ToList();
    }

    private static LayerSpec Random(Random random)
    {
        (int M1, int M2)[] outputs = Pick(random, Factorizations);
        (int N1, int N2)[] inputs = Pick(random, Factorizations);
        int rows = outputs[0].M1 * outputs[0].M2, columns = inputs[0].N1 * inputs[0].N2;
        bool perTerm = random.Next(3) == 0;
        ActivationKind activation = (ActivationKind)random.Next(perTerm ? 1 : 0, 8);
        int pieces = activation == ActivationKind.Maxout ? new[] { 2, 3, 4, 5, 1 }.First(each => rows % each == 0) : 1;
        var epilogue = new EpilogueSpec(activation, activation == ActivationKind.LeakyRelu ? 0.1f : 0, pieces, PerTerm: false, (BiasKind)random.Next(2));
        switch (random.Next(8))
        {
            case 0:
                return Dense(epilogue, rows, columns);
            case 1:
                return Structured(epilogue, rows, columns, random.Next(1, columns + 1));
            default:
                break;
        }

        if (perTerm)
        {
            epilogue = epilogue with { PerTerm = true, Bias = (BiasKind)random.Next(3) };
        }

        ImageSpec? image = columns % 36 == 0 ? new ImageSpec(columns / 36, 4, 9) : null;
        GroupSpec[] groups = [.. Enumerable.Range(0, random.Next(1, 4)).Select(_ => Group())];
        LayerSpec spec = Layer(epilogue, groups) with { Image = image };

        // The product may be larger than the layer.
        return pieces == 1 && image is null && random.Next(4) == 0 ? spec with { Inputs = Math.Max(1, columns - random.Next(3)), Outputs = Math.Max(1, rows - random.Next(3)) } : spec;

        GroupSpec Group()
        {
            (int m1, int m2) = Pick(random, outputs);
            (int n1, int n2) = Pick(random, inputs);
            FormulationKind formulation = image is null ? FormulationKind.Matrix : (FormulationKind)random.Next(4);
            (n1, n2) = formulation switch
            {
                FormulationKind.I => (image!.Channels, image.Height * image.Width),
                FormulationKind.II => (image!.Channels * image.Height, image.Width),
                FormulationKind.III => (image!.Channels * image.Width, image.Height),
                _ => (n1, n2),
            };
            return new GroupSpec(m1, m2, n1, n2, Pick(random, [1, 2, 3, 5, 40]), formulation);
        }
    }

    private static CudaProgramIr Lower(LayerSpec spec) => CudaLowering.Lower(spec, LayerPlan.Of(spec)).ShouldNotBeNull();

    private static T Pick<T>(Random random, IReadOnlyList<T> values) => values[random.Next(values.Count)];

    private sealed record Pass(string Name, IEnumerable<DeviceCall> Calls, bool IsForward);

    private readonly record struct Span(DeviceRegion Region, long First, long End);
}
