using System;
using System.Linq;
using Kron.Cuda.Tests.Support;
using Shouldly;
using Xunit;

namespace Kron.Cuda.Tests.StandinTests;

/// <summary>Matrix products, kernels, recorded work and timing.</summary>
public sealed class WorkTests : StandinCuda
{
    [StandinTheory]
    [InlineData(false, false, 0f)]
    [InlineData(true, false, 0f)]
    [InlineData(false, true, 1f)]
    [InlineData(true, true, -0.5f)]
    public void Products_are_those_of_the_oracle(bool transposeA, bool transposeB, float beta)
    {
        const int M = 3, N = 4, K = 5, Count = 2, Lda = 7, Ldb = 6, Ldc = 5;
        int columnsA = transposeA ? M : K;
        int columnsB = transposeB ? K : N;
        var random = new Random(1);
        float[] a = Values(Count * columnsA * Lda);
        float[] b = Values(Count * columnsB * Ldb);
        float[] c = Values(Count * N * Ldc);
        float[] result = new float[c.Length];
        using CudaContext context = Open();
        using CudaBuffer<float> onDeviceA = Device(context, a);
        using CudaBuffer<float> onDeviceB = Device(context, b);
        using CudaBuffer<float> onDeviceC = Device(context, c);

        context.Gemm(new GemmCall(
            "a test", transposeA, transposeB, M, N, K, onDeviceA.Pointer, Lda, columnsA * Lda, onDeviceB.Pointer, Ldb, columnsB * Ldb, onDeviceC.Pointer, Ldc, N * Ldc, Count, beta));
        onDeviceC.CopyTo(result);

        for (int i = 0; i < Count; i++)
        {
            for (int n = 0; n < N; n++)
            {
                for (int m = 0; m < Ldc; m++)
                {
                    int at = (i * N * Ldc) + (n * Ldc) + m;
                    double expected = m < M ? beta * (double)c[at] : c[at];
                    for (int k = 0; k < K && m < M; k++)
                    {
                        double left = a[(i * columnsA * Lda) + (transposeA ? (m * Lda) + k : (k * Lda) + m)];
                        double right = b[(i * columnsB * Ldb) + (transposeB ? (k * Ldb) + n : (n * Ldb) + k)];
                        expected += left * right;
                    }

                    result[at].ShouldBe((float)expected, 1e-6);
                }
            }
        }

        float[] Values(int count) => [.. Enumerable.Range(0, count).Select(_ => random.NextSingle() - 0.5f)];
    }

    [StandinTheory]
    [InlineData(CudaMath.Single, 24)]
    [InlineData(CudaMath.TensorFloat32, 11)]
    [InlineData(CudaMath.BFloat16, 8)]
    public void The_arithmetic_is_the_one_that_was_chosen(CudaMath math, int bits)
    {
        using CudaContext context = Open(new CudaContextOptions { Math = math });
        for (int bit = 1; bit < 24; bit++)
        {
            // 1 + 2^-bit survives a rounding of factors to more bits than that.
            using CudaBuffer<float> factor = Device(context, [1 + MathF.Pow(2, -bit)]);
            using CudaBuffer<float> one = Device(context, [1]);
            using CudaBuffer<float> product = Device(context, [0]);
            float[] result = new float[1];

            context.Gemm(new GemmCall("a test", false, false, 1, 1, 1, factor.Pointer, 1, 1, one.Pointer, 1, 1, product.Pointer, 1, 1, 1, 0));
            product.CopyTo(result);

            (result[0] == 1 + MathF.Pow(2, -bit)).ShouldBe(bit < bits, $"bit {bit}");
        }
    }

