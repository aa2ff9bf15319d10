using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Reflection;
using Kron.Decomposition;
using Kron.IO;
using Kron.Kernels.Tests.Support;
using Shouldly;
using Xunit;

namespace Kron.Kernels.Tests.Classes;

/// <summary>What a generated class promises beside its arithmetic.</summary>
public class GeneratedClassTests
{
    private delegate ILayer FromDense(ReadOnlySpan<float> weight, ReadOnlySpan<float> bias, FitOptions? options);

    private delegate void ToDense(Span<float> weight);

    [Fact]
    public void A_wrong_length_names_both_lengths_and_touches_nothing()
    {
        foreach ((_, ILayer compiled) in CaseBatch.OfEveryKind())
        {
            Refusals.OfWrongLengths(compiled);
        }
    }

    [Fact]
    public void Spans_that_overlap_are_refused()
    {
        foreach ((_, ILayer compiled) in CaseBatch.OfEveryKind())
        {
            Refusals.OfOverlaps(compiled);
        }
    }

    [Fact]
    public void A_layer_fits_the_dense_weight_it_stands_for()
    {
        foreach ((LayerCase layer, Type type) in OfEveryKind().Where(pair => pair.Layer.HasExactFit))
        {
            var original = (ILayer)Activator.CreateInstance(type)!;
            original.Initialize(seed: 15);
            float[] weight = Weight(original, layer);
            int biases = layer.Bias == BiasMode.None ? 0 : layer.BiasSize;
            float[] bias = original.Parameters[^biases..].ToArray();

            ILayer fitted = type.GetMethod("FromDense", [typeof(ReadOnlySpan<float>), typeof(ReadOnlySpan<float>), typeof(FitOptions)])!.CreateDelegate<FromDense>()(weight, bias, null);
            fitted.Parameters[^biases..].ToArray().ShouldBe(bias);
            double distance = Math.Sqrt(Weight(fitted, layer).Zip(weight, (a, b) => ((double)a - b) * (a - b)).Sum()), norm = Math.Sqrt(weight.Sum(w => (double)w * w));
            distance.ShouldBeLessThan(2e-6 * norm, layer.ToString());
        }
    }

    [Fact]
    public void A_saved_layer_is_a_weight_and_a_saved_weight_is_a_layer()
    {
        string path = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());
        int same = 0;
        foreach ((LayerCase layer, Type type) in CompiledCases.Essential.Compiled.Where(pair =>
            pair.Layer.Nonlinearity == Nonlinearity.AfterSum && pair.Layer.Groups.Count > 0 && pair.Layer.Bias != BiasMode.PerTerm))
        {
            try
            {
                var original = (ILayer)Activator.CreateInstance(type)!;
                original.Initialize(seed: 18);
                ModelFile.Save(path, original);
                KroneckerWeight weight = KroneckerWeight.Load(path);
                var dense = new float[layer.Outputs * layer.Inputs];
                weight.ToDense(dense);
                dense.ShouldBe(Weight(original, layer), layer.ToString());

                // The activation is no part of the weight, all else is.
                string attributes = ((INamedParameters)original).Attributes;
                if (layer.Activation == Activation.None)
                {
                    weight.Attributes.ShouldBe(attributes);
                    same++;
                }

                weight.Save(path);
                var copy = (ILayer)Activator.CreateInstance(type)!;
                ModelFile.Load(path, copy);
                copy.Parameters.ToArray().ShouldBe(original.Parameters.ToArray());
            }
            finally
            {
                File.Delete(path);
            }
        }

