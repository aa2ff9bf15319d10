using System;
using System.Collections;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Linq;
using Kron.CompilerServices;
using Kron.IO;

namespace Kron.Training;

/// <summary>A chain of layers: the output of each is the input of the next.</summary>
/// <remarks>
/// It is a list of layers, so an optimizer takes it as it is, and it is not itself a layer: it owns no parameters.
/// <see cref="Forward(ReadOnlySpan{float}, Span{float})"/> may run on many threads at once; every other member needs
/// exclusive use of the layers.
/// </remarks>
public sealed class Sequential : IReadOnlyList<ILayer>
{
    // Floats that pass between two layers at a time in inference: both buffers stay in the second-level cache.
    private const int BlockFloats = 65536;
    private const int MinBlock = 16;
    private const int MaxBlock = 256;

    private readonly ILayer[] _layers;
    private readonly ScratchPool _scratch;
    private readonly int _block;
    private int _threads = 1;

    /// <summary>Chains layers.</summary>
    /// <param name="layers">At least one, in order; a layer may occur more than once.</param>
    /// <exception cref="ArgumentException">There is no layer, one is null, or two neighbours disagree on the size between them.</exception>
    public Sequential(params ILayer[] layers)
        : this((IEnumerable<ILayer>)layers)
    {
    }

    /// <summary>Chains layers.</summary>
    /// <param name="layers">At least one, in order; a layer may occur more than once.</param>
    /// <exception cref="ArgumentException">There is no layer, one is null, or two neighbours disagree on the size between them.</exception>
    public Sequential(IEnumerable<ILayer> layers)
    {
        ArgumentNullException.ThrowIfNull(layers);
        _layers = layers.ToArray();
        if (_layers.Length == 0 || _layers.Any(layer => layer is null))
        {
            throw new ArgumentException("Expected at least one layer and none that is null.", nameof(layers));
        }

        for (int i = 1; i < _layers.Length; i++)
        {
            int given = _layers[i - 1].OutputSize, taken = _layers[i].InputSize;
            if (given != taken)
            {
                throw new ArgumentException(
                    string.Create(
                        CultureInfo.InvariantCulture,
                        $"Layer {i} ({_layers[i].GetType().Name}) takes {taken} floats per sample, but layer {i - 1} ({_layers[i - 1].GetType().Name}) gives {given}."),
                    nameof(layers));
            }

            LargestBoundary = Math.Max(LargestBoundary, given);
        }

        _block = Math.Clamp(BlockFloats / Math.Max(1, LargestBoundary) / MinBlock * MinBlock, MinBlock, MaxBlock);
        _scratch = new ScratchPool(checked(2 * _block * LargestBoundary));
    }

    /// <summary>The layers in order.</summary>
    public IReadOnlyList<ILayer> Layers => _layers;

