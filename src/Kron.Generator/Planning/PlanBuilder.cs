using System.Collections.Generic;
using System.Linq;
using Kron.Generator.Spec;
using Kron.Generator.Support;

namespace Kron.Generator.Planning;

/// <summary>The forward dataflow as the formulas state it, before any legalising or placing.</summary>
internal sealed record ForwardPlan(IReadOnlyList<Node> Nodes, EquatableArray<string> Orders);

/// <summary>What the planners of all layer kinds share: the layer's tensors, and what follows its sums.</summary>
internal sealed class PlanBuilder
{
    private readonly LayerSpec _spec;
    private readonly List<Node> _nodes = [];
    private int _parameters;

    public PlanBuilder(LayerSpec spec)
    {
        _spec = spec;
        WindowSpec? window = spec.Window;
        Input = new Tensor("x", Region.Input, window is null ? [spec.Inputs] : [window.Channels, window.Height, window.Width], PerSample: true);
        Output = new Tensor("y", Region.Output, [spec.Channels / spec.Epilogue.Pieces, .. PixelExtents], PerSample: true);
    }

    /// <summary>One sample: a vector, or an image [channels, height, width].</summary>
    public Tensor Input { get; }

    /// <summary>Likewise.</summary>
    public Tensor Output { get; }

    /// <summary>The pixels of the output: none for a vector.</summary>
    public IReadOnlyList<Dim> Pixels => _spec.Window is null ? [] : [new Dim("py", _spec.Window.OutHeight), new Dim("px", _spec.Window.OutWidth)];

    public IReadOnlyList<AxisIndex> PixelAxes => [.. Pixels.Select(d => AxisIndex.Of((d.Name, 1)))];

    private IEnumerable<int> PixelExtents => Pixels.Select(d => d.Extent);

    public void Add(Node node) => _nodes.Add(node);

    public ForwardPlan Build(IEnumerable<string> orders) => new(_nodes, orders.ToEquatableArray());

    /// <summary>The next parameter in canonical order.</summary>
    public Tensor Parameter(string name, params int[] extents)
    {
        var tensor = new Tensor(name, Region.Parameters, new(extents), PerSample: false, _parameters);
        _parameters = checked(_parameters + tensor.Size);
        return tensor;
    }

    public static Tensor Intermediate(string name, params int[] extents) => new(name, Region.Scratch, new(extents), PerSample: true);

    /// <summary>An intermediate with the output's pixels.</summary>
    public Tensor Image(string name, params int[] leading) => Intermediate(name, [.. leading, .. PixelExtents]);

    public Tensor? Bias(int terms) => _spec.Epilogue.Bias switch
    {
        BiasKind.None => null,
        BiasKind.PerTerm => Parameter("bias", terms, _spec.Channels),
        _ => Parameter("bias", _spec.Channels),
    };

    /// <summary>Bias, activation, and with <paramref name="terms"/> the sum over them.</summary>
    /// <param name="sum">Pre-activations without bias, [channels, pixels], or [terms, channels, pixels]; channels may be padded.</param>
    /// <param name="bias">The bias, or null.</param>
    /// <param name="suffix">Tells the shape group's nodes from other groups'.</param>
    /// <param name="terms">Sums that the activation is applied to one by one, or null for one sum.</param>
    /// <param name="firstTerm">The first term's row of the bias.</param>
    /// <param name="accumulate">Whether the output holds other groups' terms already.</param>
    public void Finish(Tensor sum, Tensor? bias, string suffix = "", int? terms = null, int firstTerm = 0, bool accumulate = false)
    {
        EpilogueSpec epilogue = _spec.Epilogue;
        bool maxout = epilogue.Activation == ActivationKind.Maxout;
        bool linear = epilogue.Activation == ActivationKind.None;
        int outputs = Output.Extents[0];
        Dim[] term = terms is null ? [] : [new Dim("i", terms.Value)];
        AxisIndex[] termAxis = terms is null ? [] : [AxisIndex.Of(("i", 1))];
        AxisIndex j = AxisIndex.Of(("j", 1));

        Access At(Tensor tensor, AxisIndex channel) => new(tensor, [.. termAxis, channel, .. PixelAxes]);

        // Pre-activations; the adjoint reads them, so they are a tensor of their own.
        Tensor pre = sum;
        if (bias is not null)
        {
            AxisIndex[] biasTerm = epilogue.Bias == BiasKind.PerTerm ? [AxisIndex.Of(("i", 1)) with { Offset = firstTerm }] : [];
            Expression value = new Read(At(sum, j)) + new Read(new Access(bias, [.. biasTerm, j]));
            pre = linear ? Output : Image("p" + suffix, [.. term.Select(t => t.Extent), _spec.Channels]);
            _nodes.Add(new Map("Bias" + suffix, [.. term, new Dim("j", _spec.Channels), .. Pixels], At(pre, j), Fold.Store, value, false));
        }

        if (maxout)
        {
            Tensor maximum = terms is null ? Output : Image("t" + suffix, terms.Value, outputs);
            _nodes.Add(new Map(
                "Maxout" + suffix,
                [.. term, new Dim("j", outputs), .. Pixels, new Dim("q", epilogue.Pieces)],
                At(maximum, j),
                Fold.Max,
                new Read(At(pre, AxisIndex.Of(("j", epilogue.Pieces), ("q", 1)))),
                false));
            pre = maximum;
        }

        if (!ReferenceEquals(pre, Output))
        {
            Expression value = new Read(At(pre, j));
            _nodes.Add(new Map(
                (maxout ? "Sum" : epilogue.Activation.ToString()) + suffix,
                [.. term, new Dim("j", outputs), .. Pixels],
                new Access(Output, [j, .. PixelAxes]),
                terms is null ? Fold.Store : Fold.Add,
                maxout || linear ? value : new ActivationExpression(epilogue.Activation, epilogue.Slope, value),
                accumulate));
        }
    }
}
