using System;
using System.Runtime.InteropServices;

namespace Kron.Benchmarks.Peers;

/// <summary>The few functions of oneDNN 2.x that are used. Its descriptors are plain structures, opaque here.</summary>
/// <remarks>Called with the usual transition: without it (SuppressGCTransition), the process crashes now and then inside the library.</remarks>
internal sealed unsafe partial class OneDnnApi
{
    public const int Source = 1;
    public const int Target = 17;
    public const int Weights = 33;

    public const int QuerySource = 129;
    public const int QueryWeights = 131;
    public const int QueryTarget = 133;

    // sizeof in version 2.6: dnnl_memory_desc_t is 696 bytes, dnnl_convolution_desc_t, the largest operation, 5976.
    private const int DescriptorBytes = 8192;
    private const int MaxDimensions = 12;
    private const int Cpu = 1;
    private const int InOrder = 1;
    private const int Float32 = 3;
    private const int AnyFormat = 1;
    private const int ForwardInference = 96;
    private const int QueryImplementation = 8;

    private readonly nint _library;
    private readonly nint _engine;
    private readonly nint _stream;
    private readonly delegate* unmanaged[Cdecl]<nint, nint, int, Argument*, int> _execute;
    private readonly delegate* unmanaged[Cdecl]<nint, float*, int> _setData;
    private readonly delegate* unmanaged[Cdecl]<byte, byte, long, long, long, float, float*, long, float*, long, float, float*, long, int> _sgemm;

    public OneDnnApi(nint library)
    {
        _library = library;
        nint handle;
        Check(((delegate* unmanaged[Cdecl]<nint*, int, nint, int>)Export("dnnl_engine_create"))(&handle, Cpu, 0));
        _engine = handle;
        Check(((delegate* unmanaged[Cdecl]<nint*, nint, uint, int>)Export("dnnl_stream_create"))(&handle, _engine, InOrder));
        _stream = handle;
        _execute = (delegate* unmanaged[Cdecl]<nint, nint, int, Argument*, int>)Export("dnnl_primitive_execute");
        _setData = (delegate* unmanaged[Cdecl]<nint, float*, int>)Export("dnnl_memory_set_data_handle");
        _sgemm = (delegate* unmanaged[Cdecl]<byte, byte, long, long, long, float, float*, long, float*, long, float, float*, long, int>)Export("dnnl_sgemm");
        int* version = ((delegate* unmanaged[Cdecl]<int*>)Export("dnnl_version"))();
        Version = FormattableString.Invariant($"{version[0]}.{version[1]}.{version[2]}");
    }

    public string Version { get; }

    public Blob Descriptor(ReadOnlySpan<long> dimensions, ReadOnlySpan<long> strides)
    {
        var blob = new Blob(DescriptorBytes);
        long* dims = stackalloc long[MaxDimensions];
        long* steps = stackalloc long[MaxDimensions];
        dimensions.CopyTo(new Span<long>(dims, MaxDimensions));
        strides.CopyTo(new Span<long>(steps, MaxDimensions));
        Check(((delegate* unmanaged[Cdecl]<byte*, int, long*, int, long*, int>)Export("dnnl_memory_desc_init_by_strides"))(blob.Pointer, dimensions.Length, dims, Float32, steps));
        return blob;
    }

    /// <summary>A descriptor that leaves the format to the primitive.</summary>
    public Blob Any(ReadOnlySpan<long> dimensions) => Tagged(dimensions, AnyFormat);

    /// <summary>A descriptor of one of the library's named formats.</summary>
    public Blob Tagged(ReadOnlySpan<long> dimensions, int tag)
    {
        var blob = new Blob(DescriptorBytes);
        long* dims = stackalloc long[MaxDimensions];
        dimensions.CopyTo(new Span<long>(dims, MaxDimensions));
        Check(((delegate* unmanaged[Cdecl]<byte*, int, long*, int, int, int>)Export("dnnl_memory_desc_init_by_tag"))(blob.Pointer, dimensions.Length, dims, Float32, tag));
        return blob;
    }

    public Blob MatrixProduct(Blob source, Blob weights, Blob target)
    {
        var blob = new Blob(DescriptorBytes);
        Check(((delegate* unmanaged[Cdecl]<byte*, byte*, byte*, byte*, byte*, int>)Export("dnnl_matmul_desc_init"))(blob.Pointer, source.Pointer, weights.Pointer, null, target.Pointer));
        return blob;
    }