    [StandinFact]
    public void A_product_that_fails_names_all_its_sizes_and_the_context_stays_usable()
    {
        using CudaContext context = Open();
        using CudaBuffer<float> x = Device(context, [2]);
        var call = new GemmCall("the small factor's product", false, false, 1, 1, 1, x.Pointer, 1, 1, x.Pointer, 1, 1, 0, 1, 1, 1, 0);
        Standin.Fail("cublasGemmStridedBatchedEx", status: 15);

        CudaException error = Should.Throw<CudaException>(() => context.Gemm(call));

        (error.Call, error.Status, error.StatusName).ShouldBe(("cublasGemmStridedBatchedEx", 15, "CUBLAS_STATUS_NOT_SUPPORTED"));
        error.Message.ShouldEndWith(call.Describe());
        using CudaBuffer<float> y = Device(context, [0]);
        float[] result = new float[1];
        context.Gemm(call with { C = y.Pointer });
        y.CopyTo(result);
        result.ShouldBe([4]);
    }

    [StandinFact]
    public void Copies_and_clearings_of_no_bytes_are_none()
    {
        using CudaContext context = Open();
        context.Clear(0, 0);
        context.Copy(0, 0, 0);

        (Standin.Calls("cudaMemsetAsync"), Standin.Calls("cudaMemcpyAsync")).ShouldBe((0, 0));
    }

    [StandinTheory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(255)]
    [InlineData(256)]
    [InlineData(257)]
    [InlineData(1000)]
    public void A_kernel_runs_once_for_each_item(int items)
    {
        using CudaContext context = Open();
        CudaKernels kernels = context.Compile(KernelSources.Scale)!;
        using CudaBuffer<float> x = Device(context, [.. Enumerable.Range(0, 1000).Select(i => (float)i)]);
        using CudaBuffer<float> y = Device(context, Enumerable.Repeat(-1f, 1000).ToArray());
        float[] result = new float[1000];

        context.Launch(kernels, "scale", items, 5, [x.Pointer, y.Pointer], [2f, 0.25f]);
        y.CopyTo(result);

        result.ShouldBe(Enumerable.Range(0, 1000).Select(i => i < items ? (2f * i) + 5.25f : -1f));
    }

    [StandinFact]
    public void A_source_is_compiled_once_per_context_and_loaded_from_disk_by_the_next()
    {
        using (CudaContext first = Open())
        {
            first.Compile(KernelSources.Scale).ShouldBeSameAs(first.Compile(KernelSources.Scale));
            first.Compile(KernelSources.Scale + "//").ShouldNotBeSameAs(first.Compile(KernelSources.Scale));
        }

        Standin.Calls("nvrtcCompileProgram").ShouldBe(2);
        using CudaContext second = Open();
        Run(second);
        Standin.Calls("nvrtcCompileProgram").ShouldBe(2);
    }

    [StandinFact]
    public void Another_device_or_compiler_compiles_anew()
    {
        using (CudaContext first = Open())
        {
            first.Compile(KernelSources.Scale);
        }

        Standin.Devices(1, 8, 0);
        using (CudaContext second = Open())
        {
            Run(second);
        }

        Standin.Versions(12080, 12080, 120804, 12, 9);
        using (CudaContext third = Open())
        {
            Run(third);
        }

        Standin.Calls("nvrtcCompileProgram").ShouldBe(3);
    }

    [StandinFact]
    public void A_damaged_entry_is_compiled_anew_and_replaced()
    {
        using (CudaContext first = Open())
        {
            first.Compile(KernelSources.Scale);
        }

        string file = System.IO.Directory.GetFiles(Cache).ShouldHaveSingleItem();
        byte[] whole = System.IO.File.ReadAllBytes(file);
        System.IO.File.WriteAllBytes(file, whole[..^1]);
        using (CudaContext second = Open())
        {
            Run(second);
        }

        Standin.Calls("nvrtcCompileProgram").ShouldBe(2);
        System.IO.File.ReadAllBytes(file).ShouldBe(whole);
    }

