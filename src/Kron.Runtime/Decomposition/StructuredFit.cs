using System;
using System.Diagnostics;

namespace Kron.Decomposition;

/// <summary>
/// Projects dense weights on structured ones, W = A·α with A ∈ {0, 1} such that a structured layer is a sum-pooling of its input and a
/// smaller dense layer α on what it gives.
/// </summary>
/// <remarks>
/// Y. Bhalgat, Y. Zhang, J. Lin and F. Porikli, "Structured convolutions for efficient neural network design", arXiv 2008.02454. A is the
/// Kronecker product of one <see cref="WindowMatrix"/> for each axis, so α = A⁺·W and the projection A·A⁺·W are computed axis by axis, in double
/// precision. The structural residual ‖(I − A·A⁺)W‖_F/‖W‖_F, which their regulariser trains down, is the report's
/// <see cref="FitReport.RelativeError"/>, measured on α in single precision.
/// </remarks>
public static class StructuredFit
{
    /// <summary>Projects a fully-connected weight: Ŵ[p, i] = Σ_j α[p, j] over 0 ≤ i − j ≤ inputs − structuredInputs.</summary>
    /// <param name="weight">W [outputs × inputs], row-major.</param>
    /// <param name="outputs">P.</param>
    /// <param name="inputs">Q.</param>
    /// <param name="structuredInputs">R, at most Q: what sum-pooling with window Q − R + 1 leaves.</param>
    /// <param name="alpha">Receives α [outputs × structuredInputs], row-major.</param>
    /// <param name="options">Of these, the token and the weight's name; null for the defaults.</param>
    /// <returns>What was reached; multiply-adds are per sample.</returns>
    /// <exception cref="ArgumentException">A size or a length does not fit or an entry is not finite; nothing is written.</exception>
    public static FitReport Project(
        ReadOnlySpan<float> weight, int outputs, int inputs, int structuredInputs, Span<float> alpha, FitOptions? options = null) =>
        Project(weight, outputs, (inputs, 1, 1), (structuredInputs, 1, 1), alpha, options);

    /// <summary>Projects a convolution's kernels.</summary>
    /// <param name="weight">W [outputs, C, h, w], row-major.</param>
    /// <param name="outputs">Output channels.</param>
    /// <param name="kernel">C, h and w.</param>
    /// <param name="structured">Channels, height and width of α's kernels, each at most the kernel's.</param>
    /// <param name="alpha">Receives α [outputs, c, n_h, n_w], row-major.</param>
    /// <param name="options">Of these, the token and the weight's name; null for the defaults.</param>
    /// <returns>What was reached; multiply-adds are per output position.</returns>
    /// <exception cref="ArgumentException">A size or a length does not fit or an entry is not finite; nothing is written.</exception>
    public static unsafe FitReport Project(
        ReadOnlySpan<float> weight,
        int outputs,
        (int Channels, int Height, int Width) kernel,
        (int Channels, int Height, int Width) structured,
        Span<float> alpha,
        FitOptions? options = null)
    {
        long start = Stopwatch.GetTimestamp();
        options ??= FitOptions.Default;
        options.Validate(nameof(options));
        (int length, int reduced) = Check(outputs, kernel, structured, weight.Length, alpha.Length);
        double energy = WeightChecks.Energy(weight, length, options.WeightName);

        var result = new float[alpha.Length];
        int slices = MatrixKernels.SliceCount(weight.Length);
        var errors = new double[slices];
        fixed (float* source = weight, target = result)
        {
            float* values = source, solution = target;
            PartRunner.Run(
                slices,
                slice =>
                {
                    using var axes = new StructuredAxes(kernel, structured);
                    for (long row = (long)outputs * slice / slices; row < (long)outputs * (slice + 1) / slices; row++)
                    {
                        options.CancellationToken.ThrowIfCancellationRequested();
                        var original = new ReadOnlySpan<float>(values + (row * length), length);
                        var rounded = new Span<float>(solution + (row * reduced), reduced);
                        axes.Project(original, rounded);
                        errors[slice] += axes.SquaredDistance(original, rounded);
                    }
                },
                options.CancellationToken);
        }

        double rest = 0;
        foreach (double error in errors)
        {
            rest += error;
        }

        result.CopyTo(alpha);
        double relative = energy > 0 ? Math.Sqrt(rest / energy) : 0;
        return new FitReport
        {
            RelativeError = relative,
            GreedyError = relative,
            Groups = [],
            Parameters = alpha.Length,
            DenseParameters = weight.Length,
            MultiplyAdds = alpha.Length,
            DenseMultiplyAdds = weight.Length,
            Elapsed = Stopwatch.GetElapsedTime(start),
        };
    }

