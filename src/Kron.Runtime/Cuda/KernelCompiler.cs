using System;

namespace Kron.Cuda;

/// <summary>Makes loaded kernels of CUDA C for one device, by NVRTC or from what it compiled before.</summary>
internal sealed class KernelCompiler
{
    private readonly CudaLibraries _libraries;
    private readonly CompilerFunctions _compiler;
    private readonly KernelCache _cache;
    private readonly int _device;
    private readonly string _option;
    private readonly string _version;

    public KernelCompiler(CudaLibraries libraries, CompilerFunctions compiler, KernelCache cache, int device, (int Major, int Minor) capability)
    {
        _libraries = libraries;
        _compiler = compiler;
        _cache = cache;
        _device = device;
        _option = FormattableString.Invariant($"--gpu-architecture=sm_{capability.Major}{capability.Minor}");
        (int major, int minor) = compiler.Version();
        _version = FormattableString.Invariant($"NVRTC {major}.{minor}");
    }

    /// <summary>Loads a source's kernels; null if this NVRTC is too old for the device.</summary>
    /// <exception cref="CudaException">The source is wrong, with the compiler's log, or the driver refuses what it gave.</exception>
    public NativeHandle? Load(string source)
    {
        string key = KernelCache.Key(_version, _option, source);
        if (_cache.Read(key) is { } known)
        {
            try
            {
                return Load(known);
            }
            catch (CudaException)
            {
                // Whole but of no use to this driver: compile it anew.
            }
        }

        if (_compiler.Compile(source, _option) is not { } program)
        {
            return null;
        }

        NativeHandle module = Load(program);
        _cache.Write(key, program);
        return module;
    }

    private NativeHandle Load(byte[] program) => _libraries.Driver.LoadModule(_libraries.Runtime, _device, program);
}
