using System;
using System.Collections.Generic;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Kron.Benchmarks.Measure;

namespace Kron.Benchmarks.Peers.Convolutions;

/// <summary>Runs of primitives, one after the other, on memory that is fixed beforehand.</summary>
internal sealed unsafe class Steps(OneDnnApi api)
{
    private readonly List<(nint Primitive, int Count, nint Arguments)> _steps = [];
    private readonly List<FloatBuffer> _kept = [];

    /// <summary>Appends a run.</summary>
    /// <param name="primitive">What runs.</param>
    /// <param name="arguments">Its memory objects by the numbers of the library's arguments.</param>
    public void Add(nint primitive, params ReadOnlySpan<(int Index, nint Memory)> arguments)
    {
        var list = (OneDnnApi.Argument*)NativeMemory.AllocZeroed((nuint)arguments.Length, (nuint)sizeof(OneDnnApi.Argument));
        for (int i = 0; i < arguments.Length; i++)
        {
            list[i] = new() { Index = arguments[i].Index, Memory = arguments[i].Memory };
        }

        _steps.Add((primitive, arguments.Length, (nint)list));
    }

    /// <summary>Keeps memory that a run refers to.</summary>
    public void Keep(FloatBuffer buffer) => _kept.Add(buffer);

    /// <summary>Memory for runs to refer to.</summary>
    public float* Allocate(long floats)
    {
        var buffer = new FloatBuffer(floats);
        Keep(buffer);
        return buffer.Pointer;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Run()
    {
        foreach ((nint primitive, int count, nint arguments) in CollectionsMarshal.AsSpan(_steps))
        {
            api.Execute(primitive, count, (OneDnnApi.Argument*)arguments);
        }
    }
}
