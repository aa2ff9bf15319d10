using System;
using System.Collections.Generic;
using System.Linq;
using Kron.Kernels.Tests.Support;

namespace Kron.Arm64.Checks;

/// <summary>A layer that is checked on ARM64, and the checks. Both the program and the tests that read its lines hold the same list of them.</summary>
internal abstract record CheckedCase
{
    /// <summary>A whole sample block and single samples.</summary>
    protected const int Batch = 19;

    /// <summary>Tells it from all others.</summary>
    public abstract string Name { get; }

    /// <summary>NEON first.</summary>
    public IReadOnlyList<KernelTarget> Targets { get; init; } = [KernelTarget.AdvSimd];

    /// <summary>Names of the checks, in order.</summary>
    public abstract IReadOnlyList<string> Checks { get; }

    /// <summary>Runs the checks: what is computed, with the caller's buffers flush against unreadable pages, and what is refused.</summary>
    /// <returns>One value for each check.</returns>
    /// <exception cref="InvalidOperationException">The layer did what it must not do.</exception>
    public abstract IEnumerable<Deviation> Run(ILayer layer);

    /// <summary>Names of results that are computed with the guard on either side.</summary>
    protected static IReadOnlyList<string> OnBothSides(IReadOnlyList<string> results) => [.. new[] { false, true }.SelectMany(atEnd => results.Select(result => Sided(result, atEnd)))];

    /// <summary>Computes with the guard on either side.</summary>
    protected static IEnumerable<Deviation> OnBothSides(Func<bool, IEnumerable<Deviation>> compute) =>
        new[] { false, true }.SelectMany(atEnd => compute(atEnd).Select(deviation => deviation with { What = Sided(deviation.What, atEnd) }));

    private static string Sided(string result, bool atEnd) => result + (atEnd ? ", guard behind" : ", guard before");
}
