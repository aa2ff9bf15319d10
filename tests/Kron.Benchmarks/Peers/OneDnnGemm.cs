using System;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Kron.Benchmarks.Measure;

namespace Kron.Benchmarks.Peers;

/// <summary>A primitive of oneDNN with its constant operand packed.</summary>
internal sealed unsafe class OneDnnGemm : Gemm
{
    private readonly OneDnnApi _api;
    private readonly nint _primitive;
    private readonly nint _other;
    private readonly nint _target;
    private readonly bool _weightIsLeft;
    private readonly FloatBuffer _packed;
    private readonly OneDnnApi.Argument* _arguments;

    private OneDnnGemm(OneDnnApi api, nint descriptor, FloatBuffer packed, bool weightIsLeft, string detail)
    {
        _api = api;
        Detail = $"{detail} ({api.Implementation(descriptor)})";
        _packed = packed;
        _weightIsLeft = weightIsLeft;
        _primitive = api.Primitive(descriptor);
        nint weight = api.Memory(api.Query(descriptor, weightIsLeft ? OneDnnApi.QuerySource : OneDnnApi.QueryWeights), packed.Pointer);
        _other = api.Memory(api.Query(descriptor, weightIsLeft ? OneDnnApi.QueryWeights : OneDnnApi.QuerySource), packed.Pointer);
        _target = api.Memory(api.Query(descriptor, OneDnnApi.QueryTarget), packed.Pointer);
        _arguments = (OneDnnApi.Argument*)NativeMemory.AllocZeroed(3, (nuint)sizeof(OneDnnApi.Argument));
        _arguments[0] = new() { Index = OneDnnApi.Source, Memory = weightIsLeft ? weight : _other };
        _arguments[1] = new() { Index = OneDnnApi.Weights, Memory = weightIsLeft ? _other : weight };
        _arguments[2] = new() { Index = OneDnnApi.Target, Memory = _target };
    }

    public override string Detail { get; }

    /// <summary>Prepares an operation, or returns null where the library has only its reference implementation.</summary>
    /// <param name="api">The library.</param>
    /// <param name="operation">The operation's descriptor.</param>
    /// <param name="plain">How the constant operand lies.</param>
    /// <param name="weightIsLeft">Which operand that is.</param>
    /// <param name="weight">It.</param>
    /// <param name="detail">How the library was asked.</param>
    public static OneDnnGemm? Create(OneDnnApi api, OneDnnApi.Blob operation, OneDnnApi.Blob plain, bool weightIsLeft, FloatBuffer weight, string detail)
    {
        nint descriptor = api.PrimitiveDescriptor(operation);
        if (descriptor == 0 || api.Implementation(descriptor).StartsWith("ref", StringComparison.Ordinal))
        {
            return null;
        }

        byte* wanted = api.Query(descriptor, weightIsLeft ? OneDnnApi.QuerySource : OneDnnApi.QueryWeights);
        var packed = new FloatBuffer((long)(api.Bytes(wanted) + 3) / sizeof(float));
        api.Reorder(plain.Pointer, weight.Pointer, wanted, packed.Pointer);
        return new OneDnnGemm(api, descriptor, packed, weightIsLeft, detail);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void Run(float* a, float* b, float* c)
    {
        _api.SetData(_other, _weightIsLeft ? b : a);
        _api.SetData(_target, c);
        _api.Execute(_primitive, 3, _arguments);
        GC.KeepAlive(_packed);
    }
}