    /// <summary>
    /// The most threads that share out each layer's batch, 1 at first; for layers that are <see cref="IParallelLayer"/>. Outputs
    /// are the same to the bit whatever the number; gradients are repeatable for each number, and differ by rounding between them.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is less than 1.</exception>
    public int Threads
    {
        get => _threads;
        set
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, 1);
            _threads = value;
        }
    }

    /// <summary>Floats per input sample.</summary>
    public int InputSize => _layers[0].InputSize;

    /// <summary>Floats per output sample.</summary>
    public int OutputSize => _layers[^1].OutputSize;

    /// <summary>Trained parameters of all layers, each layer counted once.</summary>
    public long ParameterCount
    {
        get
        {
            long count = 0;
            for (int i = 0; i < _layers.Length; i++)
            {
                count += Array.IndexOf(_layers, _layers[i]) == i ? _layers[i].Parameters.Length : 0;
            }

            return count;
        }
    }

    /// <summary>The number of layers.</summary>
    public int Count => _layers.Length;

    /// <summary>The largest number of floats per sample between two layers; 0 for a single one.</summary>
    internal int LargestBoundary { get; }

    /// <summary>A layer.</summary>
    /// <param name="index">From 0.</param>
    public ILayer this[int index] => _layers[index];

    /// <summary>Computes the model for a batch, block by block through all layers. Allocates nothing once warm; safe to call concurrently.</summary>
    /// <param name="input">batch × <see cref="InputSize"/> values.</param>
    /// <param name="output">batch × <see cref="OutputSize"/> values; must not overlap the input.</param>
    /// <exception cref="ArgumentException">A length does not fit, or the spans overlap; the output is untouched.</exception>
    public void Forward(ReadOnlySpan<float> input, Span<float> output)
    {
        int batch = CheckForward(input, output);
        if (_layers.Length == 1)
        {
            Forward(_layers[0], input, output);
            return;
        }

        ScratchPool.Lease? lease = _scratch.Rent();
        try
        {
            // A pool of size 0 rents nothing.
            Span<float> scratch = lease is null ? default : lease.Buffer.Span;
            for (int first = 0; first < batch; first += _block)
            {
                int count = Math.Min(_block, batch - first);
                ForwardBlock(input.Slice(first * InputSize, count * InputSize), output.Slice(first * OutputSize, count * OutputSize), count, scratch);
            }
        }
        finally
        {
            lease?.Return();
        }
    }

    /// <summary>Makes the memory of one training pass.</summary>
    /// <param name="maxBatch">The largest batch it can hold, at least 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">The batch is less than 1 or too large for one buffer.</exception>
    public SequentialTape CreateTape(int maxBatch) => new(this, maxBatch);

    /// <summary>As the plain forward pass, and records what <see cref="Backward"/> needs.</summary>
    /// <param name="input">batch × <see cref="InputSize"/> values.</param>
    /// <param name="output">batch × <see cref="OutputSize"/> values; must not overlap the input.</param>
    /// <param name="tape">A tape of this model; the pass it held is replaced.</param>
    /// <exception cref="ArgumentException">A length does not fit, the spans overlap, or the tape is another model's or too small; the output is untouched.</exception>
    public void Forward(ReadOnlySpan<float> input, Span<float> output, SequentialTape tape)
    {
        CheckOwner(tape);
        int batch = CheckForward(input, output);
        if (batch > tape.MaxBatch)
        {
            throw new ArgumentException($"'input' has {batch} samples; expected at most {tape.MaxBatch}, the tape's largest batch.", nameof(input));
        }

        tape.RecordedBatch = -1;
        for (int i = 0; i < _layers.Length; i++)
        {
            ReadOnlySpan<float> from = i == 0 ? input : tape.Activation(i - 1, batch);
            Span<float> to = i == _layers.Length - 1 ? output : tape.Activation(i, batch);
            if (_threads > 1 && _layers[i] is IParallelLayer parallel)
            {
                parallel.ForwardParallel(from, to, tape.LayerTapes[i], _threads);
            }
            else
            {
                _layers[i].Forward(from, to, tape.LayerTapes[i]);
            }
        }

        tape.RecordedBatch = batch;
    }

    /// <summary>Back-propagates through the pass last recorded: adds to the layers' gradients and overwrites <paramref name="inputGradient"/>.</summary>
    /// <param name="input">The input of the recorded pass, unchanged.</param>
    /// <param name="outputGradient">batch × <see cref="OutputSize"/> values.</param>
    /// <param name="inputGradient">batch × <see cref="InputSize"/> values, or empty when it is not wanted.</param>
    /// <param name="tape">A tape of this model that holds a recorded pass of the same batch.</param>
    /// <exception cref="ArgumentException">A length does not fit, spans overlap, or the tape does not fit; nothing is changed.</exception>
    public void Backward(ReadOnlySpan<float> input, ReadOnlySpan<float> outputGradient, Span<float> inputGradient, SequentialTape tape)
    {
        CheckOwner(tape);
        int batch = BatchCheck.Of(nameof(input), input.Length, InputSize);
        if (batch != tape.RecordedBatch)
        {
            string recorded = tape.RecordedBatch < 0 ? "no pass" : $"a pass of {tape.RecordedBatch} samples";
            throw new ArgumentException($"'input' has {batch} samples, but the tape holds {recorded}.", nameof(tape));
        }

        BatchCheck.Length(nameof(outputGradient), outputGradient.Length, batch, OutputSize);
        if (!inputGradient.IsEmpty)
        {
            BatchCheck.Length(nameof(inputGradient), inputGradient.Length, batch, InputSize);
            BatchCheck.Disjoint(nameof(inputGradient), inputGradient, nameof(input), input);
            BatchCheck.Disjoint(nameof(inputGradient), inputGradient, nameof(outputGradient), outputGradient);
        }

        for (int i = _layers.Length - 1; i >= 0; i--)
        {
            ReadOnlySpan<float> from = i == 0 ? input : tape.Activation(i - 1, batch);
            ReadOnlySpan<float> gradient = i == _layers.Length - 1 ? outputGradient : tape.Gradient(i, batch);
            Span<float> target = i == 0 ? inputGradient : tape.Gradient(i - 1, batch);
            if (_threads > 1 && _layers[i] is IParallelLayer parallel)
            {
                parallel.BackwardParallel(from, gradient, target, tape.LayerTapes[i], _threads);
            }
            else
            {
                _layers[i].Backward(from, gradient, target, tape.LayerTapes[i]);
            }
        }
    }

    /// <summary>Saves all layers in one safetensors file, named by their index: <c>0.A.0</c>, <c>0.B.0</c>, <c>0.bias</c>, <c>1.weight</c>, ….</summary>
    /// <param name="path">The file; one that exists is replaced, whole or not at all.</param>
    /// <exception cref="IOException">The file cannot be written; a former file is still there.</exception>
    public void Save(string path) => ModelFile.Save(path, Named());

    /// <summary>Loads all layers from a file that <see cref="Save"/> wrote, and commits them.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="InvalidDataException">The file is malformed or does not fit the layers; they are untouched.</exception>
    /// <exception cref="IOException">The file cannot be read; the layers are untouched.</exception>
    public void Load(string path) => ModelFile.Load(path, Named());

    /// <inheritdoc/>
    public IEnumerator<ILayer> GetEnumerator() => ((IEnumerable<ILayer>)_layers).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    private IEnumerable<KeyValuePair<string, ILayer>> Named() =>
        _layers.Select((layer, i) => KeyValuePair.Create(i.ToString(CultureInfo.InvariantCulture), layer));

    private void ForwardBlock(ReadOnlySpan<float> input, Span<float> output, int count, Span<float> scratch)
    {
        ReadOnlySpan<float> from = input;
        for (int i = 0; i < _layers.Length - 1; i++)
        {
            Span<float> to = scratch.Slice(i % 2 * _block * LargestBoundary, count * _layers[i].OutputSize);
            Forward(_layers[i], from, to);
            from = to;
        }

        Forward(_layers[^1], from, output);
    }

    private void Forward(ILayer layer, ReadOnlySpan<float> input, Span<float> output)
    {
        if (_threads > 1 && layer is IParallelLayer parallel)
        {
            parallel.ForwardParallel(input, output, _threads);
        }
        else
        {
            layer.Forward(input, output);
        }
    }

    private int CheckForward(ReadOnlySpan<float> input, ReadOnlySpan<float> output)
    {
        int batch = BatchCheck.Of(nameof(input), input.Length, InputSize);
        BatchCheck.Length(nameof(output), output.Length, batch, OutputSize);
        BatchCheck.Disjoint(nameof(output), output, nameof(input), input);
        return batch;
    }

    private void CheckOwner(SequentialTape tape)
    {
        ArgumentNullException.ThrowIfNull(tape);
        if (tape.Owner != this)
        {
            throw new ArgumentException("The tape was made by another model; expected one of this model's CreateTape.", nameof(tape));
        }
    }
}
