using System.Collections.Generic;
using System.Linq;
using Kron.Generator.Ir;
using Kron.Generator.Spec;
using Kron.Generator.Support;

namespace Kron.Generator.Planning;

/// <summary>
/// Makes the passes of batch normalisation, y = f(γ·x̂ + β) with x̂ = (x − μ) / √(σ² + ε) for each channel (Ioffe and Szegedy,
/// arXiv 1502.03167).
/// </summary>
/// <remarks>
/// <para>
/// A block of samples has its mean and squared deviations taken in two steps, with what rounding left of the mean corrected for, and is
/// merged with those before it (Chan, Golub and LeVeque): nothing is lost however large the mean is beside the deviation. Inputs
/// are centred before they are scaled, for the same reason.
/// </para>
/// <para>
/// With g = dy·f′, N values of a channel and means over them, dβ = Σ g, dγ = Σ g·x̂ and
/// dx = γ / √(σ² + ε) · (g − mean(g) − x̂·mean(g·x̂)). Both passes compute x̂ and f′ anew from the input, so the tape holds no samples.
/// </para>
/// </remarks>
internal sealed class NormalizationPlanner
{
    private readonly LayerSpec _spec;
    private readonly NormalizationSpec _constants;
    private readonly Dictionary<Region, int> _floats = [];
    private readonly Dictionary<Tensor, Read> _reads = [];
    private readonly Dim[] _dims;
    private readonly Tensor _input;
    private readonly Tensor _output;
    private readonly Expression _x;
    private readonly Tensor _weight;
    private readonly Tensor _bias;

    // The statistics of the batch.
    private readonly Tensor _count;
    private readonly Tensor _mean;
    private readonly Tensor _squares;
    private readonly Tensor _inverse;
    private readonly Tensor _scale;
    private readonly Expression _centred;

    private NormalizationPlanner(LayerSpec spec)
    {
        (_spec, _constants) = (spec, spec.Normalization!);
        var plan = new PlanBuilder(spec);
        (_input, _output) = (plan.Input, plan.Output);
        _dims = [new Dim("c", spec.Channels), .. plan.Pixels];
        _weight = plan.Parameter("weight", spec.Channels);
        _bias = plan.Parameter("bias", spec.Channels);
        _count = New("count", Region.Batch, 1);
        _mean = PerChannel("mean", Region.Batch);
        _squares = PerChannel("squares", Region.Batch);
        _inverse = PerChannel("inverse", Region.Batch);
        _scale = PerChannel("scale", Region.Batch);
        _x = new Read(Pixel(_input));
        _centred = _x - Channel(_mean);
    }

    private Expression Count => new Read(new Access(_count, [AxisIndex.Of()]));

    private Expression Normalized => _centred * Channel(_inverse);

    /// <summary>dy·f′(z).</summary>
    private Expression Outer
    {
        get
        {
            Expression outer = new Read(Pixel(_output with { Name = "dy", Region = Region.OutputGradient }));
            return _spec.Epilogue.Activation == ActivationKind.None
                ? outer
                : outer * new ActivationDerivative(_spec.Epilogue.Activation, _spec.Epilogue.Slope, Affine(_centred, _scale));
        }
    }

    public static LayerPlan Plan(LayerSpec spec) => new NormalizationPlanner(spec).Plan();

    private LayerPlan Plan()
    {
        // What inference reads: the running statistics as they were committed.
        Tensor runningMean = PerChannel("running_mean", Region.State, align: false), runningVariance = PerChannel("running_var", Region.State, align: false);
        Tensor mean = PerChannel("mean", Region.Packed), scale = PerChannel("scale", Region.Packed);
        Dataflow commit = Flow(
            Store("Mean", mean, Channel(runningMean)),
            Store("Scale", scale, Channel(_weight) / Deviation(Channel(runningVariance))));

        Dataflow measure = Measure();
        Dataflow settle = Flow(
            Store("Inverse", _inverse, 1f / Deviation(Channel(_squares) / Count)),
            Store("Scale", _scale, Channel(_weight) * Channel(_inverse)),
            Store("RunningMean", runningMean, Running(runningMean, Channel(_mean))),
            Store("RunningVariance", runningVariance, Running(runningVariance, Channel(_squares) / (Count - 1f))));

        Tensor sum = PerChannel("dbias_sum", Region.BatchGradient), product = PerChannel("dweight_sum", Region.BatchGradient);
        Tensor meanSum = PerChannel("dbias_mean", Region.BatchGradient), meanProduct = PerChannel("dweight_mean", Region.BatchGradient);
        Dataflow settleGradient = Flow(
            Store("GradientBias", _bias with { Name = "dbias", Region = Region.Gradients }, Channel(sum)) with { Accumulate = true },
            Store("GradientWeight", _weight with { Name = "dweight", Region = Region.Gradients }, Channel(product)) with { Accumulate = true },
            Store("MeanGradient", meanSum, Channel(sum) / Count),
            Store("MeanProduct", meanProduct, Channel(product) / Count));
        Expression gradient = Channel(_scale) * (Outer - Channel(meanSum) - (Normalized * Channel(meanProduct)));

        return new LayerPlan(
            Forward: Flow(Normalize(mean, scale)),
            Record: Flow(Normalize(_mean, _scale)),
            Backward: Flow(Sum("SumGradient", sum, Outer), Sum("SumProduct", product, Outer * Normalized)),
            InputGradient: Flow(new Map("GradientX", new(_dims), Pixel(_input with { Name = "dx", Region = Region.InputGradient }), Fold.Store, gradient, false)),
            ForwardScratch: 0,
            BackwardScratch: 0,
            Tape: 0,
            Orders: [])
        {
            Commit = commit,
            CommittedFloats = _floats[Region.Packed],
            Batch = new BatchPlan(measure, settle, settleGradient, _floats[Region.Batch], _floats[Region.BatchGradient]),
        };
    }

