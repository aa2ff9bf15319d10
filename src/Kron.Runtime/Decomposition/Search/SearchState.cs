using System;
using System.Collections.Generic;
using System.Linq;
using Kron.CompilerServices;

namespace Kron.Decomposition;

/// <summary>Groups that candidates begin with, and what they leave over of the weight.</summary>
internal sealed unsafe class SearchState
{
    // Keeps what the pointer leads to; null for the weight itself.
    private readonly float[]? _rest;
    private readonly float* _weight;
    private readonly int _outputs;
    private readonly int _inputs;

    /// <summary>No groups: all of a weight is left, which must stay where it is as long as the state is used.</summary>
    public SearchState(float* weight, int outputs, int inputs, double energy)
    {
        _weight = weight;
        (_outputs, _inputs, Energy, Groups) = (outputs, inputs, energy, []);
    }

    private SearchState(SearchState before, ShapeGroup group, float[] rest, float* pointer, double energy)
    {
        _weight = pointer;
        (_rest, _outputs, _inputs, Energy, Groups) = (rest, before._outputs, before._inputs, energy, [.. before.Groups, group]);
    }

    public IReadOnlyList<ShapeGroup> Groups { get; }

    /// <summary>The squared norm of what is left over, in entries that exist.</summary>
    public double Energy { get; }

    public long Parameters => Groups.Sum(group => new SearchShape(group).Parameters * group.R);

    public long MultiplyAdds => Groups.Sum(group => LayerCosts.MultiplyAdds(group));

    /// <summary>What is left over, to be rearranged by any shape.</summary>
    public WeightSource Rest => new(_weight, _outputs, _inputs, null);

    /// <summary>Fits one group more to what is left over.</summary>
    public SearchState With(ShapeGroup group, FitOptions options)
    {
        float[] rest = GC.AllocateUninitializedArray<float>(_outputs * _inputs, pinned: true);
        new ReadOnlySpan<float>(_weight, rest.Length).CopyTo(rest);
        fixed (float* pointer = rest)
        {
            var matrix = new RearrangedMatrix(new WeightSource(pointer, _outputs, _inputs, null), group);
            KroneckerFactors factors = KroneckerFactors.Compute(matrix, group, Energy, options);
            using KroneckerSum sum = KroneckerSum.Load<double>(matrix, group.R, factors.A, factors.B, -1);
            double energy = sum.AddTo(read: true, write: true);
            return new SearchState(this, group, rest, pointer, energy);
        }
    }
}
