using System;
using System.Runtime.InteropServices;

namespace Kron.Generator.Tests.Emit;

/// <summary>
/// Floats that lie flush against memory that must not be touched. On Linux that memory is unreadable, so a single float too
/// far is a crash; elsewhere a write is found by the sentinels.
/// </summary>
internal sealed unsafe partial class GuardedFloats : IDisposable
{
    public const float Sentinel = -123456.75f;

    private const int Page = 1 << 16;
    private readonly nint _map;
    private readonly nuint _bytes;
    private readonly float[]? _managed;
    private readonly GCHandle _pin;
    private readonly int _slack;
    private readonly bool _atEnd;

    /// <summary>Sentinels, with the first or the last of them next to the guard.</summary>
    public GuardedFloats(int count, bool atEnd)
    {
        Count = count;
        _atEnd = atEnd;
        int room = (((count * sizeof(float)) + Page - 1) / Page * Page) + (count == 0 ? Page : 0);
        _slack = (room / sizeof(float)) - count;
        if (OperatingSystem.IsLinux())
        {
            _bytes = (nuint)(room + (2 * Page));
            _map = Map(0, _bytes, protection: 0, flags: 0x22, file: -1, offset: 0);
            if (_map == -1 || Protect(_map + Page, (nuint)room, protection: 3) != 0)
            {
                throw new InvalidOperationException($"No memory of {_bytes} bytes can be mapped.");
            }

            Start = (float*)(_map + Page) + (atEnd ? _slack : 0);
        }
        else
        {
            _managed = new float[count + (2 * _slack)];
            _pin = GCHandle.Alloc(_managed, GCHandleType.Pinned);
            Start = (float*)_pin.AddrOfPinnedObject() + _slack;
        }

        Span.Fill(Sentinel);
        Slack.Fill(Sentinel);
    }

    public int Count { get; }

    public float* Start { get; }

    public Span<float> Span => new(Start, Count);

    // The writable floats on the side without a guard.
    private Span<float> Slack => new(_atEnd ? Start - _slack : Start + Count, _slack);

    /// <exception cref="InvalidOperationException">A float beside them was written.</exception>
    public void ShouldBeAloneWritten()
    {
        int at = Slack.IndexOfAnyExcept(Sentinel);
        if (at >= 0)
        {
            throw new InvalidOperationException($"Of {Count} floats, one {(_atEnd ? _slack - at : at + 1)} {(_atEnd ? "before the first" : "after the last")} was written.");
        }
    }

    public void Dispose()
    {
        if (_managed is null)
        {
            _ = Unmap(_map, _bytes);
        }
        else
        {
            _pin.Free();
        }
    }

    [LibraryImport("libc", EntryPoint = "mmap")]
    private static partial nint Map(nint address, nuint length, int protection, int flags, int file, nint offset);

    [LibraryImport("libc", EntryPoint = "mprotect")]
    private static partial int Protect(nint address, nuint length, int protection);

    [LibraryImport("libc", EntryPoint = "munmap")]
    private static partial int Unmap(nint address, nuint length);
}
