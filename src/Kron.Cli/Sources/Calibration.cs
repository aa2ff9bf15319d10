using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading;

namespace Kron.Cli.Sources;

/// <summary>Reads inputs that a layer saw.</summary>
internal static class Calibration
{
    private const int ChunkFloats = 1 << 22;

    /// <summary>Gathers the second moments of a file of samples.</summary>
    /// <param name="path">The file: [samples, inputs], or further axes that together are the inputs.</param>
    /// <param name="name">The tensor; null for the only one that fits.</param>
    /// <param name="weight">The weight of the layer.</param>
    /// <param name="note">Is told what is read, and whether it is little.</param>
    /// <param name="cancellation">Ends the reading.</param>
    /// <exception cref="ToolException">There are no such samples.</exception>
    public static InputMoments Read(string path, string? name, DenseWeight weight, Action<string> note, CancellationToken cancellation)
    {
        using WeightFile file = WeightFile.Open(path);
        TensorEntry tensor = name is null ? Only(file, weight) : file.Find(name);
        if (!Fits(tensor, weight))
        {
            throw new ToolException(FormattableString.Invariant(
                $"the calibration inputs '{tensor.Name}' of '{path}' are {tensor.ShapeText}; expected samples × {weight.Inputs}, the inputs of '{weight.Name}'"));
        }

        float[] values = file.Read(tensor);
        int bad = Array.FindIndex(values, value => !float.IsFinite(value));
        if (bad >= 0)
        {
            throw new ToolException(FormattableString.Invariant(
                $"input {bad % weight.Inputs} of sample {bad / weight.Inputs} of '{tensor.Name}' in '{path}' is {values[bad]}; every input must be finite"));
        }

        long samples = tensor.Shape[0];
        note(FormattableString.Invariant($"calibrating on {samples:N0} samples, '{tensor.Name}' of '{path}'")
            + (samples < weight.Inputs ? FormattableString.Invariant($"; fewer than the {weight.Inputs:N0} inputs, so that what is gained on them may not hold for others") : ""));
        InputMoments moments = LibraryCall.Run(() => new InputMoments(weight.Inputs));
        int chunk = weight.Inputs * Math.Max(1, ChunkFloats / weight.Inputs);
        for (int start = 0; start < values.Length; start += chunk)
        {
            cancellation.ThrowIfCancellationRequested();
            ArraySegment<float> batch = new(values, start, Math.Min(chunk, values.Length - start));
            LibraryCall.Run(() =>
            {
                moments.Add(batch);
                return true;
            });
        }

        return moments;
    }

    private static TensorEntry Only(WeightFile file, DenseWeight weight)
    {
        TensorEntry[] fitting = [.. file.Tensors.Where(tensor => Fits(tensor, weight))];
        return fitting.Length == 1 ? fitting[0] : file.Tensors.Count == 1 ? file.Tensors[0] : throw new ToolException(FormattableString.Invariant(
            $"'{file.Path}' has {fitting.Length} tensors of samples × {weight.Inputs}; name one with --calibration-tensor: {TensorNames.Some((fitting.Length > 0 ? fitting : file.Tensors).Select(other => other.Name))}"));
    }

    private static bool Fits(TensorEntry tensor, DenseWeight weight) =>
        tensor.Shape.Count >= 2 && tensor.Shape[0] > 0 && tensor.Length == tensor.Shape[0] * weight.Inputs;
}
