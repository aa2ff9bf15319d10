using System;
using System.Runtime.CompilerServices;
using System.Threading;

namespace Kron.Cuda;

/// <summary>An array in the memory of a context's device.</summary>
/// <remarks>
/// Made by <see cref="CudaContext.Allocate{T}"/>. Disposing it gives its memory back to the context's pool; the context's
/// disposal frees it in any case, and whatever is then done with the buffer but disposing it is an <see cref="ObjectDisposedException"/>.
/// Any number of threads may use it; what they do runs on the device in the order of their calls.
/// </remarks>
/// <typeparam name="T">The elements, which lie on the device as in a managed array.</typeparam>
public sealed unsafe class CudaBuffer<T> : IDisposable
    where T : unmanaged
{
    private DeviceBlock? _block;

    internal CudaBuffer(CudaContext context, DeviceBlock block, long length)
    {
        Context = context;
        _block = block;
        Length = length;
    }

    /// <summary>Gives the memory back to the pool; no CUDA function is called.</summary>
    ~CudaBuffer() => GiveBack();

    /// <summary>How many elements it has.</summary>
    public long Length { get; }

    /// <summary>The context it belongs to.</summary>
    public CudaContext Context { get; }

    /// <summary>Where it lies on the device, for work that is enqueued while the context is entered.</summary>
    internal nint Pointer => (_block ?? throw new ObjectDisposedException(nameof(CudaBuffer<T>))).Pointer;

    internal long Bytes => Length * sizeof(T);

    /// <summary>Copies elements to the device. Returns as soon as <paramref name="source"/> may be changed; the copy itself runs in the stream, before whatever is called next.</summary>
    /// <param name="source">The elements.</param>
    /// <param name="offset">Where the first one goes.</param>
    /// <exception cref="ArgumentOutOfRangeException">They do not fit the buffer from there on.</exception>
    /// <exception cref="CudaException">A call failed.</exception>
    /// <exception cref="ObjectDisposedException">The buffer or its context is disposed.</exception>
    public void CopyFrom(ReadOnlySpan<T> source, long offset = 0)
    {
        CheckPart(offset, source.Length);
        using CudaContext.Scope scope = Context.Enter();
        nint destination = (nint)((T*)Pointer + offset);
        fixed (T* data = source)
        {
            Context.ToDevice(destination, (byte*)data, (long)source.Length * sizeof(T));
        }
    }

    /// <summary>Copies elements from the device, after all that was called before.</summary>
    /// <param name="destination">Receives the elements, and is filled when this returns.</param>
    /// <param name="offset">The first one.</param>
    /// <exception cref="ArgumentOutOfRangeException">The buffer does not have so many from there on.</exception>
    /// <exception cref="CudaException">A call failed, perhaps one made before whose work runs only now.</exception>
    /// <exception cref="ObjectDisposedException">The buffer or its context is disposed.</exception>
    public void CopyTo(Span<T> destination, long offset = 0)
    {
        CheckPart(offset, destination.Length);
        using CudaContext.Scope scope = Context.Enter();
        nint source = (nint)((T*)Pointer + offset);
        fixed (T* data = destination)
        {
            Context.ToHost((byte*)data, source, (long)destination.Length * sizeof(T));
        }
    }

    /// <summary>Copies another buffer of the same context and length, on the device.</summary>
    /// <param name="source">The other buffer.</param>
    /// <exception cref="ArgumentException">It belongs to another context, or has another length.</exception>
    /// <exception cref="CudaException">A call failed.</exception>
    /// <exception cref="ObjectDisposedException">A buffer or the context is disposed.</exception>
    public void CopyFrom(CudaBuffer<T> source)
    {
        ArgumentNullException.ThrowIfNull(source);
        if (source.Context != Context)
        {
            throw new ArgumentException("The buffer belongs to another context; expected one of this buffer's.", nameof(source));
        }

        if (source.Length != Length)
        {
            throw new ArgumentException(FormattableString.Invariant($"The buffer has {source.Length} elements; expected {Length}."), nameof(source));
        }

        using CudaContext.Scope scope = Context.Enter();
        if (Pointer != source.Pointer)
        {
            Context.Copy(Pointer, source.Pointer, Bytes);
        }
    }

    /// <summary>Sets all bytes to 0.</summary>
    /// <exception cref="CudaException">A call failed.</exception>
    /// <exception cref="ObjectDisposedException">The buffer or its context is disposed.</exception>
    public void Clear()
    {
        using CudaContext.Scope scope = Context.Enter();
        Context.Clear(Pointer, Bytes);
    }

    /// <summary>Gives the memory back to the context's pool; work on it that is in the stream still runs.</summary>
    public void Dispose()
    {
        GiveBack();
        GC.SuppressFinalize(this);
    }

    private void GiveBack()
    {
        if (Interlocked.Exchange(ref _block, null) is { } block)
        {
            Context.Return(block);
        }
    }

    private void CheckPart(long offset, int count, [CallerArgumentExpression(nameof(offset))] string? name = null)
    {
        if (offset < 0 || offset > Length - count)
        {
            throw new ArgumentOutOfRangeException(
                name,
                offset,
                FormattableString.Invariant($"The buffer has {Length} elements; {count} from {offset} on do not fit."));
        }
    }
}
