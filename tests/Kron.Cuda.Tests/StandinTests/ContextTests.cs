using System;
using System.Collections.Generic;
using System.Linq;
using System.Runtime.CompilerServices;
using System.Threading.Tasks;
using Kron.Cuda.Tests.Support;
using Shouldly;

namespace Kron.Cuda.Tests.StandinTests;

/// <summary>Making contexts and taking them down, in any order and from any thread.</summary>
public sealed class ContextTests : StandinCuda
{
    [StandinFact]
    public void A_context_tells_what_it_works_with()
    {
        Standin.Devices(1, 8, 6);
        Standin.Versions(12080, 12090, 120804, 12, 8);
        using CudaContext context = Open(new CudaContextOptions { Math = CudaMath.TensorFloat32, ChunkSamples = 100 });

        context.DeviceName.ShouldBe("Stand-in");
        context.ComputeCapability.ShouldBe((8, 6));
        (context.RuntimeVersion, context.DriverVersion, context.CublasVersion).ShouldBe((12080, 12090, 120804));
        (context.HasCompiler, context.Math, context.ChunkSamples).ShouldBe((true, CudaMath.TensorFloat32, 100));
        context.Options.KernelCache.ShouldBe(Cache);
    }

    [StandinFact]
    public void The_defaults_are_those_that_are_documented()
    {
        var options = new CudaContextOptions();

        (options.Device, options.Math, options.WorkspaceBytes, options.ChunkSamples).ShouldBe((0, CudaMath.Single, 32L << 20, 4096));
        (options.UseGraphs, options.UseCompiler, options.KernelCache).ShouldBe((true, true, null));
    }

    [StandinTheory]
    [Xunit.InlineData(1, 0, 0L, 1, "Device is 1; expected 0 to 0, as CUDA sees 1 here.")]
    [Xunit.InlineData(-1, 0, 0L, 1, "Device is -1; expected 0 to 0, as CUDA sees 1 here.")]
    [Xunit.InlineData(0, 3, 0L, 1, "Math is 3; expected one of the enumeration's values.")]
    [Xunit.InlineData(0, 0, -1L, 1, "WorkspaceBytes is -1; expected at least 0.")]
    [Xunit.InlineData(0, 0, 0L, 0, "ChunkSamples is 0; expected at least 1.")]
    public void An_option_out_of_its_range_is_refused_before_anything_is_made(int device, int math, long workspace, int chunk, string message)
    {
        var options = new CudaContextOptions { Device = device, Math = (CudaMath)math, WorkspaceBytes = workspace, ChunkSamples = chunk };

        Should.Throw<ArgumentOutOfRangeException>(() => Open(options)).Message.ShouldStartWith(message);
        LeftCount().ShouldBe(0);
    }

    [StandinFact]
    public void A_workspace_of_0_is_left_to_cuBLAS()
    {
        using CudaContext context = Open(new CudaContextOptions { WorkspaceBytes = 0 });

        Standin.Calls("cublasSetWorkspace_v2").ShouldBe(0);
        Standin.LiveBytes.ShouldBe(0);
    }

    [StandinFact]
    public void Whatever_fails_while_a_context_is_made_is_named_and_nothing_is_left()
    {
        var calls = new HashSet<string>();
        int failures = 0;
        for (bool made = false; !made;)
        {
            Standin.Fail("*", ++failures);
            try
            {
                using CudaContext context = Open();
                made = true;
                Standin.Heal();
            }
            catch (CudaException error)
            {
                calls.Add(error.Call);
                error.Status.ShouldNotBe(0);
                error.StatusName.ShouldBeOneOf("cudaErrorUnknown", "CUBLAS_STATUS_INTERNAL_ERROR", "CUDA_ERROR_UNKNOWN", "NVRTC_ERROR_INTERNAL_ERROR");
                error.Message.ShouldStartWith($"{error.Call} failed with {error.StatusName} ({error.Status})");
                Standin.Heal();
                NothingLeft();
            }
        }

        calls.ShouldBe(
            [
                "cudaSetDevice", "cudaRuntimeGetVersion", "cudaDriverGetVersion", "cudaDeviceGetAttribute", "cuDeviceGet", "cuDeviceGetName", "cudaStreamCreateWithFlags",
                "cudaMalloc", "cublasCreate_v2", "cublasSetStream_v2", "cublasSetWorkspace_v2", "cublasGetVersion_v2", "nvrtcVersion",
            ],
            ignoreOrder: true);
    }

