using System;
using System.Threading;

namespace Kron.Cuda;

/// <summary>Recorded work of one context, to be replayed as one launch.</summary>
internal sealed class CudaGraph : IDisposable
{
    private NativeHandle? _handle;

    public CudaGraph(CudaContext context, NativeHandle handle)
    {
        Context = context;
        _handle = handle;
    }

    /// <summary>Calls nothing of CUDA: the context destroys the graph when it is used next.</summary>
    ~CudaGraph()
    {
        if (_handle is not null)
        {
            Context.Abandon(_handle);
        }
    }

    public CudaContext Context { get; }

    public nint Handle => (_handle ?? throw new ObjectDisposedException(nameof(CudaGraph))).Value;

    public void Dispose()
    {
        if (Interlocked.Exchange(ref _handle, null) is { } handle)
        {
            Context.Release(handle);
        }

        GC.SuppressFinalize(this);
    }
}
