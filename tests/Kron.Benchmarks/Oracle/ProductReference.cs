using System;
using System.Collections.Generic;
using System.Linq;
using System.Numerics;
using System.Threading.Tasks;
using Kron.Kernels.Tests.Support;

namespace Kron.Benchmarks.Oracle;

/// <summary>What a layer of vectors must compute.</summary>
internal sealed class ProductReference : Reference
{
    // Closer to zero than this, single and double precision may differ about the side, and so about a gradient.
    private const double Kink = 1e-3;

    private readonly SampleSet _samples;
    private readonly LayerCase _layer;
    private readonly double[][] _inputs;
    private readonly List<GroupProduct> _groups = [];
    private readonly List<(int A, int B)> _offsets = [];
    private readonly int _bias;
    private readonly Lazy<double[][]> _outputs;

    public ProductReference(SampleSet samples)
    {
        _samples = samples;
        _layer = samples.Subject.Case;
        if (_layer.Activation is not (Activation.None or Activation.Relu) || _layer.PaddedInputs + _layer.PaddedOutputs > 0)
        {
            throw new NotSupportedException($"{samples.Subject.Name}: only Relu, and no padding.");
        }

        int start = 0;
        foreach (ShapeGroup g in _layer.Groups)
        {
            int b = start + (g.R * g.M1 * g.N1);
            int end = b + (g.R * g.M2 * g.N2);
            _groups.Add(new GroupProduct(g, samples.Parameters.AsSpan(start, b - start), samples.Parameters.AsSpan(b, end - b)));
            _offsets.Add((start, b));
            start = end;
        }

        _bias = start;
        int n = _layer.Inputs;
        _inputs = [.. Enumerable.Range(0, SampleSet.Distinct).Select(s => samples.Inputs.AsSpan(s * n, n).ToArray().Select(v => (double)v).ToArray())];
        _outputs = new(() => _layer.Groups.Count == 0 ? Dense() : [.. _inputs.Select(x => Activate(PreActivations(x)))]);
        if (_layer.Groups.Count > 0 && _layer.Activation == Activation.Relu)
        {
            SilenceKinks();
        }
    }

    public override int Length => _layer.Groups.Count == 0 ? _layer.Inputs : _groups.Sum(g => g.Length);

    public override IReadOnlyList<Range> Tensors
    {
        get
        {
            int[] starts = [.. _offsets.SelectMany(o => new[] { o.A, o.B }), .. _bias < _layer.ParameterCount ? new[] { _bias } : [], _layer.ParameterCount];
            return [.. starts.Zip(starts.Skip(1)).Select(pair => pair.First..pair.Second)];
        }
    }

    public override double[][] Outputs => _outputs.Value;

    protected override Gradient Derive(int batch)
    {
        if (_layer.Groups.Count == 0)
        {
            throw new NotSupportedException("Dense layers are checked forward only.");
        }

        var da = _layer.Groups.Select(g => new double[g.R * g.M1 * g.N1]).ToArray();
        var db = _layer.Groups.Select(g => new double[g.R * g.M2 * g.N2]).ToArray();
        var parameters = new double[_samples.Parameters.Length];
        var inputs = new double[SampleSet.Distinct][];
        for (int place = 0; place < batch; place++)
        {
            int sample = SampleSet.IndexAt(place);
            double[][] sums = Derivatives(sample);
            var dx = new double[_layer.Inputs];
            int term = 0;
            for (int group = 0; group < _groups.Count; group++)
            {
                ShapeGroup shape = _layer.Groups[group];
                double[][] products = [.. Enumerable.Range(term, shape.R).Select(t => sums[sums.Length == 1 ? 0 : t])];
                var own = new double[_layer.Inputs];
                _groups[group].Backward(Read(_inputs[sample], shape), products, da[group], db[group], own);
                Unread(own, shape, dx);
                term += shape.R;
            }

            for (int sum = 0; sum < sums.Length && _layer.Bias != BiasMode.None; sum++)
            {
                int offset = _bias + (_layer.Bias == BiasMode.PerTerm ? sum * _layer.Outputs : 0);
                for (int j = 0; j < _layer.Outputs; j++)
                {
                    parameters[offset + j] += sums[sum][j];
                }
            }

            inputs[sample] = dx;
        }

        for (int group = 0; group < _groups.Count; group++)
        {
            da[group].CopyTo(parameters, _offsets[group].A);
            db[group].CopyTo(parameters, _offsets[group].B);
        }

        return new Gradient(parameters, inputs, _layer.Groups.Max(g => g.M1 + g.M2 + g.N1 + g.N2) * batch);
    }

