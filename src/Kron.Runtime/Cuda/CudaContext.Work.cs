using System;
using System.Collections.Generic;

namespace Kron.Cuda;

public sealed unsafe partial class CudaContext
{
    private const int ThreadsPerBlock = 256;

    private readonly Dictionary<string, CudaKernels> _kernels = [];

    /// <summary>Enqueues matrix products.</summary>
    internal void Gemm(in GemmCall call)
    {
        using Scope scope = Enter();
        _libraries.Blas.Gemm(_blas, call, ComputeType(Math));
    }

    /// <summary>The kernels of a source, compiled and loaded once per context; null if there is no compiler that knows the device.</summary>
    /// <exception cref="CudaException">The source is wrong, with the compiler's log.</exception>
    internal CudaKernels? Compile(string source)
    {
        using Scope scope = Enter();
        if (_compiler is null || !HasCompiler)
        {
            return null;
        }

        if (!_kernels.TryGetValue(source, out CudaKernels? kernels))
        {
            if (_compiler.Load(source) is not { } module)
            {
                HasCompiler = false;
                return null;
            }

            kernels = new CudaKernels(_libraries.Driver, Own(module).Value);
            _kernels.Add(source, kernels);
        }

        return kernels;
    }

    /// <summary>Enqueues a kernel <c>(long long items, int batch, float* …, float …)</c>, one thread per item; nothing if there are none.</summary>
    internal void Launch(CudaKernels kernels, string name, long items, int batch, ReadOnlySpan<nint> pointers, ReadOnlySpan<float> scalars)
    {
        using Scope scope = Enter();
        nint function = kernels.Function(name);
        if (items == 0)
        {
            return;
        }

        uint blocks = checked((uint)((items + ThreadsPerBlock - 1) / ThreadsPerBlock));
        void** parameters = stackalloc void*[2 + pointers.Length + scalars.Length];
        int count = 0;
        parameters[count++] = &items;
        parameters[count++] = &batch;
        fixed (nint* pointer = pointers)
        fixed (float* scalar = scalars)
        {
            for (int i = 0; i < pointers.Length; i++)
            {
                parameters[count++] = pointer + i;
            }

            for (int i = 0; i < scalars.Length; i++)
            {
                parameters[count++] = scalar + i;
            }

            _libraries.Driver.Launch(name, function, blocks, ThreadsPerBlock, _stream.Value, parameters);
        }
    }

    /// <summary>Records what an action enqueues instead of running it.</summary>
    /// <remarks>
    /// Run the action once before: what it does only the first time, such as to compile kernels, is not for recording. It may not
    /// allocate, copy from or to the host, or wait. The graph holds the addresses of the memory it works on, not the memory.
    /// </remarks>
    internal CudaGraph Capture(Action enqueue)
    {
        using Scope scope = Enter();
        RefuseCapture("Another recording");
        Runtime.BeginCapture(_stream.Value);
        _isCapturing = true;
        try
        {
            enqueue();
            return new CudaGraph(this, Own(Runtime.EndCapture(Options.Device, _stream.Value)));
        }
        catch
        {
            Runtime.AbandonCapture(_stream.Value);
            throw;
        }
        finally
        {
            _isCapturing = false;
        }
    }

    /// <summary>Enqueues recorded work.</summary>
    internal void Replay(CudaGraph graph)
    {
        using Scope scope = Enter();
        Runtime.Launch(graph.Handle, _stream.Value);
    }

    /// <summary>The device's mean time for what an action enqueues.</summary>
    internal double Milliseconds(Action enqueue, int repetitions)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(repetitions, 1);
        using Scope scope = Enter();
        RefuseCapture("Measuring time");
        using NativeHandle start = Runtime.CreateEvent(Options.Device, timing: true);
        using NativeHandle end = Runtime.CreateEvent(Options.Device, timing: true);
        Runtime.Record(start, _stream.Value);
        for (int i = 0; i < repetitions; i++)
        {
            enqueue();
        }

        Runtime.Record(end, _stream.Value);
        Runtime.Synchronize(end);
        return Runtime.Milliseconds(start, end) / repetitions;
    }

    /// <summary><c>cublasComputeType_t</c>.</summary>
    private static int ComputeType(CudaMath math) => math switch
    {
        CudaMath.TensorFloat32 => 77, // CUBLAS_COMPUTE_32F_FAST_TF32
        CudaMath.BFloat16 => 75, // CUBLAS_COMPUTE_32F_FAST_16BF
        _ => 68, // CUBLAS_COMPUTE_32F
    };

    private void RefuseCapture(string what)
    {
        if (_isCapturing)
        {
            throw new InvalidOperationException($"{what} cannot be recorded; expected only work on the device.");
        }
    }
}