    /// <summary>Writes the fully-connected weight A·α that a structured one stands for.</summary>
    /// <param name="alpha">α [outputs × structuredInputs], row-major.</param>
    /// <param name="outputs">P.</param>
    /// <param name="inputs">Q.</param>
    /// <param name="structuredInputs">R.</param>
    /// <param name="weight">Receives W [outputs × inputs], row-major; must not overlap α.</param>
    /// <exception cref="ArgumentException">A size or a length does not fit, or the spans overlap; nothing is written.</exception>
    public static void Expand(ReadOnlySpan<float> alpha, int outputs, int inputs, int structuredInputs, Span<float> weight) =>
        Expand(alpha, outputs, (inputs, 1, 1), (structuredInputs, 1, 1), weight);

    /// <summary>Writes the kernels A·α that structured ones stand for.</summary>
    /// <param name="alpha">α [outputs, c, n_h, n_w], row-major.</param>
    /// <param name="outputs">Output channels.</param>
    /// <param name="kernel">C, h and w.</param>
    /// <param name="structured">Channels, height and width of α's kernels.</param>
    /// <param name="weight">Receives W [outputs, C, h, w], row-major; must not overlap α.</param>
    /// <exception cref="ArgumentException">A size or a length does not fit, or the spans overlap; nothing is written.</exception>
    public static void Expand(
        ReadOnlySpan<float> alpha,
        int outputs,
        (int Channels, int Height, int Width) kernel,
        (int Channels, int Height, int Width) structured,
        Span<float> weight)
    {
        (int length, int reduced) = Check(outputs, kernel, structured, weight.Length, alpha.Length);
        if (alpha.Overlaps(weight))
        {
            throw new ArgumentException("weight must not overlap alpha.", nameof(weight));
        }

        using var axes = new StructuredAxes(kernel, structured);
        for (int row = 0; row < outputs; row++)
        {
            axes.Expand(alpha.Slice(row * reduced, reduced), weight.Slice(row * length, length));
        }
    }

    private static (int Length, int Reduced) Check(
        int outputs, (int Channels, int Height, int Width) kernel, (int Channels, int Height, int Width) structured, int weightLength, int alphaLength)
    {
        if (outputs < 1)
        {
            throw new ArgumentException($"There must be at least 1 output, but there are {outputs}.", nameof(outputs));
        }

        if (!IsAxis(kernel.Channels, structured.Channels) || !IsAxis(kernel.Height, structured.Height) || !IsAxis(kernel.Width, structured.Width))
        {
            throw new ArgumentException($"Every structured size must lie between 1 and the weight's, but they are {structured} of {kernel}.", nameof(structured));
        }

        long length = (long)kernel.Channels * kernel.Height * kernel.Width, reduced = (long)structured.Channels * structured.Height * structured.Width;
        WeightChecks.Length(weightLength, outputs * length, $"{outputs} × {kernel.Channels} × {kernel.Height} × {kernel.Width}", "weight");
        WeightChecks.Length(alphaLength, outputs * reduced, $"{outputs} × {structured.Channels} × {structured.Height} × {structured.Width}", "alpha");
        return ((int)length, (int)reduced);
    }

    private static bool IsAxis(int size, int reduced) => reduced >= 1 && reduced <= size;
}