    [StandinFact]
    public void An_entry_that_the_driver_refuses_is_compiled_anew_and_replaced()
    {
        using (CudaContext first = Open())
        {
            first.Compile(KernelSources.Scale);
        }

        string file = System.IO.Directory.GetFiles(Cache).ShouldHaveSingleItem();
        byte[] whole = System.IO.File.ReadAllBytes(file);
        new KernelCache(Cache).Write(System.IO.Path.GetFileNameWithoutExtension(file), new byte[1000]);
        using (CudaContext second = Open())
        {
            Run(second);
        }

        Standin.Calls("nvrtcCompileProgram").ShouldBe(2);
        System.IO.File.ReadAllBytes(file).ShouldBe(whole);
    }

    [StandinFact]
    public void A_source_that_is_wrong_is_a_failure_with_the_compiler_s_log()
    {
        using CudaContext context = Open();

        CudaException error = Should.Throw<CudaException>(() => context.Compile("extern \"C\" __global__ void wrong(long long items) { no_such_function(); }"));

        (error.Call, error.StatusName).ShouldBe(("nvrtcCompileProgram", "NVRTC_ERROR_COMPILATION"));
        error.Message.ShouldContain("no_such_function");
        context.HasCompiler.ShouldBeTrue();
        System.IO.Directory.GetFiles(Cache).ShouldBeEmpty();
        Run(context);
    }

    [StandinTheory]
    [InlineData("nvrtcCreateProgram")]
    [InlineData("nvrtcCompileProgram")]
    [InlineData("nvrtcGetCUBINSize")]
    [InlineData("nvrtcGetCUBIN")]
    [InlineData("cuModuleLoadData")]
    public void A_compilation_that_fails_can_be_made_again(string call)
    {
        using CudaContext context = Open();
        Standin.Fail(call);

        Should.Throw<CudaException>(() => context.Compile(KernelSources.Scale)).Call.ShouldBe(call);

        Standin.Live("program").ShouldBe(0);
        System.IO.Directory.GetFiles(Cache).ShouldBeEmpty();
        Run(context);
    }

    [StandinTheory]
    [InlineData("nvrtcGetProgramLogSize")]
    [InlineData("nvrtcGetProgramLog")]
    public void A_log_that_cannot_be_had_does_not_hide_the_failure(string call)
    {
        using CudaContext context = Open();
        Standin.Fail(call);

        Should.Throw<CudaException>(() => context.Compile("wrong")).Message.ShouldBe("nvrtcCompileProgram failed with NVRTC_ERROR_COMPILATION (6).");
    }

    [StandinFact]
    public void A_compiler_that_is_too_old_for_the_device_counts_as_none()
    {
        Standin.Devices(1, 20, 0);
        using CudaContext context = Open();
        context.HasCompiler.ShouldBeTrue();

        context.Compile(KernelSources.Scale).ShouldBeNull();

        context.HasCompiler.ShouldBeFalse();
        context.Compile(KernelSources.Scale).ShouldBeNull();
        Standin.Calls("nvrtcCompileProgram").ShouldBe(1);
    }

    [StandinFact]
    public void A_compiler_that_is_not_to_be_used_counts_as_none()
    {
        using CudaContext context = Open(new CudaContextOptions { UseCompiler = false });

        context.HasCompiler.ShouldBeFalse();
        context.Compile(KernelSources.Scale).ShouldBeNull();
        Standin.Calls("nvrtcCreateProgram").ShouldBe(0);
    }

    [StandinFact]
    public void Without_a_compiler_there_are_no_kernels()
    {
        using var context = new CudaContext(Resolve(Standin.WithoutCompiler).Libraries!, null);

        context.HasCompiler.ShouldBeFalse();
        context.Compile(KernelSources.Scale).ShouldBeNull();
    }

    [StandinFact]
    public void A_kernel_that_does_not_exist_is_named()
    {
        using CudaContext context = Open();
        CudaKernels kernels = context.Compile(KernelSources.Scale)!;

        CudaException error = Should.Throw<CudaException>(() => context.Launch(kernels, "scales", 0, 1, [], []));

        error.Message.ShouldBe("cuModuleGetFunction failed with CUDA_ERROR_NOT_FOUND (500). The kernel was scales.");
        Run(context);
    }

