using System;
using System.Collections.Concurrent;
using System.Collections.Generic;
using System.Linq;
using System.Numerics;

namespace Kron.Cuda;

/// <summary>Device memory of one context: blocks that are given back wait for the next request of their size.</summary>
/// <remarks>
/// All work of a context goes through one stream, in order, so a block may be reused while work on it is still to run.
/// Everything but <see cref="Return"/> is called under the context's lock.
/// </remarks>
internal sealed class DeviceMemoryPool(RuntimeFunctions runtime, int device)
{
    private const long Granularity = 512;

    private readonly ConcurrentQueue<DeviceBlock> _returned = new();
    private readonly Dictionary<long, Stack<DeviceBlock>> _free = [];
    private readonly HashSet<DeviceBlock> _used = [];
    private long _usedBytes;

    /// <summary>A block of at least so many bytes, aligned to 256.</summary>
    /// <param name="bytes">How many, at least 0.</param>
    /// <param name="stream">The context's stream, which is waited for before memory is given up.</param>
    /// <exception cref="CudaException">The device has too little memory, even without what the pool held unused.</exception>
    public DeviceBlock Rent(long bytes, nint stream)
    {
        Collect();
        long size = SizeClass(bytes);
        DeviceBlock block = TryReuse(size) ?? TryAllocate(size) ?? AllocateAfterTrim(bytes, stream);
        _used.Add(block);
        _usedBytes += block.Bytes;
        return block;
    }

    /// <summary>Takes a block back; any thread may call this at any time, and so may finalizers.</summary>
    public void Return(DeviceBlock block) => _returned.Enqueue(block);

    /// <summary>Frees the blocks that wait for reuse.</summary>
    public void Trim(nint stream)
    {
        Collect();
        if (_free.Count > 0)
        {
            runtime.Synchronize(stream);
            FreeAll(_free.Values.SelectMany(blocks => blocks));
            _free.Clear();
        }
    }

    /// <summary>Frees everything, lent blocks too.</summary>
    public void FreeAll()
    {
        Collect();
        FreeAll(_free.Values.SelectMany(blocks => blocks).Concat(_used));
        _free.Clear();
        _used.Clear();
        _usedBytes = 0;
    }

    /// <summary>Rounds up by an eighth at most, so that requests of about one size share blocks.</summary>
    internal static long SizeClass(long bytes)
    {
        long step = Math.Max(Granularity, (long)BitOperations.RoundUpToPowerOf2((ulong)bytes) >> 4);
        return RoundUp(bytes, step);
    }

    private static void FreeAll(IEnumerable<DeviceBlock> blocks)
    {
        foreach (DeviceBlock block in blocks)
        {
            block.Free();
        }
    }

    private static long RoundUp(long bytes, long step) => Math.Max(1, (bytes + step - 1) / step) * step;

    private DeviceBlock? TryReuse(long size) =>
        _free.TryGetValue(size, out Stack<DeviceBlock>? blocks) && blocks.TryPop(out DeviceBlock? block) ? block : null;

    private DeviceBlock? TryAllocate(long size) =>
        runtime.TryAllocate(device, size) is { } handle ? new DeviceBlock(handle, size) : null;

    private DeviceBlock AllocateAfterTrim(long bytes, nint stream)
    {
        Trim(stream);

        // What rounding adds may be what is missing.
        return TryAllocate(RoundUp(bytes, Granularity)) ?? throw runtime.NoMemory(bytes, _usedBytes);
    }

    private void Collect()
    {
        while (_returned.TryDequeue(out DeviceBlock? block))
        {
            if (_used.Remove(block))
            {
                _usedBytes -= block.Bytes;
                if (!_free.TryGetValue(block.Bytes, out Stack<DeviceBlock>? blocks))
                {
                    blocks = new Stack<DeviceBlock>();
                    _free.Add(block.Bytes, blocks);
                }

                blocks.Push(block);
            }
        }
    }
}