    [StandinFact]
    public void A_workspace_that_does_not_fit_says_so()
    {
        Standin.LimitMemory(1 << 20);

        CudaException error = Should.Throw<CudaException>(() => Open());

        error.StatusName.ShouldBe("cudaErrorMemoryAllocation");
        error.Message.ShouldContain("33554432 bytes were wanted; the device has 1048576 of 1048576 bytes free");
    }

    [StandinFact]
    public void A_context_frees_what_was_made_with_it()
    {
        CudaContext context = Open();
        CudaBuffer<float> buffer = context.Allocate<float>(1000);
        context.Allocate<float>(2000).Dispose();
        buffer.CopyFrom(new float[1000]);
        CudaGraph graph = context.Capture(buffer.Clear);
        context.Compile(KernelSources.Scale).ShouldNotBeNull();

        context.Dispose();

        NothingLeft();
        graph.Dispose();
        buffer.Dispose();
        context.Dispose();
    }

    [StandinFact]
    public void After_its_disposal_everything_but_disposal_is_refused()
    {
        CudaContext context = Open();
        CudaBuffer<float> buffer = context.Allocate<float>(10);
        CudaBuffer<float> other = context.Allocate<float>(10);
        CudaGraph graph = context.Capture(buffer.Clear);
        CudaKernels kernels = context.Compile(KernelSources.Scale)!;
        context.Dispose();

        Action[] uses =
        [
            context.Synchronize,
            context.TrimPool,
            () => context.Allocate<float>(1),
            () => context.Upload(new float[10], 2, buffer),
            () => context.Download(buffer, 2, new float[10]),
            () => buffer.CopyFrom(new float[10]),
            () => buffer.CopyFrom(other),
            () => buffer.CopyTo(new float[10]),
            buffer.Clear,
            () => context.Gemm(default),
            () => context.Compile(KernelSources.Scale),
            () => context.Launch(kernels, "scale", 1, 1, [0], [0]),
            () => context.Capture(() => { }),
            () => context.Replay(graph),
            () => context.Milliseconds(() => { }, 1),
        ];
        foreach (Action use in uses)
        {
            Should.Throw<ObjectDisposedException>(use);
        }

        graph.Dispose();
        other.Dispose();
        buffer.Dispose();
    }

    [StandinFact]
    public void A_context_that_is_disposed_after_a_failure_of_its_device_frees_what_it_can()
    {
        CudaContext context = Open();
        _ = context.Allocate<float>(10);
        Standin.Fail("cudaStreamSynchronize");

        context.Dispose();

        NothingLeft();
    }

    [StandinFact]
    public void A_context_on_a_device_that_is_lost_is_disposed_without_a_word()
    {
        CudaContext context = Open();
        CudaBuffer<float> buffer = context.Allocate<float>(10);
        buffer.CopyFrom([1]);
        CudaGraph graph = context.Capture(buffer.Clear);
        Standin.Fail("*", nth: 0, status: 700);
        Should.Throw<CudaException>(context.Synchronize);

        graph.Dispose();
        buffer.Dispose();
        context.Dispose();

        Standin.Reset();
    }

    [StandinFact]
    public void A_forgotten_context_is_freed_by_the_finalizers()
    {
        Forget();

        RunFinalizers();

        NothingLeft();

        [MethodImpl(MethodImplOptions.NoInlining)]
        void Forget()
        {
            CudaContext context = Open();
            CudaBuffer<float> buffer = context.Allocate<float>(10);
            buffer.CopyFrom(new float[10]);
            context.Capture(buffer.Clear);
            context.Compile(KernelSources.Scale);
        }
    }

    [StandinFact]
    public void Finalizers_call_nothing_of_a_disposed_context()
    {
        Forget();
        long calls = Standin.Calls("*");

        RunFinalizers();

        Standin.Calls("*").ShouldBe(calls);

        [MethodImpl(MethodImplOptions.NoInlining)]
        void Forget()
        {
            using CudaContext context = Open();
            CudaBuffer<float> buffer = context.Allocate<float>(10);
            context.Capture(buffer.Clear);
        }
    }

    [StandinFact]
    public void A_forgotten_graph_is_destroyed_when_its_context_is_used_next()
    {
        using CudaContext context = Open();
        using CudaBuffer<float> buffer = context.Allocate<float>(10);
        Forget();
        RunFinalizers();
        Standin.Live("exec").ShouldBe(1);

        context.Synchronize();

        Standin.Live("exec").ShouldBe(0);

        [MethodImpl(MethodImplOptions.NoInlining)]
        void Forget() => context.Capture(buffer.Clear);
    }