    [StandinFact]
    public void A_launch_that_fails_is_named()
    {
        using CudaContext context = Open();
        CudaKernels kernels = context.Compile(KernelSources.Scale)!;
        using CudaBuffer<float> x = Device(context, new float[600]);
        Standin.Fail("cuLaunchKernel", status: 701);

        CudaException error = Should.Throw<CudaException>(() => context.Launch(kernels, "scale", 600, 1, [x.Pointer, x.Pointer], [1, 1]));

        error.Message.ShouldBe("cuLaunchKernel failed with CUDA_ERROR_LAUNCH_OUT_OF_RESOURCES (701). The kernel was scale in 3 blocks of 256 threads.");
        Run(context);
    }

    [StandinFact]
    public void Recorded_work_runs_when_it_is_replayed_and_each_time_anew()
    {
        using CudaContext context = Open();
        CudaKernels kernels = context.Compile(KernelSources.Scale)!;
        using CudaBuffer<float> x = Device(context, [1]);
        float[] result = new float[1];
        int recorded = 0;
        using CudaGraph graph = context.Capture(() =>
        {
            recorded++;
            context.Launch(kernels, "scale", 1, 0, [x.Pointer, x.Pointer], [2, 1]);
        });
        x.CopyTo(result);
        result.ShouldBe([1]);

        context.Replay(graph);
        context.Replay(graph);

        x.CopyTo(result);
        result.ShouldBe([7]);
        recorded.ShouldBe(1);
        Standin.Live("graph").ShouldBe(0);
        graph.Dispose();
        Standin.Live("exec").ShouldBe(0);
        Should.Throw<ObjectDisposedException>(() => context.Replay(graph));
    }

    [StandinFact]
    public void A_recording_that_fails_is_forgotten_and_the_context_stays_usable()
    {
        using CudaContext context = Open();
        using CudaBuffer<float> x = Device(context, [1]);
        float[] result = new float[1];

        Should.Throw<FormatException>(() => context.Capture(() =>
        {
            x.Clear();
            throw new FormatException();
        }));

        x.CopyTo(result);
        result.ShouldBe([1]);
        (Standin.Live("graph"), Standin.Live("exec")).ShouldBe((0, 0));
        using CudaGraph graph = context.Capture(x.Clear);
        context.Replay(graph);
        x.CopyTo(result);
        result.ShouldBe([0]);
    }

    [StandinTheory]
    [InlineData("cudaStreamBeginCapture")]
    [InlineData("cudaStreamEndCapture")]
    [InlineData("cudaGraphInstantiateWithFlags")]
    public void A_recording_whose_calls_fail_leaves_nothing(string call)
    {
        using CudaContext context = Open();
        using CudaBuffer<float> x = Device(context, [1]);
        Standin.Fail(call);

        Should.Throw<CudaException>(() => context.Capture(x.Clear)).Call.ShouldBe(call);

        (Standin.Live("graph"), Standin.Live("exec")).ShouldBe((0, 0));
        using CudaGraph graph = context.Capture(x.Clear);
        context.Replay(graph);
        context.Synchronize();
    }

    [StandinFact]
    public void A_replay_that_fails_can_be_made_again()
    {
        using CudaContext context = Open();
        using CudaBuffer<float> x = Device(context, [1]);
        using CudaGraph graph = context.Capture(x.Clear);
        Standin.Fail("cudaGraphLaunch");

        Should.Throw<CudaException>(() => context.Replay(graph)).Call.ShouldBe("cudaGraphLaunch");

        context.Replay(graph);
    }

