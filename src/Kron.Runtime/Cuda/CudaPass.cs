using System;
using System.Collections.Generic;
using System.Linq;
using Kron.CompilerServices;

namespace Kron.Cuda;

/// <summary>Runs the calls of a plan on one chunk of samples.</summary>
internal sealed class CudaPass
{
    private readonly CudaContext _context;
    private readonly ElementKernels _kernels;

    public CudaPass(CudaContext context, CudaProgram program)
    {
        _context = context;
        _kernels = new ElementKernels(context, program.Kernels);
        long largest = program.Forward.Concat(program.Record).Concat(program.Backward).Concat(program.InputGradient).OfType<CudaGemm>()
            .SelectMany(product => new[] { product.M, product.N, product.K, product.A.Leading, product.B.Leading, product.C.Leading })
            .Where(number => number.IsPerSample)
            .Select(number => number.Count)
            .DefaultIfEmpty(1)
            .Max();
        MaxSamples = (int)(int.MaxValue / largest);
    }

    /// <summary>The most samples for which all numbers of a product fit the 32 bits that cuBLAS has for them.</summary>
    public int MaxSamples { get; }

    /// <summary>Whether a pass never waits for the host, so that it can be captured.</summary>
    public bool IsAsynchronous => _kernels.IsAsynchronous;

    public void Run(IReadOnlyList<CudaCall> calls, in PassAddresses at, int batch)
    {
        foreach (CudaCall call in calls)
        {
            if (call is CudaGemm product)
            {
                Repeat(product, product.Repetitions.Count - 1, at, batch, default, product.Accumulate);
            }
            else if (call is CudaLaunch launch)
            {
                Launch(launch, at, batch);
            }
        }
    }

    /// <summary>The calls that the repetitions from this one inwards make; the innermost is the batch of one call.</summary>
    private void Repeat(CudaGemm product, int repetition, in PassAddresses at, int batch, (long A, long B, long C) moved, bool accumulate)
    {
        if (repetition <= 0 && !(repetition == 0 && IsSum(product.Repetitions[0])))
        {
            Multiply(product, at, batch, moved, accumulate);
            return;
        }

        CudaRepetition each = product.Repetitions[repetition];
        for (int i = 0; i < each.Count; i++)
        {
            Repeat(
                product,
                repetition - 1,
                at,
                batch,
                (moved.A + (i * each.A.At(batch)), moved.B + (i * each.B.At(batch)), moved.C + (i * each.C.At(batch))),
                accumulate || (IsSum(each) && i > 0));
        }
    }

    private void Multiply(CudaGemm product, in PassAddresses at, int batch, (long A, long B, long C) moved, bool accumulate)
    {
        CudaRepetition repeat = product.Repetitions.Count > 0 && !IsSum(product.Repetitions[0]) ? product.Repetitions[0] : new CudaRepetition(1, 0, 0, 0);
        _context.Gemm(new GemmCall(
            product.Name,
            product.A.IsTransposed,
            product.B.IsTransposed,
            checked((int)product.M.At(batch)),
            checked((int)product.N.At(batch)),
            checked((int)product.K.At(batch)),
            Address(product.A, moved.A, at),
            checked((int)product.A.Leading.At(batch)),
            repeat.A.At(batch),
            Address(product.B, moved.B, at),
            checked((int)product.B.Leading.At(batch)),
            repeat.B.At(batch),
            Address(product.C, moved.C, at),
            checked((int)product.C.Leading.At(batch)),
            repeat.C.At(batch),
            repeat.Count,
            accumulate ? 1 : 0));

        nint Address(CudaMatrix matrix, long floats, in PassAddresses at) => at.Of(matrix.Region, matrix.Offset, batch) + (nint)(sizeof(float) * floats);
    }

    private static bool IsSum(CudaRepetition repetition) => repetition.C.Count == 0;

    private void Launch(CudaLaunch launch, in PassAddresses at, int batch)
    {
        Span<DeviceFloats> operands = stackalloc DeviceFloats[launch.Operands.Length];
        for (int i = 0; i < operands.Length; i++)
        {
            CudaOperand operand = launch.Operands[i];
            operands[i] = new DeviceFloats(at.Of(operand.Region, operand.Offset, batch), operand.Length.At(batch));
        }

        _kernels.Launch(launch.Name, launch.Items.At(batch), batch, operands);
    }
}
