using System;
using System.IO;
using System.Runtime.InteropServices;

namespace Kron.Cuda.Tests.Support;

/// <summary>The stand-in for CUDA's libraries: where it is, what it counts, and how it is made to fail.</summary>
internal static unsafe class Standin
{
    /// <summary>The environment variable that, set to <c>1</c>, makes a failure of what would be skipped.</summary>
    public const string RequiredVariable = "KRON_REQUIRE_CUDA_STANDIN";

    private static readonly Lazy<nint> Library = new(() => NativeLibrary.Load(Path.Combine(Complete, "libcudart.so.12")));

    /// <summary>Why the tests are skipped here; null where they run.</summary>
    public static string? SkipReason => Environment.GetEnvironmentVariable(RequiredVariable) == "1" ? null : StandinBuild.Missing;

    /// <summary>A folder with all libraries of CUDA 12.</summary>
    public static string Complete => StandinBuild.Folder("12", "libcudart.so.12", "libcublas.so.12", "libcuda.so.1", "libnvrtc.so.12");

    /// <summary>The same under the names of CUDA 13. The versions that the stand-in tells are set by <see cref="Versions"/>.</summary>
    public static string Complete13 => StandinBuild.Folder("13", "libcudart.so.13", "libcublas.so.13", "libcuda.so.1", "libnvrtc.so.13");

    /// <summary>CUDA 12 without its compiler.</summary>
    public static string WithoutCompiler => StandinBuild.Folder("12-without-compiler", "libcudart.so.12", "libcublas.so.12", "libcuda.so.1");

    /// <summary>The runtime of CUDA 12 alone, without cuBLAS.</summary>
    public static string OnlyRuntime => StandinBuild.Folder("12-only-runtime", "libcudart.so.12", "libcuda.so.1");

    /// <summary>The libraries of CUDA 12 without the driver's.</summary>
    public static string WithoutDriver => StandinBuild.Folder("12-without-driver", "libcudart.so.12", "libcublas.so.12", "libnvrtc.so.12");

    /// <summary>The runtime of CUDA 12 and the cuBLAS of CUDA 13.</summary>
    public static string Mixed => StandinBuild.Folder("12-and-13", "libcudart.so.12", "libcublas.so.13", "libcuda.so.1");

    /// <summary>How many uses of the libraries were wrong since the last reset.</summary>
    public static long Violations => ((delegate* unmanaged<long>)Export("standin_violations"))();

    /// <summary>What was wrong last; empty when nothing was.</summary>
    public static string LastViolation
    {
        get
        {
            byte* text = stackalloc byte[1024];
            ((delegate* unmanaged<byte*, int, void>)Export("standin_last_violation"))(text, 1024);
            return Marshal.PtrToStringUTF8((nint)text)!;
        }
    }

    /// <summary>Bytes of device memory in use.</summary>
    public static long LiveBytes => ((delegate* unmanaged<long>)Export("standin_live_bytes"))();

    /// <summary>The loaded library.</summary>
    public static nint Handle => Library.Value;

    /// <summary>An exported function by its name.</summary>
    public static nint Export(string name) => NativeLibrary.GetExport(Library.Value, name);

    /// <summary>As when just loaded: nothing lives, nothing is counted, nothing fails, one device of compute capability 9.0 with 8 GiB under CUDA 12.8.</summary>
    public static void Reset() => ((delegate* unmanaged<void>)Export("standin_reset"))();

    /// <summary>How many products cuBLAS was asked for without a workspace of the caller's since the last reset; those would allocate one of their own.</summary>
    public static long ProductsWithoutWorkspace => Count("gemm without a workspace of the caller");

    /// <summary>Makes a call fail.</summary>
    /// <param name="call">The function, or <c>*</c> for any.</param>
    /// <param name="nth">Which of its calls from now on, from 1, once; or 0 for every one.</param>
    /// <param name="status">What it returns; 0 for the unknown failure of the library that the function is of.</param>
    public static void Fail(string call, int nth = 1, int status = 0)
    {
        RequireFunction(call);
        fixed (byte* name = Bytes(call))
        {
            ((delegate* unmanaged<byte*, int, int, void>)Export("standin_fail"))(name, nth, status);
        }
    }

    /// <summary>Takes back every <see cref="Fail"/>.</summary>
    public static void Heal() => ((delegate* unmanaged<void>)Export("standin_heal"))();

    /// <summary>How often a function was called since the last reset; <c>*</c> for all.</summary>
    public static long Calls(string call)
    {
        RequireFunction(call);
        return Count(call);
    }

    /// <summary>How many of a kind live: <c>memory</c>, <c>pinned</c>, <c>stream</c>, <c>event</c>, <c>graph</c>, <c>exec</c>, <c>cublas</c>, <c>module</c>, <c>program</c>.</summary>
    public static long Live(string kind)
    {
        fixed (byte* name = Bytes(kind))
        {
            long count = ((delegate* unmanaged<byte*, long>)Export("standin_live"))(name);
            return count >= 0 ? count : throw new ArgumentException($"The stand-in counts no '{kind}'.", nameof(kind));
        }
    }

    /// <summary>Sets the device memory of each device.</summary>
    public static void LimitMemory(long bytes) => ((delegate* unmanaged<long, void>)Export("standin_limit_memory"))(bytes);

    /// <summary>Sets how many devices there are, and their compute capability.</summary>
    public static void Devices(int count, int major = 9, int minor = 0) => ((delegate* unmanaged<int, int, int, void>)Export("standin_devices"))(count, major, minor);

    /// <summary>Sets the versions as the libraries tell them, e.g. 12080 for 12.8 (cuBLAS 120804); a driver of an older major version than the runtime is too old.</summary>
    public static void Versions(int runtime, int driver, int cublas, int compilerMajor, int compilerMinor) =>
        ((delegate* unmanaged<int, int, int, int, int, void>)Export("standin_versions"))(runtime, driver, cublas, compilerMajor, compilerMinor);

    private static long Count(string name)
    {
        fixed (byte* bytes = Bytes(name))
        {
            return ((delegate* unmanaged<byte*, long>)Export("standin_calls"))(bytes);
        }
    }

    // A misspelt name would count nothing and never fail.
    private static void RequireFunction(string name)
    {
        if (name != "*" && !NativeLibrary.TryGetExport(Handle, name, out _))
        {
            throw new ArgumentException($"The stand-in has no function '{name}'.", nameof(name));
        }
    }

    private static byte[] Bytes(string text) => [.. System.Text.Encoding.UTF8.GetBytes(text), 0];
}
