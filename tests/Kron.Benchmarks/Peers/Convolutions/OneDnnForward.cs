using System;
using System.Runtime.CompilerServices;
using Kron.Benchmarks.Measure;
using Kron.Benchmarks.Oracle;

namespace Kron.Benchmarks.Peers.Convolutions;

/// <summary>A convolution by the library: what is timed, and the copies to and from its layouts that are not.</summary>
internal sealed unsafe class OneDnnForward : Candidate
{
    private readonly Workload _workload;
    private readonly int _length;
    private readonly double _growth;
    private readonly FloatBuffer _output;

    /// <param name="api">The library.</param>
    /// <param name="name">Who computes.</param>
    /// <param name="detail">How.</param>
    /// <param name="hasUsersLayout">Whether input and output lie as the user's, so that all copies are timed.</param>
    /// <param name="workload">The layer and its samples.</param>
    /// <param name="output">The user's output.</param>
    /// <param name="length">Values added up in one output.</param>
    /// <param name="growth">How many times as large rounding errors its algorithm has.</param>
    /// <param name="multiplyAdds">Multiply-adds per sample, where they are not the layer's.</param>
    public OneDnnForward(
        OneDnnApi api, string name, string detail, bool hasUsersLayout, Workload workload, FloatBuffer output, int length, double growth = 1, long? multiplyAdds = null)
    {
        MultiplyAdds = multiplyAdds;
        (Name, Detail, HasUsersLayout, _workload, _output, _length, _growth) = (name, detail, hasUsersLayout, workload, output, length, growth);
        Timed = new Steps(api);
        (Enter, Leave) = hasUsersLayout ? (Timed, Timed) : (new Steps(api), new Steps(api));
    }

    public override string Name { get; }

    public override string Detail { get; }

    public override bool HasUsersLayout { get; }

    public override long? MultiplyAdds { get; }

    /// <summary>What is timed.</summary>
    public Steps Timed { get; }

    /// <summary>The copies of the input.</summary>
    public Steps Enter { get; }

    /// <summary>The copies of the output.</summary>
    public Steps Leave { get; }

    /// <summary>Copies the input, where that is not timed.</summary>
    public void Begin()
    {
        if (!HasUsersLayout)
        {
            Enter.Run();
        }
    }

    /// <summary>Memory for any of these.</summary>
    public float* Allocate(long floats) => Timed.Allocate(floats);

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void Run(int calls)
    {
        for (int call = 0; call < calls; call++)
        {
            Timed.Run();
        }
    }

    public override void Check()
    {
        _output.Span.Fill(float.NaN);
        Run(1);
        if (!HasUsersLayout)
        {
            Leave.Run();
        }

        Agreement.Batch($"{Name} {Detail} {_workload.Subject.Name}", _output.Span, _workload.Reference.Outputs, _length, _growth);
    }
}
