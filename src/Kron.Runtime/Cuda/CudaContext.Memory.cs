using System;

namespace Kron.Cuda;

public sealed unsafe partial class CudaContext
{
    /// <summary>Allocates device memory, from the pool if it has some of that size. It is not cleared.</summary>
    /// <typeparam name="T">The elements.</typeparam>
    /// <param name="length">How many, at least 0.</param>
    /// <returns>The buffer; dispose it to give its memory back to the pool.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="length"/> is negative or beyond any memory.</exception>
    /// <exception cref="CudaException">There is too little memory, even without what the pool held unused; the message says how much there is.</exception>
    /// <exception cref="ObjectDisposedException">The context is disposed.</exception>
    public CudaBuffer<T> Allocate<T>(long length)
        where T : unmanaged
    {
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(length, (long.MaxValue / 4) / sizeof(T));
        using Scope scope = Enter();
        RefuseCapture("Allocating memory");
        return new CudaBuffer<T>(this, _pool.Rent(length * sizeof(T), _stream.Value), length);
    }

    /// <summary>Allocates floats that are 0.</summary>
    internal CudaBuffer<float> AllocateZeros(long length)
    {
        CudaBuffer<float> zeros = Allocate<float>(length);
        try
        {
            zeros.Clear();
            return zeros;
        }
        catch
        {
            zeros.Dispose();
            throw;
        }
    }

    /// <summary>Gives the memory of disposed buffers back to the device.</summary>
    /// <exception cref="CudaException">Work that was called before failed.</exception>
    /// <exception cref="ObjectDisposedException">The context is disposed.</exception>
    public void TrimPool()
    {
        using Scope scope = Enter();
        RefuseCapture("Freeing memory");
        _pool.Trim(_stream.Value);
    }

    /// <summary>Copies a batch to the device and into the layout of activations there.</summary>
    /// <remarks>
    /// There, samples lie in chunks of <see cref="ChunkSamples"/>, the last of what is left, one chunk after the other. Each chunk is
    /// a row-major matrix with a row per feature and a column per sample.
    /// </remarks>
    /// <param name="samples">The batch, sample after sample.</param>
    /// <param name="size">Floats per sample, at least 1.</param>
    /// <param name="destination">Receives the batch from its start on, and has room for it.</param>
    /// <exception cref="ArgumentException"><paramref name="samples"/> is no multiple of <paramref name="size"/>, or <paramref name="destination"/> too short or of another context.</exception>
    /// <exception cref="CudaException">A call failed.</exception>
    /// <exception cref="ObjectDisposedException">The buffer or the context is disposed.</exception>
    public void Upload(ReadOnlySpan<float> samples, int size, CudaBuffer<float> destination)
    {
        int batch = CheckBatch(samples.Length, nameof(samples), size, destination, nameof(destination));
        using Scope scope = Enter();
        fixed (float* data = samples)
        {
            if (LiesTheSame(batch, size))
            {
                ToDevice(destination.Pointer, (byte*)data, (long)samples.Length * sizeof(float));
                return;
            }

            using CudaBuffer<float> rows = Allocate<float>((long)System.Math.Min(batch, ChunkSamples) * size);
            for (int sample = 0; sample < batch; sample += ChunkSamples)
            {
                int count = System.Math.Min(batch - sample, ChunkSamples);
                long offset = (long)sample * size;
                ToDevice(rows.Pointer, (byte*)(data + offset), (long)count * size * sizeof(float));
                _libraries.Blas.TransposeMatrix(_blas, rows.Pointer, count, size, (nint)((float*)destination.Pointer + offset));
            }
        }
    }

    /// <summary>Copies a batch from the layout of activations on the device (see <see cref="Upload"/>) back to the host.</summary>
    /// <param name="source">Has the batch at its start.</param>
    /// <param name="size">Floats per sample, at least 1.</param>
    /// <param name="samples">Receives the whole batch, sample after sample, and is filled when this returns.</param>
    /// <exception cref="ArgumentException"><paramref name="samples"/> is no multiple of <paramref name="size"/>, or <paramref name="source"/> too short or of another context.</exception>
    /// <exception cref="CudaException">A call failed, perhaps one made before whose work runs only now.</exception>
    /// <exception cref="ObjectDisposedException">The buffer or the context is disposed.</exception>
    public void Download(CudaBuffer<float> source, int size, Span<float> samples)
    {
        int batch = CheckBatch(samples.Length, nameof(samples), size, source, nameof(source));
        using Scope scope = Enter();
        fixed (float* data = samples)
        {
            if (LiesTheSame(batch, size))
            {
                ToHost((byte*)data, source.Pointer, (long)samples.Length * sizeof(float));
                return;
            }

            using CudaBuffer<float> rows = Allocate<float>((long)System.Math.Min(batch, ChunkSamples) * size);
            for (int sample = 0; sample < batch; sample += ChunkSamples)
            {
                int count = System.Math.Min(batch - sample, ChunkSamples);
                long offset = (long)sample * size;
                _libraries.Blas.TransposeMatrix(_blas, (nint)((float*)source.Pointer + offset), size, count, rows.Pointer);
                ToHost((byte*)(data + offset), rows.Pointer, (long)count * size * sizeof(float));
            }
        }
    }

    /// <summary>Sets bytes of the device to 0.</summary>
    internal void Clear(nint pointer, long bytes)
    {
        using Scope scope = Enter();
        if (bytes > 0)
        {
            Runtime.Clear(pointer, bytes, _stream.Value);
        }
    }

    /// <summary>Copies bytes on the device.</summary>
    internal void Copy(nint to, nint from, long bytes)
    {
        using Scope scope = Enter();
        if (bytes > 0)
        {
            Runtime.Copy(to, from, bytes, CopyKind.DeviceToDevice, _stream.Value);
        }
    }

    /// <summary>Copies bytes of the host to the device; the source may be changed when this returns.</summary>
    internal void ToDevice(nint destination, byte* source, long bytes)
    {
        using Scope scope = Enter();
        RefuseCapture("A copy from the host");
        _staging.ToDevice(destination, source, bytes);
    }

    /// <summary>Copies bytes of the device to the host; the destination is filled when this returns.</summary>
    internal void ToHost(byte* destination, nint source, long bytes)
    {
        using Scope scope = Enter();
        RefuseCapture("A copy to the host");
        _staging.ToHost(destination, source, bytes);
    }

    private bool LiesTheSame(int batch, int size) => size == 1 || ChunkSamples == 1 || batch <= 1;

    private int CheckBatch(int length, string lengthName, int size, CudaBuffer<float> buffer, string bufferName)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(size, 1);
        ArgumentNullException.ThrowIfNull(buffer, bufferName);
        if (length % size != 0)
        {
            throw new ArgumentException(FormattableString.Invariant($"The batch has {length} floats; expected a multiple of {size}."), lengthName);
        }

        if (buffer.Context != this)
        {
            throw new ArgumentException("The buffer belongs to another context; expected one of this context.", bufferName);
        }

        return buffer.Length >= length
            ? length / size
            : throw new ArgumentException(FormattableString.Invariant($"The buffer has {buffer.Length} floats; expected at least the batch's {length}."), bufferName);
    }
}
