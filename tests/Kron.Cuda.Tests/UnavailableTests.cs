using System;
using System.IO;
using System.Linq;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Kron.Cuda.Tests.Support;
using Shouldly;
using Xunit;

namespace Kron.Cuda.Tests;

/// <summary>What is said where CUDA is not; these need no library and no compiler.</summary>
public sealed class UnavailableTests
{
    [Fact]
    public void Without_a_driver_the_reason_names_it_and_every_place()
    {
        using var first = new TemporaryFolder();
        using var second = new TemporaryFolder();
        using var usual = new TemporaryFolder();
        var search = new LibrarySearch(first.Path + Path.PathSeparator + second.Path, loader: false, [usual.Path]);

        CudaResolution resolution = CudaResolution.Resolve(search);

        resolution.Libraries.ShouldBeNull();
        resolution.Unavailable.ShouldBe(
            $"No NVIDIA driver was found: {LibraryNames.Driver} was looked for in KRON_CUDA_PATH ({first.Path}, {second.Path}), {usual.Path}.");
    }

    [Fact]
    public void An_override_that_is_not_set_is_said_to_be_so()
    {
        CudaResolution resolution = CudaResolution.Resolve(new LibrarySearch(null, loader: false, []));

        resolution.Unavailable.ShouldBe($"No NVIDIA driver was found: {LibraryNames.Driver} was looked for in KRON_CUDA_PATH (not set).");
    }

    [Fact]
    public void The_system_s_loader_is_one_of_the_places() =>
        new LibrarySearch("", loader: true, ["/a"]).Describe().ShouldBe("KRON_CUDA_PATH (not set), the system's loader, /a");

    [Fact]
    public void A_file_that_is_no_library_is_named_with_the_loader_s_reason()
    {
        using var folder = new TemporaryFolder();
        string file = folder.File(LibraryNames.Driver);
        File.WriteAllText(file, "not a library");

        CudaResolution resolution = CudaResolution.Resolve(new LibrarySearch(folder.Path, loader: false, []));

        resolution.Libraries.ShouldBeNull();
        resolution.Unavailable!.ShouldStartWith("No NVIDIA driver was found");
        resolution.Unavailable.ShouldContain($"'{file}' does not load: ");
        resolution.Unavailable.ShouldNotContain("\n");
    }

    [Fact]
    public void A_library_without_the_functions_is_named_with_the_first_one_it_lacks()
    {
        using var folder = new TemporaryFolder();
        string file = folder.File(LibraryNames.Driver);
        string other = OperatingSystem.IsWindows() ? "System.IO.Compression.Native.dll" : "libSystem.IO.Compression.Native.so";
        File.Copy(Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), other), file);

        CudaResolution resolution = CudaResolution.Resolve(new LibrarySearch(folder.Path, loader: false, []));

        resolution.Libraries.ShouldBeNull();
        resolution.Unavailable!.ShouldStartWith($"{file} lacks a function: ");
        resolution.Unavailable.ShouldContain("cuGetErrorName");
        resolution.Unavailable.ShouldContain($"The places were KRON_CUDA_PATH ({folder.Path}).");
    }

    [Fact]
    public void There_is_a_reason_exactly_where_CUDA_is_not()
    {
        StandinCuda.NameForProcess();

        (KronCuda.Unavailable is null).ShouldBe(KronCuda.IsAvailable);
        if (!KronCuda.IsAvailable)
        {
            Should.Throw<PlatformNotSupportedException>(() => new CudaContext()).Message.ShouldBe(KronCuda.Unavailable);
        }
    }

    [Fact]
    public void A_context_that_was_never_opened_is_finalized_in_peace()
    {
        // As after an exception before its fields are set.
        Forget();

        GC.Collect();
        GC.WaitForPendingFinalizers();

        [MethodImpl(MethodImplOptions.NoInlining)]
        static void Forget() => GC.KeepAlive(RuntimeHelpers.GetUninitializedObject(typeof(CudaContext)));
    }

    [Theory]
    [InlineData(12)]
    [InlineData(13)]
    public void Libraries_are_looked_for_by_the_names_that_NVIDIA_gives_them(int major)
    {
        LibraryNames names = LibraryNames.All.Single(candidate => candidate.Major == major);

        (names.Runtime, names.Blas, names.BlasLight, names.Compiler).ShouldBe(OperatingSystem.IsWindows()
            ? ($"cudart64_{major}.dll", $"cublas64_{major}.dll", $"cublasLt64_{major}.dll", $"nvrtc64_{major}0_0.dll")
            : ($"libcudart.so.{major}", $"libcublas.so.{major}", $"libcublasLt.so.{major}", $"libnvrtc.so.{major}"));
    }
}