    public Blob InnerProduct(Blob source, Blob weights, Blob target)
    {
        var blob = new Blob(DescriptorBytes);
        Check(((delegate* unmanaged[Cdecl]<byte*, int, byte*, byte*, byte*, byte*, int>)Export("dnnl_inner_product_forward_desc_init"))(blob.Pointer, ForwardInference, source.Pointer, weights.Pointer, null, target.Pointer));
        return blob;
    }

    /// <summary>An implementation of an operation, or zero where there is none.</summary>
    public nint PrimitiveDescriptor(Blob operation)
    {
        nint descriptor;
        return ((delegate* unmanaged[Cdecl]<nint*, byte*, nint, nint, nint, int>)Export("dnnl_primitive_desc_create"))(&descriptor, operation.Pointer, 0, _engine, 0) == 0
            ? descriptor
            : 0;
    }

    /// <summary>The name of an implementation, such as <c>brg:avx512_core</c> or <c>ref:any</c>.</summary>
    public string Implementation(nint primitiveDescriptor)
    {
        nint text;
        Check(((delegate* unmanaged[Cdecl]<nint, int, int, void*, int>)Export("dnnl_primitive_desc_query"))(primitiveDescriptor, QueryImplementation, 0, &text));
        return Marshal.PtrToStringUTF8(text)!;
    }

    /// <summary>The descriptor of an operand as an implementation wants it.</summary>
    public byte* Query(nint primitiveDescriptor, int what) =>
        ((delegate* unmanaged[Cdecl]<nint, int, int, byte*>)Export("dnnl_primitive_desc_query_md"))(primitiveDescriptor, what, 0);

    public nuint Bytes(byte* descriptor) => ((delegate* unmanaged[Cdecl]<byte*, nuint>)Export("dnnl_memory_desc_get_size"))(descriptor);

    public nint Primitive(nint primitiveDescriptor)
    {
        nint primitive;
        Check(((delegate* unmanaged[Cdecl]<nint*, nint, int>)Export("dnnl_primitive_create"))(&primitive, primitiveDescriptor));
        return primitive;
    }

    public nint Memory(byte* descriptor, float* data)
    {
        nint memory;
        Check(((delegate* unmanaged[Cdecl]<nint*, byte*, nint, float*, int>)Export("dnnl_memory_create"))(&memory, descriptor, _engine, data));
        return memory;
    }

    /// <summary>Copies from one format to another.</summary>
    public void Reorder(byte* from, float* source, byte* to, float* target)
    {
        Argument* arguments = stackalloc Argument[2];
        arguments[0] = new Argument { Index = Source, Memory = Memory(from, source) };
        arguments[1] = new Argument { Index = Target, Memory = Memory(to, target) };
        Execute(Reordering(from, to), 2, arguments);
    }

    /// <summary>The primitive that copies from one format to another.</summary>
    public nint Reordering(byte* from, byte* to)
    {
        nint descriptor;
        Check(((delegate* unmanaged[Cdecl]<nint*, byte*, nint, byte*, nint, nint, int>)Export("dnnl_reorder_primitive_desc_create"))(&descriptor, from, _engine, to, _engine, 0));
        return Primitive(descriptor);
    }

    public void Execute(nint primitive, int count, Argument* arguments) => Check(_execute(primitive, _stream, count, arguments));

    public void SetData(nint memory, float* data) => Check(_setData(memory, data));

    /// <summary>One product of a shape by sgemm, which is row-major here.</summary>
    public void Sgemm(in GemmShape shape, float* a, float* b, float* c) => Check(_sgemm(
        Of(shape.A), Of(shape.B), shape.M, shape.N, shape.K, 1, a, shape.A.Leading, b, shape.B.Leading, 0, c, shape.LeadingC));

    private static byte Of(Operand operand) => operand.IsTransposed ? (byte)'T' : (byte)'N';

    private nint Export(string name) => NativeLibrary.GetExport(_library, name);

    private static void Check(int status)
    {
        if (status != 0)
        {
            throw new InvalidOperationException(FormattableString.Invariant($"oneDNN returned status {status}."));
        }
    }

    /// <summary>dnnl_exec_arg_t.</summary>
    public struct Argument
    {
        public int Index;
        public nint Memory;
    }

    /// <summary>Zeroed native memory for a structure of the library.</summary>
    public sealed class Blob(int bytes) : IDisposable
    {
        public byte* Pointer { get; private set; } = (byte*)NativeMemory.AllocZeroed((nuint)bytes);

        public void Dispose()
        {
            NativeMemory.Free(Pointer);
            Pointer = null;
        }
    }
}
