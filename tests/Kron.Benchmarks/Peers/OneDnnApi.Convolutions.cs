using System;
using System.Collections.Generic;
using Kron.Benchmarks.Peers.Convolutions;

namespace Kron.Benchmarks.Peers;

/// <summary>The functions for convolutions.</summary>
internal sealed unsafe partial class OneDnnApi
{
    /// <summary>The operation of a convolution.</summary>
    public Blob Convolution(ConvolutionAlgorithm algorithm, in ConvolutionShape shape, Blob source, Blob weights, Blob target)
    {
        var blob = new Blob(DescriptorBytes);
        long* strides = stackalloc long[MaxDimensions] { 1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0 };

        // The library counts the pixels that a dilated kernel skips.
        long* dilates = stackalloc long[MaxDimensions] { shape.Dilation.H - 1, shape.Dilation.W - 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0 };
        long* padding = stackalloc long[MaxDimensions] { shape.Padding.H, shape.Padding.W, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0 };
        Check(((delegate* unmanaged[Cdecl]<byte*, int, int, byte*, byte*, byte*, byte*, long*, long*, long*, long*, int>)Export("dnnl_dilated_convolution_forward_desc_init"))(
            blob.Pointer, ForwardInference, (int)algorithm, source.Pointer, weights.Pointer, null, target.Pointer, strides, dilates, padding, padding));
        return blob;
    }

    /// <summary>Every implementation of an operation, the one that the library prefers first; the caller releases them.</summary>
    /// <param name="operation">The operation.</param>
    /// <param name="accumulates">Whether the result is added to what the target holds.</param>
    public IReadOnlyList<nint> Implementations(Blob operation, bool accumulates)
    {
        nint iterator;
        nint attributes = accumulates ? Accumulating() : 0;
        var found = new List<nint>();
        if (((delegate* unmanaged[Cdecl]<nint*, byte*, nint, nint, nint, int>)Export("dnnl_primitive_desc_iterator_create"))(&iterator, operation.Pointer, attributes, _engine, 0) == 0)
        {
            do
            {
                found.Add(((delegate* unmanaged[Cdecl]<nint, nint>)Export("dnnl_primitive_desc_iterator_fetch"))(iterator));
            }
            while (((delegate* unmanaged[Cdecl]<nint, int>)Export("dnnl_primitive_desc_iterator_next"))(iterator) == 0);
            Check(((delegate* unmanaged[Cdecl]<nint, int>)Export("dnnl_primitive_desc_iterator_destroy"))(iterator));
        }

        if (attributes != 0)
        {
            Check(((delegate* unmanaged[Cdecl]<nint, int>)Export("dnnl_primitive_attr_destroy"))(attributes));
        }

        return found;
    }

    /// <summary>Lets go of an implementation's descriptor.</summary>
    public void Release(nint primitiveDescriptor) => Check(((delegate* unmanaged[Cdecl]<nint, int>)Export("dnnl_primitive_desc_destroy"))(primitiveDescriptor));

    private nint Accumulating()
    {
        nint attributes, operations;
        Check(((delegate* unmanaged[Cdecl]<nint*, int>)Export("dnnl_primitive_attr_create"))(&attributes));
        Check(((delegate* unmanaged[Cdecl]<nint*, int>)Export("dnnl_post_ops_create"))(&operations));
        Check(((delegate* unmanaged[Cdecl]<nint, float, int>)Export("dnnl_post_ops_append_sum"))(operations, 1));
        Check(((delegate* unmanaged[Cdecl]<nint, nint, int>)Export("dnnl_primitive_attr_set_post_ops"))(attributes, operations));
        Check(((delegate* unmanaged[Cdecl]<nint, int>)Export("dnnl_post_ops_destroy"))(operations));
        return attributes;
    }
}