    private Dataflow Measure()
    {
        Tensor blockMean = PerChannel("block_mean", Region.Batch), blockRest = PerChannel("block_rest", Region.Batch), blockSquares = PerChannel("block_squares", Region.Batch);
        Expression values = new SampleCount() * (float)_spec.Pixels, share = 1f / values;
        Expression deviation = _x - Channel(blockMean);
        Expression difference = Channel(blockMean) + Channel(blockRest) - Channel(_mean);
        Expression weight = values / (Count + values);
        return Flow(
            Sum("BlockMean", blockMean, _x * share) with { Accumulate = false },
            Sum("BlockRest", blockRest, deviation * share) with { Accumulate = false },
            Sum("BlockSquares", blockSquares, deviation * deviation) with { Accumulate = false },
            Store("MergeSquares", _squares, Channel(blockSquares) - (values * (Channel(blockRest) * Channel(blockRest))) + (difference * difference * (Count * weight))) with { Accumulate = true },
            Store("MergeMean", _mean, difference * weight) with { Accumulate = true },
            new Map("Count", [], new Access(_count, [AxisIndex.Of()]), Fold.Store, values, Accumulate: true));
    }

    private Map Normalize(Tensor mean, Tensor scale)
    {
        Expression value = Affine(_x - Channel(mean), scale);
        return new Map(
            "Normalize",
            new(_dims),
            Pixel(_output),
            Fold.Store,
            _spec.Epilogue.Activation == ActivationKind.None ? value : new ActivationExpression(_spec.Epilogue.Activation, _spec.Epilogue.Slope, value),
            Accumulate: false);
    }

    private Expression Affine(Expression centred, Tensor scale) => Expression.MultiplyAdd(centred, Channel(scale), Channel(_bias));

    private Expression Deviation(Expression variance) => Expression.SquareRoot(variance + _constants.Epsilon);

    private Expression Running(Tensor running, Expression batch) =>
        (Channel(running) * (float)(1 - (double)_constants.Momentum)) + (batch * _constants.Momentum);

    /// <summary>Adds up a channel's values of the block.</summary>
    private Map Sum(string name, Tensor to, Expression value) => new(name, new(_dims), new Access(to, [AxisIndex.Of(("c", 1))]), Fold.Add, value, Accumulate: true);

    private Map Store(string name, Tensor to, Expression value) => new(name, [_dims[0]], new Access(to, [AxisIndex.Of(("c", 1))]), Fold.Store, value, Accumulate: false);

    /// <summary>A channel's value, read once by all that share the expression.</summary>
    private Expression Channel(Tensor tensor)
    {
        if (!_reads.TryGetValue(tensor, out Read? read))
        {
            _reads[tensor] = read = new Read(new Access(tensor, [AxisIndex.Of(("c", 1))]));
        }

        return read;
    }

    private Access Pixel(Tensor tensor) => new(tensor, _dims.Select(d => AxisIndex.Of((d.Name, 1))).ToEquatableArray());

    private Tensor PerChannel(string name, Region region, bool align = true) => New(name, region, _spec.Channels, align);

    private Tensor New(string name, Region region, int extent, bool align = true)
    {
        _floats.TryGetValue(region, out int offset);
        _floats[region] = checked(offset + (align ? CacheLines.Align(extent) : extent));
        return new Tensor(name, region, [extent], PerSample: false, offset);
    }

    private static Dataflow Flow(params Node[] nodes) => new(nodes.ToEquatableArray());
}
