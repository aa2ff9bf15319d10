using System;
using System.Runtime.CompilerServices;
using Kron.Benchmarks.Measure;

namespace Kron.Benchmarks.Peers.Convolutions;

/// <summary>A convolution by the library: what is timed, and the copies to and from its layouts that are not.</summary>
internal sealed unsafe class OneDnnForward : Candidate
{
    private readonly FloatBuffer _output;
    private readonly Action<string> _check;

    /// <param name="api">The library.</param>
    /// <param name="name">Who computes.</param>
    /// <param name="detail">How.</param>
    /// <param name="hasUsersLayout">Whether input and output lie as the user's, so that all copies are timed.</param>
    /// <param name="output">The user's output.</param>
    /// <param name="check">Compares it with what it must be; is told who computed and how.</param>
    /// <param name="multiplyAdds">Multiply-adds per sample, where they are not the layer's.</param>
    public OneDnnForward(OneDnnApi api, string name, string detail, bool hasUsersLayout, FloatBuffer output, Action<string> check, long? multiplyAdds = null)
    {
        (Name, Detail, HasUsersLayout, MultiplyAdds, _output, _check) = (name, detail, hasUsersLayout, multiplyAdds, output, check);
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

        _check($"{Name} {Detail}");
    }
}