    [StandinFact]
    public void What_cannot_be_recorded_is_refused()
    {
        using CudaContext context = Open();
        using CudaBuffer<float> x = Device(context, [1, 2]);
        (Action Action, string Name)[] uses =
        [
            (context.Synchronize, "Waiting for the device"),
            (context.TrimPool, "Freeing memory"),
            (() => context.Allocate<float>(1), "Allocating memory"),
            (() => x.CopyFrom([1]), "A copy from the host"),
            (() => x.CopyTo(new float[1]), "A copy to the host"),
            (() => context.Upload([1, 2], 1, x), "A copy from the host"),
            (() => context.Capture(() => { }), "Another recording"),
            (() => context.Milliseconds(() => { }, 1), "Measuring time"),
        ];
        foreach ((Action action, string name) in uses)
        {
            Should.Throw<InvalidOperationException>(() => context.Capture(action)).Message.ShouldBe($"{name} cannot be recorded; expected only work on the device.");
        }

        context.Synchronize();
    }

    [StandinFact]
    public void A_context_may_be_disposed_while_it_records()
    {
        CudaContext context = Open();

        Should.Throw<ObjectDisposedException>(() => context.Capture(context.Dispose));
    }

    [StandinFact]
    public void Time_is_the_mean_of_the_repetitions()
    {
        using CudaContext context = Open();
        using CudaBuffer<float> x = Device(context, [1]);
        int runs = 0;

        double milliseconds = context.Milliseconds(
            () =>
            {
                runs++;
                x.Clear();
            },
            3);

        milliseconds.ShouldBeInRange(0, 10_000);
        runs.ShouldBe(3);
        Should.Throw<ArgumentOutOfRangeException>(() => context.Milliseconds(() => { }, 0));
        Should.Throw<FormatException>(() => context.Milliseconds(() => throw new FormatException(), 1));
    }

    [StandinFact]
    public void Whatever_call_fails_is_named_nothing_is_left_and_the_work_can_be_done_again()
    {
        bool failed = true;
        int nth = 0;
        while (failed)
        {
            Standin.Fail("*", ++nth);
            long left = 0;
            failed = false;
            try
            {
                Everything();
                failed = Standin.Calls("*") >= nth;
            }
            catch (CudaException error)
            {
                failed = true;
                error.Message.ShouldStartWith(error.Call);
            }

            // What fails to be destroyed is lost, and nothing else.
            Standin.Heal();
            left = LeftCount();
            left.ShouldBeLessThanOrEqualTo(1, $"call {nth}: {Left()}");
            NothingWrong();
            Standin.Reset();
            Everything();
            NothingLeft();
            NothingWrong();
            Standin.Reset();
        }

        nth.ShouldBeGreaterThan(80);
    }

    private static CudaBuffer<float> Device(CudaContext context, float[] values)
    {
        CudaBuffer<float> buffer = context.Allocate<float>(values.Length);
        buffer.CopyFrom(values);
        return buffer;
    }

    private static void Run(CudaContext context)
    {
        using CudaBuffer<float> x = Device(context, [3]);
        float[] result = new float[1];
        context.Launch(context.Compile(KernelSources.Scale)!, "scale", 1, 1, [x.Pointer, x.Pointer], [2, 4]);
        x.CopyTo(result);
        result.ShouldBe([11]);
    }

    private void Everything()
    {
        using CudaContext context = Open();
        using CudaBuffer<float> x = context.Allocate<float>(6);
        float[] result = new float[6];
        context.Upload([1, 2, 3, 4, 5, 6], 2, x);
        Run(context);
        using (CudaGraph graph = context.Capture(() => context.Copy(x.Pointer, x.Pointer + (3 * sizeof(float)), 3 * sizeof(float))))
        {
            context.Replay(graph);
        }

        _ = context.Milliseconds(() => context.Gemm(new GemmCall("a test", false, false, 1, 1, 1, x.Pointer, 1, 1, x.Pointer, 1, 1, x.Pointer + (5 * sizeof(float)), 1, 1, 1, 0)), 1);
        context.Download(x, 2, result);
        context.TrimPool();
        context.Synchronize();
        result.ShouldBe([2, 2, 4, 4, 6, 4]);
    }
}