        same.ShouldBeGreaterThan(3);
    }

    [Fact]
    public void The_dense_weight_is_what_the_oracle_applies()
    {
        foreach ((LayerCase layer, Type type) in CompiledCases.Essential.Compiled.Where(pair => pair.Layer.Nonlinearity == Nonlinearity.AfterSum))
        {
            var compiled = (ILayer)Activator.CreateInstance(type)!;
            compiled.Initialize(seed: 16);
            float[] weight = Weight(compiled, layer);

            // The linear map of a unit vector is a column.
            LayerCase linear = layer with { Activation = Activation.None, Bias = BiasMode.None };
            double[] parameters = [.. compiled.Parameters[..linear.ParameterCount].ToArray().Select(v => (double)v)];
            foreach (int column in new[] { 0, layer.Inputs / 2, layer.Inputs - 1 })
            {
                var unit = new double[layer.Inputs];
                unit[column] = 1;
                double[] expected = new Oracle(linear, parameters).Forward(unit);
                for (int row = 0; row < layer.Outputs; row++)
                {
                    ((double)weight[(row * layer.Inputs) + column]).ShouldBe(expected[row], 1e-6 * (1 + Math.Abs(expected[row])), $"{layer}: [{row}, {column}]");
                }
            }
        }
    }

    [Fact]
    public void The_dense_kernel_makes_a_dense_convolution_of_the_same_outputs()
    {
        foreach ((LayerCase layer, Type type) in OfEveryKind().Where(pair => pair.Layer.Nonlinearity == Nonlinearity.AfterSum && pair.Layer.Sliding is not null))
        {
            var compiled = (ILayer)Activator.CreateInstance(type)!;
            compiled.Initialize(seed: 16);
            LayerCase linear = layer with { Activation = Activation.None, Bias = BiasMode.None };
            LayerCase dense = ConvolutionCases.DenseOf(layer.OutputChannels, layer.InputChannels, layer.Kernel.H, layer.Kernel.W, layer.Sliding!) with { Bias = BiasMode.None };
            double[] x = Widen(new Random(17).Floats(layer.Inputs)), y = new Oracle(dense, Widen(Weight(compiled, layer))).Forward(x);
            double[] expected = new Oracle(linear, Widen(compiled.Parameters[..linear.ParameterCount].ToArray())).Forward(x);
            for (int i = 0; i < y.Length; i++)
            {
                y[i].ShouldBe(expected[i], 1e-5, $"{layer}: y[{i}]");
            }
        }
    }

    [Fact]
    public void A_saved_layer_loads_with_the_same_results()
    {
        string path = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());
        try
        {
            foreach ((LayerCase layer, Type type) in OfEveryKind())
            {
                var saved = (ILayer)Activator.CreateInstance(type)!;
                saved.Initialize(seed: 17);
                type.GetMethod("Save")!.Invoke(saved, [path]);
                var loaded = (ILayer)type.GetMethod("Load")!.Invoke(null, [path])!;
                loaded.Parameters.ToArray().ShouldBe(saved.Parameters.ToArray(), layer.ToString());

                float[] x = new Random(18).Floats(layer.Inputs), y = new float[layer.OutputSize], again = new float[y.Length];
                saved.Forward(x, y);
                loaded.Forward(x, again);
                again.ShouldBe(y, layer.ToString());
            }
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Fact]
    public void Info_counts_what_a_reader_would_count()
    {
        foreach ((LayerCase layer, Type type) in OfEveryKind())
        {
            var info = (LayerInfo)type.GetProperty("Info")!.GetValue(null)!;
            info.Parameters.ShouldBe(layer.ParameterCount, layer.ToString());
            info.InputSize.ShouldBe(layer.Inputs);
            info.PreActivations.ShouldBe(layer.Outputs);
            info.OutputSize.ShouldBe(layer.OutputSize);
            info.DenseMultiplyAdds.ShouldBe(layer.WeightSize * layer.Pixels);
            info.DenseParameters.ShouldBe(layer.WeightSize + (layer.Bias == BiasMode.None ? 0 : layer.BiasSize));
            info.Targets.Select(target => target.Target).Order().ShouldBe(CompiledLayers.Runnable.Order());
            info.Targets.ShouldAllBe(target => target.SampleBlock >= 1 && target.Schedule.Count > 0);
        }
    }

    [Fact]
    public void Info_counts_the_multiply_adds_of_the_cheaper_order()
    {
        foreach ((LayerCase layer, Type type) in CompiledCases.Essential.Compiled)
        {
            var info = (LayerInfo)type.GetProperty("Info")!.GetValue(null)!;

            // X [n1, n2] is multiplied by A [m1, n1] and by B [m2, n2].
            int products = layer.Groups.Sum(g => g.R * Math.Min((g.M1 * g.N1 * g.N2) + (g.M1 * g.N2 * g.M2), (g.N1 * g.N2 * g.M2) + (g.M1 * g.N1 * g.M2)));
            info.MultiplyAdds.ShouldBe(layer.Groups.Count == 0 ? layer.Inputs * layer.Outputs : products, layer.ToString());
        }
    }

    [Fact]
    public void A_target_without_kernels_here_is_refused()
    {
        KernelTarget missing = Enum.GetValues<KernelTarget>().First(target => target != KernelTarget.Best && !CompiledLayers.Runnable.Contains(target));
        Type type = CompiledCases.Essential.Compiled.First().Type;
        Should.Throw<TargetInvocationException>(() => CompiledLayers.Create(type, missing))
            .InnerException.ShouldBeOfType<PlatformNotSupportedException>().Message.ShouldContain(missing.ToString());
    }

    private static IEnumerable<(LayerCase Layer, Type Type)> OfEveryKind() =>
        new[] { CompiledCases.Essential, CompiledCases.Convolutions, CompiledCases.Structured }.SelectMany(batch => batch.Compiled);

    private static double[] Widen(float[] values) => [.. values.Select(v => (double)v)];

    private static float[] Weight(ILayer compiled, LayerCase layer)
    {
        var weight = new float[layer.WeightSize];
        compiled.GetType().GetMethod("ToDense")!.CreateDelegate<ToDense>(compiled)(weight);
        return weight;
    }
}
