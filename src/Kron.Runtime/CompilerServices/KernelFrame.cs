using System.ComponentModel;

namespace Kron.CompilerServices;

/// <summary>The memory one kernel call runs on: a pointer for each region, null where the pass does not touch it.</summary>
/// <remarks>For a block of S samples, per-sample regions hold S consecutive samples; all other regions are whole.</remarks>
[EditorBrowsable(EditorBrowsableState.Never)]
public unsafe struct KernelFrame
{
    /// <summary>Input of the block, S × InputSize.</summary>
    public float* Input;

    /// <summary>Output of the block, S × OutputSize.</summary>
    public float* Output;

    /// <summary>The layer's parameters in canonical order.</summary>
    public float* Parameters;

    /// <summary>Weights as the forward kernels read them.</summary>
    public float* Packed;

    /// <summary>Weights as only the kernels of training read them.</summary>
    public float* TrainingPacked;

    /// <summary>Scratch memory, 64-byte aligned; its content is undefined at the start of a block.</summary>
    public float* Scratch;

    /// <summary>The tape's part for this block, S × TapeFloats.</summary>
    public float* Tape;

    /// <summary>Gradient of the loss by the output, S × OutputSize.</summary>
    public float* OutputGradient;

    /// <summary>Gradient of the loss by the input, S × InputSize.</summary>
    public float* InputGradient;

    /// <summary>Parameter gradients in canonical order; kernels add to them.</summary>
    public float* Gradients;

    /// <summary>The layer's state.</summary>
    public float* State;

    /// <summary>Values of the whole batch: zero before it is measured, complete once it has settled, kept with the tape.</summary>
    public float* Batch;

    /// <summary>Values of the whole batch's backward pass: zero before it, complete once it has settled.</summary>
    public float* BatchGradient;
}
