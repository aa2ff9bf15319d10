using System;

namespace Kron.Cuda;

/// <summary>Copies between ordinary host memory and the device through two pieces of pinned memory, one of which is filled or emptied while the device copies the other.</summary>
/// <remarks>Used under the context's lock. The pinned memory is allocated at first use.</remarks>
internal sealed unsafe class PinnedStaging(RuntimeFunctions runtime, int device, NativeHandle stream)
{
    public const int SlotBytes = 4 << 20;

    private readonly Slot[] _slots = [new(), new()];
    private int _next;

    /// <summary>Returns as soon as the source is read; the copy itself is in the stream.</summary>
    public void ToDevice(nint destination, byte* source, long bytes)
    {
        for (long done = 0; done < bytes; done += SlotBytes)
        {
            long piece = Math.Min(SlotBytes, bytes - done);
            Slot slot = Take();
            Buffer.MemoryCopy(source + done, (void*)slot.Memory!.Value, SlotBytes, piece);
            Enqueue(slot, (nint)((byte*)destination + done), slot.Memory.Value, piece, CopyKind.HostToDevice);
        }
    }

    /// <summary>Returns when the destination is written.</summary>
    public void ToHost(byte* destination, nint source, long bytes)
    {
        Slot? former = null;
        long formerPiece = 0;
        for (long done = 0; done < bytes; done += SlotBytes)
        {
            long piece = Math.Min(SlotBytes, bytes - done);
            Slot slot = Take();
            Enqueue(slot, slot.Memory!.Value, (nint)((byte*)source + done), piece, CopyKind.DeviceToHost);
            if (former is not null)
            {
                Empty(former, destination + done - formerPiece, formerPiece);
            }

            former = slot;
            formerPiece = piece;
        }

        if (former is not null)
        {
            Empty(former, destination + bytes - formerPiece, formerPiece);
        }
    }

    public void Free()
    {
        foreach (Slot slot in _slots)
        {
            slot.Event?.Dispose();
            slot.Memory?.Dispose();
        }
    }

    private void Empty(Slot slot, byte* destination, long bytes)
    {
        Wait(slot);
        Buffer.MemoryCopy((void*)slot.Memory!.Value, destination, bytes, bytes);
    }

    private Slot Take()
    {
        Slot slot = _slots[_next];
        _next = 1 - _next;
        slot.Event ??= runtime.CreateEvent(device, timing: false);
        slot.Memory ??= runtime.AllocateHost(device, SlotBytes);
        Wait(slot);
        return slot;
    }

    private void Wait(Slot slot)
    {
        if (slot.IsCopied)
        {
            runtime.Synchronize(slot.Event!);
            slot.IsCopied = false;
        }
    }

    private void Enqueue(Slot slot, nint to, nint from, long bytes, CopyKind kind)
    {
        runtime.Copy(to, from, bytes, kind, stream.Value);
        try
        {
            runtime.Record(slot.Event!, stream.Value);
            slot.IsCopied = true;
        }
        catch
        {
            // Nothing else would tell when the slot is free again.
            runtime.TrySynchronize(stream.Value);
            throw;
        }
    }

    private sealed class Slot
    {
        public NativeHandle? Memory { get; set; }

        public NativeHandle? Event { get; set; }

        /// <summary>Whether the stream has work on the slot that nobody has waited for.</summary>
        public bool IsCopied { get; set; }
    }
}
