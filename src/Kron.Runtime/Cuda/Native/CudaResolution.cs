using System;
using System.Collections.Generic;
using System.Linq;

namespace Kron.Cuda;

/// <summary>The outcome of looking for CUDA: its libraries, or the reason why there are none.</summary>
internal sealed class CudaResolution
{
    private CudaResolution(CudaLibraries? libraries, string? unavailable)
    {
        Libraries = libraries;
        Unavailable = unavailable;
    }

    public CudaLibraries? Libraries { get; }

    public string? Unavailable { get; }

    public static CudaResolution Resolve(LibrarySearch search)
    {
        if (!OperatingSystem.IsLinux() && !OperatingSystem.IsWindows())
        {
            return new CudaResolution(null, "CUDA exists for Linux and Windows only.");
        }

        var refused = new List<string>();
        if (search.Find(LibraryNames.Driver, refused) is not { } found)
        {
            return new CudaResolution(null, Join([$"No NVIDIA driver was found: {LibraryNames.Driver} was looked for in {search.Describe()}.", .. refused]));
        }

        if (Functions(found, handle => new DriverFunctions(handle), refused) is { } driver)
        {
            // What the user names comes before newer versions elsewhere. The second search sees all that the first one refused.
            CudaLibraries? libraries =
                LibraryNames.All.Select(names => TryResolve(search.Named(), search, names, driver, [])).FirstOrDefault(fit => fit is not null) ??
                LibraryNames.All.Select(names => TryResolve(search, search, names, driver, refused)).FirstOrDefault(fit => fit is not null);
            if (libraries is not null)
            {
                return new CudaResolution(libraries, null);
            }
        }

        return new CudaResolution(null, Join(refused.Append($"The places were {search.Describe()}.")));
    }

    private static CudaLibraries? TryResolve(LibrarySearch search, LibrarySearch compilerSearch, LibraryNames names, DriverFunctions driver, List<string> refused)
    {
        if (search.Find(names.Runtime, refused) is not { } runtimeLibrary)
        {
            refused.Add($"{names.Runtime} was not found.");
            return null;
        }

        // cuBLAS asks the system's loader for it, which may not know the folder.
        _ = search.Find(names.BlasLight, new List<string>());
        if (search.Find(names.Blas, refused) is not { } blasLibrary)
        {
            refused.Add($"{runtimeLibrary.Name} was found, but no {names.Blas}.");
            return null;
        }

        if (Functions(runtimeLibrary, handle => new RuntimeFunctions(handle), refused) is not { } runtime ||
            Functions(blasLibrary, handle => new BlasFunctions(handle), refused) is not { } blas)
        {
            return null;
        }

        try
        {
            int version = runtime.RuntimeVersion();
            int major = version / 1000;
            if (!LibraryNames.Supports(major) || major != (names.Major ?? major))
            {
                refused.Add(FormattableString.Invariant($"{runtimeLibrary.Name} is of CUDA {major}.{version % 1000 / 10}; expected {names.Major?.ToString() ?? "12 or 13"}."));
                return null;
            }

            int blasMajor = blas.Major();
            if (blasMajor != major)
            {
                refused.Add(FormattableString.Invariant($"{blasLibrary.Name} is of CUDA {blasMajor}, but {runtimeLibrary.Name} of CUDA {major}; expected the same."));
                return null;
            }

            int devices = runtime.DeviceCount();
            if (devices < 1)
            {
                refused.Add($"{runtimeLibrary.Name} sees no device.");
                return null;
            }

            return new CudaLibraries(runtime, blas, driver, Compiler(compilerSearch, names, major), devices);
        }
        catch (CudaException error)
        {
            refused.Add($"{runtimeLibrary.Name} was found, but {error.Message}");
            return null;
        }
    }

    /// <summary>NVRTC if it is there and of the runtime's version: a newer one may compile what the driver cannot run.</summary>
    private static CompilerFunctions? Compiler(LibrarySearch search, LibraryNames names, int major)
    {
        if (search.Find(names.Compiler, new List<string>()) is not { } library ||
            Functions(library, handle => new CompilerFunctions(handle), new List<string>()) is not { } compiler)
        {
            return null;
        }

        LibrarySearch.LoadBeside(library, names.CompilerParts);
        try
        {
            return compiler.Version().Major == major ? compiler : null;
        }
        catch (CudaException)
        {
            return null;
        }
    }

    private static T? Functions<T>(FoundLibrary library, Func<nint, T> table, List<string> refused)
        where T : class
    {
        try
        {
            return table(library.Handle);
        }
        catch (EntryPointNotFoundException error)
        {
            refused.Add($"{library.Name} lacks a function: {error.Message}");
            return null;
        }
    }

    private static string Join(IEnumerable<string> sentences) => string.Join(' ', sentences.Distinct());
}
