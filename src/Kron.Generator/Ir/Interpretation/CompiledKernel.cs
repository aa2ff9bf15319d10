using System;

namespace Kron.Generator.Ir.Interpretation;

/// <summary>A kernel ready to run. No kernel calls itself, so one frame serves every call.</summary>
internal sealed class CompiledKernel(Kernel kernel, Action<Frame>[] body, Frame frame)
{
    public Kernel Kernel { get; } = kernel;

    public Frame Frame { get; } = frame;

    public void Run()
    {
        foreach (Action<Frame> step in body)
        {
            step(Frame);
        }
    }
}
