using System;
using System.Collections.Generic;
using System.Linq;

namespace Kron.Benchmarks.Oracle;

/// <summary>What a layer must compute for a <see cref="SampleSet"/>, in double, by loops that share nothing with the compiler.</summary>
internal abstract class Reference
{
    private readonly Dictionary<int, Gradient> _gradients = [];

    /// <summary>Values added up in one output: what the rounding error grows with.</summary>
    public abstract int Length { get; }

    /// <summary>Where each tensor lies in the parameters; errors are judged tensor by tensor.</summary>
    public abstract IReadOnlyList<Range> Tensors { get; }

    /// <summary>The outputs of the different samples.</summary>
    public abstract double[][] Outputs { get; }

    /// <summary>The gradients of a batch.</summary>
    public Gradient Gradients(int batch)
    {
        // Whole blocks of 16 places hold every sample equally often.
        int distinct = batch % SampleSet.Distinct == 0 ? SampleSet.Distinct : batch;
        if (!_gradients.TryGetValue(distinct, out Gradient? gradient))
        {
            gradient = Derive(distinct);
            _gradients.Add(distinct, gradient);
        }

        return distinct == batch ? gradient : gradient with { Parameters = [.. gradient.Parameters.Select(v => v * batch / distinct)] };
    }

    /// <summary>The gradients of a batch that holds no sample twice, or each equally often.</summary>
    protected abstract Gradient Derive(int batch);
}
