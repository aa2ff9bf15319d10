using System;
using System.Numerics;
using System.Runtime.InteropServices;
using Kron.CompilerServices;

namespace Kron.Training;

/// <summary>
/// Dropout (Srivastava et al., 2014): in training each value is zeroed with probability p and the others are scaled by 1 / (1 − p), so that
/// their expectation stays; in inference it is the identity.
/// </summary>
/// <remarks>
/// A recording forward pass draws a new mask and keeps it on the tape. Masks follow from the seed and the number of passes
/// recorded before, on every machine alike. The layer has no parameters.
/// </remarks>
public sealed class Dropout : ILayer
{
    private readonly uint _threshold;
    private readonly float _scale;
    private ulong _key;

    /// <summary>Creates the layer.</summary>
    /// <param name="size">Floats per sample, at least 1.</param>
    /// <param name="rate">p, from 0 to below 1.</param>
    /// <param name="seed">The source of the masks; layers that shall drop independently need different ones.</param>
    /// <exception cref="ArgumentOutOfRangeException">The size is less than 1, or the rate is not in that range.</exception>
    public Dropout(int size, double rate, int seed)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(size, 1);
        if (!(rate >= 0 && rate < 1))
        {
            throw new ArgumentOutOfRangeException(nameof(rate), rate, "Expected a number from 0 to below 1.");
        }

        (InputSize, Rate, _key) = (size, rate, (uint)seed);
        _threshold = (uint)Math.Min(rate * (1UL << 32), uint.MaxValue);
        _scale = (float)(1 / (1 - rate));
    }

    /// <summary>The probability p of a value to be dropped.</summary>
    public double Rate { get; }

    /// <inheritdoc/>
    public int InputSize { get; }

    /// <inheritdoc/>
    public int OutputSize => InputSize;

    /// <summary>None.</summary>
    public Span<float> Parameters => [];

    /// <summary>None.</summary>
    public Span<float> Gradients => [];

    /// <summary>None.</summary>
    public Span<float> State => [];

    /// <summary>Does nothing.</summary>
    public void Commit()
    {
    }

    /// <inheritdoc/>
    public void Forward(ReadOnlySpan<float> input, Span<float> output)
    {
        PassCheck.Forward(input, output, InputSize, OutputSize);
        input.CopyTo(output);
    }

    /// <inheritdoc/>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="maxBatch"/> is less than 1, or the tape exceeds the largest array.</exception>
    public LayerTape CreateTape(int maxBatch) => new(this, maxBatch, InputSize);

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">
    /// A length does not fit, the spans overlap, or the tape belongs to another layer or is too small; output and tape are untouched.
    /// </exception>
    public void Forward(ReadOnlySpan<float> input, Span<float> output, LayerTape tape)
    {
        int batch = PassCheck.Forward(input, output, tape, this, nameof(Dropout));
        Span<float> mask = tape.Values[..input.Length];
        Draw(mask);
        Apply(mask, input, output);
        tape.Record(batch);
    }

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">
    /// A length does not fit, the batch is not the recorded one, <paramref name="inputGradient"/> overlaps another argument, or
    /// the tape belongs to another layer; the gradient is untouched.
    /// </exception>
    /// <exception cref="InvalidOperationException">The tape holds no recorded pass.</exception>
    public void Backward(ReadOnlySpan<float> input, ReadOnlySpan<float> outputGradient, Span<float> inputGradient, LayerTape tape)
    {
        PassCheck.Backward(input, outputGradient, inputGradient, tape, this, nameof(Dropout));
        if (!inputGradient.IsEmpty)
        {
            Apply(tape.Values[..input.Length], outputGradient, inputGradient);
        }
    }

    /// <summary>Fills a mask: 0 where a value is dropped, else the scale. Value i has the bits that its index and the pass's key give.</summary>
    private void Draw(Span<float> mask)
    {
        // SplitMix64's sequence: one key for each pass.
        _key += 0x9E3779B97F4A7C15;
        ulong key = (_key ^ (_key >> 30)) * 0xBF58476D1CE4E5B9;
        key = (key ^ (key >> 27)) * 0x94D049BB133111EB;
        key ^= key >> 31;
        (uint first, uint second) = ((uint)key, (uint)(key >> 32));

        Span<Vector<float>> vectors = MemoryMarshal.Cast<float, Vector<float>>(mask);
        Vector<uint> threshold = new(_threshold), step = new((uint)Vector<uint>.Count), index = Vector<uint>.Zero;
        for (int lane = 0; lane < Vector<uint>.Count; lane++)
        {
            index = index.WithElement(lane, (uint)lane);
        }

        foreach (ref Vector<float> vector in vectors)
        {
            Vector<uint> bits = Mix(Mix(index ^ new Vector<uint>(first)) ^ new Vector<uint>(second));
            vector = Vector.ConditionalSelect(Vector.GreaterThanOrEqual(bits, threshold).As<uint, float>(), new Vector<float>(_scale), Vector<float>.Zero);
            index += step;
        }

        for (int i = vectors.Length * Vector<float>.Count; i < mask.Length; i++)
        {
            mask[i] = Mix(Mix((uint)i ^ first) ^ second) >= _threshold ? _scale : 0;
        }
    }

    /// <summary>What is dropped is zero, even if it was no number.</summary>
    private static void Apply(ReadOnlySpan<float> mask, ReadOnlySpan<float> from, Span<float> to)
    {
        int i = 0;
        for (; i <= to.Length - Vector<float>.Count; i += Vector<float>.Count)
        {
            var factor = new Vector<float>(mask[i..]);
            Vector.ConditionalSelect(Vector.Equals(factor, Vector<float>.Zero), Vector<float>.Zero, factor * new Vector<float>(from[i..])).CopyTo(to[i..]);
        }

        for (; i < to.Length; i++)
        {
            to[i] = mask[i] == 0 ? 0 : mask[i] * from[i];
        }
    }

    /// <summary>A bijection of 32 bits in which every bit depends on every other: two multiplications between xor-shifts.</summary>
    private static uint Mix(uint x)
    {
        x = (x ^ (x >> 16)) * 0x7FEB352D;
        x = (x ^ (x >> 15)) * 0x846CA68B;
        return x ^ (x >> 16);
    }

    private static Vector<uint> Mix(Vector<uint> x)
    {
        x = (x ^ Vector.ShiftRightLogical(x, 16)) * new Vector<uint>(0x7FEB352D);
        x = (x ^ Vector.ShiftRightLogical(x, 15)) * new Vector<uint>(0x846CA68B);
        return x ^ Vector.ShiftRightLogical(x, 16);
    }
}
