using System;
using System.Collections.Generic;
using System.ComponentModel;

namespace Kron.CompilerServices;

/// <summary>Everything of a generated layer that is not arithmetic: memory, argument checks and the loop over the batch.</summary>
/// <remarks>
/// A batch of k samples runs ⌊k / SampleBlock⌋ block kernels and then single-sample kernels. Nothing of the layer or of the
/// caller's memory changes when a member throws.
/// </remarks>
[EditorBrowsable(EditorBrowsableState.Never)]
public sealed unsafe partial class LayerEngine : IParallelLayer, INamedParameters
{
    private readonly LayerDefinition _definition;
    private readonly LayerProgram _program;
    private readonly ParameterLayout _layout;
    private readonly ParameterMemory _parameters;
    private readonly AlignedBuffer _state;
    private readonly AlignedBuffer _packed;
    private readonly ScratchPool _scratch;
    private readonly WorkerPool _workers;

    // Nanoseconds of a sample's forward pass on one core, roughly.
    private readonly double _sampleCost;
    private AlignedBuffer? _gradients;
    private TrainingMemory? _training;

    /// <summary>Makes a layer whose parameters are zero and committed, its state as before any training.</summary>
    /// <param name="definition">What the layer is.</param>
    /// <param name="program">Its kernels for the target this object is to run on.</param>
    public LayerEngine(LayerDefinition definition, LayerProgram program)
        : this(definition, program, WorkerPool.Shared)
    {
    }

    /// <summary>Makes a layer with the trained values in its assembly, which are read in place until <see cref="Parameters"/> is asked for.</summary>
    /// <param name="definition">What the layer is.</param>
    /// <param name="program">Its kernels for the target this object is to run on.</param>
    /// <param name="weights">Where its values are.</param>
    /// <exception cref="InvalidOperationException">The assembly has no weights, or those of another build.</exception>
    public LayerEngine(LayerDefinition definition, LayerProgram program, EmbeddedWeights weights)
        : this(definition, program, WorkerPool.Shared, weights ?? throw new ArgumentNullException(nameof(weights)))
    {
    }

    internal LayerEngine(LayerDefinition definition, LayerProgram program, WorkerPool workers, EmbeddedWeights? weights = null)
    {
        ArgumentNullException.ThrowIfNull(definition);
        ArgumentNullException.ThrowIfNull(program);
        ArgumentOutOfRangeException.ThrowIfLessThan(program.SampleBlock, 1);
        _definition = definition;
        _program = program;
        _workers = workers;
        // What has no products still moves its values.
        long work = Math.Max(definition.MultiplyAdds, definition.Inputs + (long)definition.Outputs);
        _sampleCost = (double)work / KernelTargets.MultiplyAddsPerNanosecond(program.Target);
        InputSize = definition.Inputs;
        OutputSize = definition.OutputSize;
        _layout = ParameterLayout.Of(definition);
        _state = new AlignedBuffer(_layout.StateLength);
        _packed = new AlignedBuffer(program.PackedFloats);
        _scratch = new ScratchPool(program.ForwardScratchFloats);
        if (weights is null)
        {
            _parameters = new ParameterMemory(_layout.Length);
            ResetState();
        }
        else
        {
            EmbeddedFloats embedded = weights.Open(checked(_layout.Length + _layout.StateLength));
            _parameters = new ParameterMemory(embedded, _layout.Length);
            embedded.Slice(_layout.Length, _layout.StateLength).CopyTo(_state.Span);
        }

        Commit();
    }

    /// <inheritdoc/>
    public int InputSize { get; }

    /// <inheritdoc/>
    public int OutputSize { get; }

    /// <inheritdoc/>
    /// <remarks>Of a layer whose weights lie in its assembly the first access makes a copy, which the layer reads from then on.</remarks>
    public Span<float> Parameters => _parameters.Span;

    /// <inheritdoc/>
    /// <remarks>Zero at first; allocated at the first use.</remarks>
    public Span<float> Gradients => GradientBuffer.Span;

    /// <inheritdoc/>
    /// <remarks>Of batch normalisation the running means, 0 at first, and the running variances, 1 at first.</remarks>
    public Span<float> State => _state.Span;

    /// <summary>The target the layer object runs on.</summary>
    public KernelTarget Target => _program.Target;

    /// <inheritdoc/>
    public IReadOnlyList<ParameterTensor> ParameterTensors => _layout.Tensors;

    /// <inheritdoc/>
    public IReadOnlyList<ParameterTensor> StateTensors => _layout.StateTensors;

    /// <inheritdoc/>
    public string Attributes => _definition.Attributes;

    /// <inheritdoc/>
    public LayerDefinition Definition => _definition;

    /// <summary>The bytes that this object holds now.</summary>
    public LayerMemory Memory => new(
        _parameters.Bytes + _state.Bytes,
        _packed.Bytes,
        sizeof(float) * (long)_program.ForwardScratchFloats * _scratch.Count,
        (_gradients?.Bytes ?? 0) + (_training?.Bytes ?? 0));

    /// <summary>The kernels of training; they came with the layer's first tape, and who has a tape calls nothing else.</summary>
    private TrainingProgram TrainingPasses => _training!.Program;

    private AlignedBuffer GradientBuffer => _gradients ??= new AlignedBuffer(_layout.Length);

    /// <inheritdoc/>
    public void Commit()
    {
        Pack();
        if (_training is not null)
        {
            PackTraining(_training);
        }
    }

    /// <inheritdoc/>
    /// <remarks>The first tape also allocates the layer's gradients and training memory.</remarks>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="maxBatch"/> is less than 1, or the tape exceeds the largest array.</exception>
    public LayerTape CreateTape(int maxBatch)
    {
        TrainingProgram passes = _training?.Program ?? _program.CreateTraining();
        var tape = new LayerTape(this, maxBatch, passes.TapeFloats, passes.BatchFloats);
        if (_training is null)
        {
            var training = new TrainingMemory(passes, GradientBuffer);
            PackTraining(training);
            _training = training;
        }

        return tape;
    }

    private void Pack()
    {
        if (_packed.Length == 0)
        {
            return;
        }

        KernelFrame frame = default;
        frame.Parameters = _parameters.Pointer;
        frame.State = _state.Pointer;
        frame.Packed = _packed.Pointer;
        Panels.Pack(_program.Pack, &frame, _workers);
        GC.KeepAlive(this);
    }

    private void PackTraining(TrainingMemory training)
    {
        if (training.Packed.Length == 0)
        {
            return;
        }

        KernelFrame frame = default;
        frame.Parameters = _parameters.Pointer;
        frame.Packed = _packed.Pointer;
        frame.TrainingPacked = training.Packed.Pointer;
        Panels.Pack(training.Program.PackTraining, &frame, _workers);
        GC.KeepAlive(training);
        GC.KeepAlive(this);
    }
}
