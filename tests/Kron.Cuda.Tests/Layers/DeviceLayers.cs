using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Reflection;
using Kron.Cuda.Tests.Support;
using Kron.Kernels.Tests.Support;

namespace Kron.Cuda.Tests.Layers;

/// <summary>Layers of the kernel tests' matrix, compiled in this process, on a stand-in device.</summary>
internal static class DeviceLayers
{
    private static readonly Lazy<IReadOnlyList<(LayerCase, Type)>> Compiled = new(static () => [.. Cases!.Zip(CompiledLayers.Compile([.. Cases!], "Scalar,Cuda"))]);

    private static readonly string Kernels = Directory.CreateTempSubdirectory("kron-kernels-").FullName;

    /// <summary>Every fully-connected layer of that matrix, and structured ones.</summary>
    public static IReadOnlyList<LayerCase> Cases { get; } =
    [
        .. Kron.Kernels.Tests.Support.Cases.All,
        ConvolutionCases.StructuredOf(10, 33, 16) with { Activation = Activation.Maxout, Pieces = 2 },
        ConvolutionCases.StructuredOf(7, 40, 3),
        ConvolutionCases.StructuredOf(5, 20, 19) with { Activation = Activation.Relu },
    ];

    /// <summary>Each with its class.</summary>
    public static IReadOnlyList<(LayerCase Case, Type Type)> All => Compiled.Value;

    public static CudaContext Open(CudaContextOptions? options = null) => new(Libraries, options ?? Options());

    public static CudaContextOptions Options(int chunk = 4096, bool useCompiler = true, bool useGraphs = true) =>
        new() { ChunkSamples = chunk, UseCompiler = useCompiler, UseGraphs = useGraphs, KernelCache = Kernels };

    /// <summary>A layer of a case on the device.</summary>
    public static CudaLayer Create(Type type, CudaContext context) => On((ILayer)Activator.CreateInstance(type)!, context);

    public static CudaLayer On(ILayer layer, CudaContext context)
    {
        try
        {
            return (CudaLayer)layer.GetType().GetMethod("ToCuda")!.Invoke(layer, [context])!;
        }
        catch (TargetInvocationException exception)
        {
            System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(exception.InnerException!);
            throw;
        }
    }

    private static CudaLibraries Libraries
    {
        get
        {
            CudaResolution resolution = CudaResolution.Resolve(new LibrarySearch(Standin.Complete, loader: false, []));
            return resolution.Libraries ?? throw new InvalidOperationException(resolution.Unavailable);
        }
    }
}
