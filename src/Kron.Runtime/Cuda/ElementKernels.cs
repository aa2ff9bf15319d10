using System;
using System.Collections.Generic;
using System.Linq;
using System.Runtime.InteropServices;
using Kron.CompilerServices;

namespace Kron.Cuda;

/// <summary>Elementwise kernels of one context: compiled for the device, or where there is no compiler run on the host.</summary>
internal sealed unsafe class ElementKernels
{
    private readonly CudaContext _context;
    private readonly Dictionary<string, CudaKernel> _kernels;
    private readonly CudaKernels? _compiled;

    public ElementKernels(CudaContext context, IReadOnlyList<CudaKernel> kernels)
    {
        _context = context;
        _kernels = kernels.ToDictionary(kernel => kernel.Name);
        _compiled = kernels.Count > 0 ? context.Compile(CudaKernel.Source(kernels)) : null;
    }

    /// <summary>Whether a launch never waits for the host, so that it can be captured.</summary>
    public bool IsAsynchronous => _compiled is not null || _kernels.Count == 0;

    /// <summary>Queues a kernel.</summary>
    /// <param name="name">Which.</param>
    /// <param name="items">Threads.</param>
    /// <param name="batch">Samples.</param>
    /// <param name="operands">Its operands, those that are written first; one without an address is absent.</param>
    /// <param name="scalars">Its numbers.</param>
    public void Launch(string name, long items, int batch, ReadOnlySpan<DeviceFloats> operands, ReadOnlySpan<float> scalars = default)
    {
        if (_compiled is null)
        {
            OnHost(_kernels[name], items, batch, operands, scalars);
            return;
        }

        nint* pointers = stackalloc nint[operands.Length];
        for (int i = 0; i < operands.Length; i++)
        {
            pointers[i] = operands[i].Address;
        }

        _context.Launch(_compiled, name, items, batch, new(pointers, operands.Length), scalars);
    }

    /// <summary>The operands come to the host, the kernel runs there, and what it wrote goes back.</summary>
    private void OnHost(CudaKernel kernel, long items, int batch, ReadOnlySpan<DeviceFloats> operands, ReadOnlySpan<float> scalars)
    {
        float** copies = stackalloc float*[operands.Length + 1];
        new Span<nint>(copies, operands.Length).Clear();
        try
        {
            for (int i = 0; i < operands.Length; i++)
            {
                if (operands[i].Address != 0)
                {
                    copies[i] = (float*)NativeMemory.Alloc((nuint)operands[i].Bytes);
                    _context.ToHost((byte*)copies[i], operands[i].Address, operands[i].Bytes);
                }
            }

            fixed (float* numbers = scalars)
            {
                copies[operands.Length] = numbers;
                kernel.Host(items, batch, copies);
            }

            for (int i = 0; i < kernel.Written; i++)
            {
                if (operands[i].Address != 0)
                {
                    _context.ToDevice(operands[i].Address, (byte*)copies[i], operands[i].Bytes);
                }
            }
        }
        finally
        {
            for (int i = 0; i < operands.Length; i++)
            {
                NativeMemory.Free(copies[i]);
            }
        }
    }
}

/// <summary>Floats on the device; the address is 0 where there are none.</summary>
internal readonly record struct DeviceFloats(nint Address, long Length)
{
    public long Bytes => checked(sizeof(float) * Length);
}