    /// <summary>The gradient of each sum that the activation is applied to.</summary>
    private double[][] Derivatives(int sample)
    {
        double[] dy = [.. _samples.OutputGradients.AsSpan(sample * _layer.Outputs, _layer.Outputs).ToArray().Select(v => (double)v)];
        return _layer.Activation == Activation.None
            ? [dy]
            : [.. PreActivations(_inputs[sample]).Select(pre => pre.Select((v, j) => v > 0 ? dy[j] : 0).ToArray())];
    }

    private void SilenceKinks()
    {
        for (int sample = 0; sample < SampleSet.Distinct; sample++)
        {
            foreach (double[] pre in PreActivations(_inputs[sample]))
            {
                for (int j = 0; j < pre.Length; j++)
                {
                    if (Math.Abs(pre[j]) < Kink)
                    {
                        _samples.OutputGradients[(sample * _layer.Outputs) + j] = 0;
                    }
                }
            }
        }
    }

    /// <summary>The sums that the activation is applied to: one, or one for each term.</summary>
    private List<double[]> PreActivations(double[] x)
    {
        bool perTerm = _layer.Nonlinearity == Nonlinearity.PerTerm;
        List<double[]> terms = [.. _groups.Zip(_layer.Groups).SelectMany(pair => pair.First.Forward(Read(x, pair.Second)))];
        List<double[]> sums = perTerm ? terms : [Add(terms)];
        for (int sum = 0; sum < sums.Count && _layer.Bias != BiasMode.None; sum++)
        {
            int offset = _bias + (_layer.Bias == BiasMode.PerTerm ? sum * _layer.Outputs : 0);
            for (int j = 0; j < _layer.Outputs; j++)
            {
                sums[sum][j] += _samples.Parameters[offset + j];
            }
        }

        return sums;
    }

    private double[] Activate(List<double[]> sums) =>
        Add([.. sums.Select(sum => _layer.Activation == Activation.Relu ? [.. sum.Select(v => Math.Max(v, 0))] : sum)]);

    private double[][] Dense()
    {
        var outputs = new double[SampleSet.Distinct][];
        Parallel.For(0, SampleSet.Distinct, s =>
        {
            var y = new double[_layer.Outputs];
            for (int j = 0; j < y.Length; j++)
            {
                y[j] = Dot(_samples.Parameters.AsSpan(j * _layer.Inputs, _layer.Inputs), _inputs[s]);
            }

            outputs[s] = y;
        });
        return outputs;
    }

    private static double Dot(ReadOnlySpan<float> a, ReadOnlySpan<double> b)
    {
        Vector<double> sums = Vector<double>.Zero;
        int i = 0;
        for (; i <= a.Length - Vector<float>.Count; i += Vector<float>.Count)
        {
            Vector.Widen(new Vector<float>(a[i..]), out Vector<double> low, out Vector<double> high);
            sums += (low * new Vector<double>(b[i..])) + (high * new Vector<double>(b[(i + Vector<double>.Count)..]));
        }

        double sum = Vector.Sum(sums);
        for (; i < a.Length; i++)
        {
            sum += a[i] * b[i];
        }

        return sum;
    }

    private static double[] Add(List<double[]> parts)
    {
        var sum = new double[parts[0].Length];
        foreach (double[] part in parts)
        {
            for (int i = 0; i < sum.Length; i++)
            {
                sum[i] += part[i];
            }
        }

        return sum;
    }

    /// <summary>The input as the n1 × n2 matrix of a group; formulation III swaps height and width.</summary>
    private double[] Read(double[] x, ShapeGroup g)
    {
        if (g.Formulation != Formulation.III)
        {
            return x;
        }

        var read = new double[x.Length];
        for (int i = 0; i < x.Length; i++)
        {
            read[i] = x[Swapped(i)];
        }

        return read;
    }

    private void Unread(double[] own, ShapeGroup g, double[] dx)
    {
        for (int i = 0; i < own.Length; i++)
        {
            dx[g.Formulation == Formulation.III ? Swapped(i) : i] += own[i];
        }
    }

    /// <summary>Where element (channel, column, row) of the swapped image lies.</summary>
    private int Swapped(int i)
    {
        (_, int h, int w) = _layer.Image;
        (int c, int rest) = Math.DivRem(i, h * w);
        (int column, int row) = Math.DivRem(rest, h);
        return (((c * h) + row) * w) + column;
    }
}
