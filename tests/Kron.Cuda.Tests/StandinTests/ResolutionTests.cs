using System.IO;
using Kron.Cuda.Tests.Support;
using Shouldly;

namespace Kron.Cuda.Tests.StandinTests;

/// <summary>Which libraries are taken, and what is said about those that are not.</summary>
public sealed class ResolutionTests : StandinCuda
{
    [StandinFact]
    public void CUDA_12_is_found_with_its_compiler()
    {
        CudaResolution resolution = Resolve(Standin.Complete);

        resolution.Unavailable.ShouldBeNull();
        resolution.Libraries!.Compiler.ShouldNotBeNull();
        resolution.Libraries.DeviceCount.ShouldBe(1);
    }

    [StandinFact]
    public void CUDA_13_is_found_with_its_compiler()
    {
        Standin.Versions(13000, 13000, 130002, 13, 0);

        Resolve(Standin.Complete13).Libraries!.Compiler.ShouldNotBeNull();
    }

    [StandinFact]
    public void Names_without_a_version_serve_for_either()
    {
        string folder = StandinBuild.Folder("unversioned", "libcudart.so", "libcublas.so", "libcuda.so.1", "libnvrtc.so");

        Resolve(folder).Libraries!.Compiler.ShouldNotBeNull();
        Standin.Versions(13000, 13000, 130002, 13, 0);
        Resolve(folder).Libraries!.Compiler.ShouldNotBeNull();
    }

    [StandinFact]
    public void What_the_user_names_comes_before_a_newer_version_elsewhere()
    {
        Resolve(Standin.Complete, Standin.Complete13).Libraries.ShouldNotBeNull();

        // The newer one would have been asked, and refused as it says that it is the older one.
        Standin.Calls("cudaRuntimeGetVersion").ShouldBe(1);
    }

    [StandinFact]
    public void What_the_user_names_is_passed_over_where_it_does_not_work()
    {
        Standin.Versions(13000, 13000, 130002, 13, 0);

        Resolve(Standin.Complete, Standin.Complete13).Libraries.ShouldNotBeNull();
    }

    [StandinFact]
    public void Libraries_may_lie_in_several_folders()
    {
        string runtime = StandinBuild.Folder("apart-runtime", "libcudart.so.12");
        string blas = StandinBuild.Folder("apart-blas", "libcublas.so.12");
        string driver = StandinBuild.Folder("apart-driver", "libcuda.so.1");
        string compiler = StandinBuild.Folder("apart-compiler", "libnvrtc.so.12");

        Resolve(string.Join(Path.PathSeparator, runtime, blas), driver, compiler).Libraries!.Compiler.ShouldNotBeNull();
    }

    [StandinFact]
    public void Without_a_compiler_everything_else_is_there() => Resolve(Standin.WithoutCompiler).Libraries!.Compiler.ShouldBeNull();

    [StandinFact]
    public void A_compiler_of_another_version_is_not_used()
    {
        Standin.Versions(12080, 12080, 120804, 13, 0);

        Resolve(Standin.Complete).Libraries!.Compiler.ShouldBeNull();
    }

    [StandinFact]
    public void A_compiler_that_fails_is_not_used()
    {
        Standin.Fail("nvrtcVersion");

        Resolve(Standin.Complete).Libraries!.Compiler.ShouldBeNull();
    }

    [StandinFact]
    public void A_missing_driver_is_named() =>
        Resolve(Standin.WithoutDriver).Unavailable.ShouldBe($"No NVIDIA driver was found: libcuda.so.1 was looked for in KRON_CUDA_PATH ({Standin.WithoutDriver}).");

    [StandinFact]
    public void A_missing_cuBLAS_is_named() => Resolve(Standin.OnlyRuntime).Unavailable.ShouldBe(
        $"libcudart.so.13 was not found. {Path.Combine(Standin.OnlyRuntime, "libcudart.so.12")} was found, but no libcublas.so.12. libcudart.so was not found. The places were KRON_CUDA_PATH ({Standin.OnlyRuntime}).");

    [StandinFact]
    public void A_cuBLAS_of_another_version_does_not_serve() => Resolve(Standin.Mixed).Unavailable!.ShouldContain("was found, but no libcublas.so.12.");

    [StandinFact]
    public void A_cuBLAS_that_only_bears_the_name_does_not_serve()
    {
        Standin.Versions(12080, 12080, 130002, 12, 8);

        Resolve(Standin.Complete).Unavailable!.ShouldContain("libcublas.so.12 is of CUDA 13, but ");
    }

    [StandinFact]
    public void A_runtime_of_an_old_version_is_refused()
    {
        Standin.Versions(11080, 12080, 110800, 11, 8);
        string folder = StandinBuild.Folder("unversioned", "libcudart.so", "libcublas.so", "libcuda.so.1", "libnvrtc.so");

        Resolve(folder).Unavailable!.ShouldContain("libcudart.so is of CUDA 11.8; expected 12 or 13.");
        Resolve(Standin.Complete).Unavailable!.ShouldContain("libcudart.so.12 is of CUDA 11.8; expected 12.");
    }

    [StandinFact]
    public void A_machine_without_a_device_says_so()
    {
        Standin.Devices(0);

        Resolve(Standin.Complete).Unavailable!.ShouldContain("libcudart.so.12 was found, but cudaGetDeviceCount failed with cudaErrorNoDevice (100): ");
    }

    [StandinFact]
    public void A_driver_that_is_too_old_says_so()
    {
        Standin.Versions(13000, 12080, 130002, 13, 0);

        Resolve(Standin.Complete13).Unavailable!.ShouldContain("cudaGetDeviceCount failed with cudaErrorInsufficientDriver (35): ");
    }

    [StandinFact]
    public void A_file_that_does_not_load_is_passed_over()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder.File("libcudart.so.13"), "not a library");
        File.WriteAllText(folder.File("libcublas.so.12"), "not a library");
        string named = folder.Path + Path.PathSeparator + Standin.Complete;

        Resolve(named).Libraries.ShouldNotBeNull();
        Standin.Devices(0);
        Resolve(named).Unavailable!.ShouldContain($"'{folder.File("libcudart.so.13")}' does not load: ");
    }

    [StandinFact]
    public void The_process_uses_what_the_environment_names()
    {
        KronCuda.Unavailable.ShouldBeNull();
        KronCuda.IsAvailable.ShouldBeTrue();
        using var context = new CudaContext(new CudaContextOptions { UseCompiler = false });
        context.DeviceName.ShouldBe("Stand-in");
    }
}