    [StandinFact]
    public void Contexts_of_two_devices_are_used_by_turns_and_from_other_threads()
    {
        Standin.Devices(2);
        CudaLibraries libraries = Resolve(Standin.WithoutCompiler).Libraries!;
        using var first = new CudaContext(libraries, null);
        using var second = new CudaContext(libraries, new CudaContextOptions { Device = 1 });
        using CudaBuffer<float> a = first.Allocate<float>(6);
        using CudaBuffer<float> b = second.Allocate<float>(6);
        float[] values = [1, 2, 3, 4, 5, 6];

        first.Upload(values, 2, a);
        Task.Run(() => second.Upload(values, 3, b)).Wait(TimeSpan.FromSeconds(30)).ShouldBeTrue();
        float[] fromFirst = new float[6];
        float[] fromSecond = new float[6];
        Task.Run(() => first.Download(a, 2, fromFirst)).Wait(TimeSpan.FromSeconds(30)).ShouldBeTrue();
        second.Download(b, 3, fromSecond);

        fromFirst.ShouldBe(values);
        fromSecond.ShouldBe(values);
        Should.Throw<ArgumentException>(() => a.CopyFrom(b)).Message.ShouldStartWith("The buffer belongs to another context");
        Should.Throw<ArgumentException>(() => first.Upload(values, 2, b)).Message.ShouldStartWith("The buffer belongs to another context");
    }

    [StandinFact]
    public void Many_threads_share_a_context()
    {
        using CudaContext context = Open(new CudaContextOptions { ChunkSamples = 7 });
        Task[] tasks = [.. Enumerable.Range(0, 8).Select(thread => Task.Run(() =>
        {
            var random = new Random(thread);
            for (int i = 0; i < 40; i++)
            {
                int size = 1 + random.Next(20);
                float[] values = [.. Enumerable.Range(0, size * random.Next(30)).Select(_ => random.NextSingle())];
                float[] back = new float[values.Length];
                using CudaBuffer<float> buffer = context.Allocate<float>(values.Length);
                using CudaBuffer<float> copy = context.Allocate<float>(values.Length);
                context.Upload(values, size, buffer);
                copy.CopyFrom(buffer);
                buffer.Clear();
                context.Download(copy, size, back);
                back.ShouldBe(values);
            }
        }))];

        Task.WaitAll(tasks, TimeSpan.FromSeconds(60)).ShouldBeTrue();
    }

    [StandinFact]
    public void A_context_may_be_disposed_while_others_use_it()
    {
        CudaContext context = Open();
        Task[] tasks = [.. Enumerable.Range(0, 4).Select(_ => Task.Run(() =>
        {
            while (true)
            {
                using CudaBuffer<float> buffer = context.Allocate<float>(100);
                buffer.Clear();
                buffer.CopyTo(new float[100]);
            }
        }))];
        context.Synchronize();

        context.Dispose();

        foreach (Task task in tasks)
        {
            Should.Throw<AggregateException>(() => task.Wait(TimeSpan.FromSeconds(30))).InnerExceptions.ShouldHaveSingleItem().ShouldBeOfType<ObjectDisposedException>();
        }
    }

    [StandinFact]
    public void A_buffer_may_be_disposed_while_its_context_is_entered_elsewhere()
    {
        using CudaContext context = Open();
        CudaBuffer<float> buffer = context.Allocate<float>(100);
        using CudaContext.Scope scope = context.Enter();

        Task.Run(buffer.Dispose).Wait(TimeSpan.FromSeconds(30)).ShouldBeTrue();
    }

    [StandinFact]
    public void A_failure_is_not_told_again_by_the_next_call()
    {
        using CudaContext context = Open();
        Standin.Fail("cudaStreamSynchronize", status: 719);

        CudaException error = Should.Throw<CudaException>(context.Synchronize);

        (error.Call, error.Status, error.StatusName).ShouldBe(("cudaStreamSynchronize", 719, "cudaErrorLaunchFailure"));
        LastError().ShouldBe(0);
        context.Synchronize();
    }

    internal static unsafe int LastError() => ((delegate* unmanaged<int>)Standin.Export("cudaGetLastError"))();
}
