using System;
using System.Linq;
using System.Runtime.CompilerServices;
using Kron.Cuda.Tests.Support;
using Shouldly;
using Xunit;

namespace Kron.Cuda.Tests.StandinTests;

/// <summary>Buffers, their pool, and what happens when memory runs out.</summary>
public sealed class MemoryTests : StandinCuda
{
    private const int Slot = PinnedStaging.SlotBytes;

    [StandinTheory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(Slot - 1)]
    [InlineData(Slot)]
    [InlineData(Slot + 1)]
    [InlineData((3 * Slot) + 7)]
    public void Bytes_come_back_as_they_went(int length)
    {
        using CudaContext context = Open();
        using CudaBuffer<byte> buffer = context.Allocate<byte>(length);
        byte[] values = new byte[length];
        new Random(length).NextBytes(values);
        byte[] back = new byte[length];

        buffer.CopyFrom(values);
        buffer.CopyTo(back);

        back.AsSpan().SequenceEqual(values).ShouldBeTrue();
        (buffer.Length, buffer.Context).ShouldBe((length, context));
    }

    [StandinFact]
    public void The_source_may_be_changed_as_soon_as_it_is_copied()
    {
        using CudaContext context = Open();
        using CudaBuffer<int> buffer = context.Allocate<int>(Slot);
        int[] values = [.. Enumerable.Range(0, Slot)];
        int[] back = new int[Slot];

        buffer.CopyFrom(values);
        values.AsSpan().Fill(-1);
        buffer.CopyTo(back);

        back.AsSpan().SequenceEqual([.. Enumerable.Range(0, Slot)]).ShouldBeTrue();
    }

    [StandinFact]
    public void A_copy_to_the_device_does_not_wait_for_it()
    {
        using CudaContext context = Open();
        using CudaBuffer<double> buffer = context.Allocate<double>(100);

        buffer.CopyFrom(new double[100]);

        (Standin.Calls("cudaStreamSynchronize"), Standin.Calls("cudaEventSynchronize")).ShouldBe((0, 0));
    }

    [StandinFact]
    public void Parts_are_copied_to_and_from_where_they_belong()
    {
        using CudaContext context = Open();
        using CudaBuffer<short> buffer = context.Allocate<short>(10);
        short[] back = new short[10];
        short[] part = new short[4];

        buffer.Clear();
        buffer.CopyFrom([1, 2, 3], 5);
        buffer.CopyFrom([9], 9);
        buffer.CopyFrom([], 10);
        buffer.CopyTo(back);
        buffer.CopyTo(part, 6);
        buffer.CopyTo([], 10);

        back.ShouldBe([0, 0, 0, 0, 0, 1, 2, 3, 0, 9]);
        part.ShouldBe([2, 3, 0, 9]);
    }

    [StandinTheory]
    [InlineData(-1, 1)]
    [InlineData(10, 1)]
    [InlineData(0, 11)]
    [InlineData(7, 4)]
    [InlineData(long.MaxValue, 1)]
    public void Parts_that_do_not_fit_are_refused(long offset, int count)
    {
        using CudaContext context = Open();
        using CudaBuffer<float> buffer = context.Allocate<float>(10);
        long calls = Standin.Calls("*");

        Should.Throw<ArgumentOutOfRangeException>(() => buffer.CopyFrom(new float[count], offset)).Message.ShouldStartWith($"The buffer has 10 elements; {count} from {offset} on do not fit.");
        Should.Throw<ArgumentOutOfRangeException>(() => buffer.CopyTo(new float[count], offset)).ParamName.ShouldBe("offset");
        Standin.Calls("*").ShouldBe(calls);
    }

    [StandinFact]
    public void A_buffer_takes_over_another_one_s_elements()
    {
        using CudaContext context = Open();
        using CudaBuffer<float> a = context.Allocate<float>(3);
        using CudaBuffer<float> b = context.Allocate<float>(3);
        using CudaBuffer<float> longer = context.Allocate<float>(4);
        float[] back = new float[3];

        a.CopyFrom([1, 2, 3]);
        b.CopyFrom(a);
        b.CopyFrom(b);
        a.Clear();
        b.CopyTo(back);

        back.ShouldBe([1, 2, 3]);
        Should.Throw<ArgumentException>(() => b.CopyFrom(longer)).Message.ShouldStartWith("The buffer has 4 elements; expected 3.");
        Should.Throw<ArgumentNullException>(() => b.CopyFrom((CudaBuffer<float>)null!));
    }

    [StandinFact]
    public void A_disposed_buffer_is_refused()
    {
        using CudaContext context = Open();
        using CudaBuffer<float> other = context.Allocate<float>(3);
        CudaBuffer<float> buffer = context.Allocate<float>(3);
        buffer.Dispose();
        buffer.Dispose();

        Should.Throw<ObjectDisposedException>(() => buffer.CopyFrom([1]));
        Should.Throw<ObjectDisposedException>(() => buffer.CopyTo(new float[1]));
        Should.Throw<ObjectDisposedException>(() => buffer.CopyFrom(other));
        Should.Throw<ObjectDisposedException>(() => other.CopyFrom(buffer));
        Should.Throw<ObjectDisposedException>(buffer.Clear);
        Should.Throw<ObjectDisposedException>(() => context.Upload([1], 1, buffer));
        Should.Throw<ObjectDisposedException>(() => context.Download(buffer, 1, new float[1]));
    }

    [StandinFact]
    public void Lengths_beyond_any_memory_are_refused()
    {
        using CudaContext context = Open();

        Should.Throw<ArgumentOutOfRangeException>(() => context.Allocate<float>(-1));
        Should.Throw<ArgumentOutOfRangeException>(() => context.Allocate<double>(long.MaxValue / 4));
        Should.Throw<CudaException>(() => context.Allocate<byte>(long.MaxValue / 4)).StatusName.ShouldBe("cudaErrorMemoryAllocation");
    }

    [StandinFact]
    public void Memory_that_was_given_back_is_used_again()
    {
        using CudaContext context = Open();
        context.Allocate<float>(1000).Dispose();
        long allocations = Standin.Calls("cudaMalloc");
        for (int i = 0; i < 10; i++)
        {
            using CudaBuffer<float> buffer = context.Allocate<float>(1000);
            using CudaBuffer<byte> small = context.Allocate<byte>(i);
            buffer.Clear();
        }

        Standin.Calls("cudaMalloc").ShouldBe(allocations + 1);
    }

    [StandinFact]
    public void Memory_in_use_is_not_lent_twice()
    {
        using CudaContext context = Open();
        CudaBuffer<int>[] buffers = [.. Enumerable.Range(0, 20).Select(_ => context.Allocate<int>(5))];
        for (int i = 0; i < buffers.Length; i++)
        {
            buffers[i].CopyFrom([i, i, i, i, i]);
        }

        for (int i = 0; i < buffers.Length; i++)
        {
            int[] back = new int[5];
            buffers[i].CopyTo(back);
            back.ShouldBe([i, i, i, i, i]);
        }
    }

    [StandinFact]
    public void A_buffer_may_be_given_back_while_its_work_is_to_run()
    {
        using CudaContext context = Open();
        using CudaBuffer<int> result = context.Allocate<int>(4);
        int[] back = new int[4];
        CudaBuffer<int> first = context.Allocate<int>(4);
        first.CopyFrom([1, 2, 3, 4]);
        result.CopyFrom(first);
        first.Dispose();
        using CudaBuffer<int> second = context.Allocate<int>(4);
        second.CopyFrom([5, 6, 7, 8]);

        result.CopyTo(back);

        back.ShouldBe([1, 2, 3, 4]);
    }

    [StandinFact]
    public void A_forgotten_buffer_s_memory_is_used_again()
    {
        using CudaContext context = Open();
        Forget();
        RunFinalizers();
        long allocations = Standin.Calls("cudaMalloc");

        using CudaBuffer<float> buffer = context.Allocate<float>(1000);

        Standin.Calls("cudaMalloc").ShouldBe(allocations);

        [MethodImpl(MethodImplOptions.NoInlining)]
        void Forget() => context.Allocate<float>(1000).Clear();
    }

    [StandinFact]
    public void Trimming_gives_unused_memory_back_to_the_device()
    {
        using CudaContext context = Open();
        using CudaBuffer<float> kept = context.Allocate<float>(100_000);
        long bytes = Standin.LiveBytes;
        CudaBuffer<float> other = context.Allocate<float>(100_000);
        other.Clear();
        other.Dispose();
        Standin.LiveBytes.ShouldBeGreaterThan(bytes);

        context.TrimPool();

        Standin.LiveBytes.ShouldBe(bytes);
        kept.Clear();
        context.Synchronize();
    }

    [StandinFact]
    public void Memory_that_the_pool_holds_unused_is_given_up_for_what_does_not_fit_otherwise()
    {
        Standin.LimitMemory(64 << 20);
        using CudaContext context = Open(new CudaContextOptions { WorkspaceBytes = 0 });
        context.Allocate<byte>(40 << 20).Dispose();

        using CudaBuffer<byte> buffer = context.Allocate<byte>(50 << 20);

        Standin.Live("memory").ShouldBe(1);
        ContextTests.LastError().ShouldBe(0);
    }

    [StandinFact]
    public void What_rounding_adds_is_given_up_where_it_does_not_fit()
    {
        Standin.LimitMemory(33 << 20);
        using CudaContext context = Open(new CudaContextOptions { WorkspaceBytes = 0 });

        using CudaBuffer<byte> buffer = context.Allocate<byte>(33 << 20);

        Standin.LiveBytes.ShouldBe(33 << 20);
    }

    [StandinFact]
    public void When_memory_runs_out_the_sizes_are_told_and_the_context_stays_usable()
    {
        Standin.LimitMemory(64 << 20);
        using CudaContext context = Open(new CudaContextOptions { WorkspaceBytes = 1 << 20 });
        using CudaBuffer<byte> kept = context.Allocate<byte>(8 << 20);
        context.Allocate<byte>(4 << 20).Dispose();

        CudaException error = Should.Throw<CudaException>(() => context.Allocate<byte>(60 << 20));

        (error.Call, error.StatusName).ShouldBe(("cudaMalloc", "cudaErrorMemoryAllocation"));
        error.Message.ShouldEndWith("62914560 bytes were wanted; the device has 57671680 of 67108864 bytes free; the context uses 8388608 bytes, and its pool holds none beside.");
        ContextTests.LastError().ShouldBe(0);
        byte[] back = new byte[8 << 20];
        kept.Clear();
        kept.CopyTo(back);
        back.ShouldAllBe(value => value == 0);
        using CudaBuffer<byte> fits = context.Allocate<byte>(50 << 20);
    }

    [StandinFact]
    public void When_not_even_the_sizes_can_be_told_the_failure_still_is()
    {
        using CudaContext context = Open();
        Standin.Fail("cudaMalloc", nth: 0, status: 2);
        Standin.Fail("cudaMemGetInfo");

        Should.Throw<CudaException>(() => context.Allocate<byte>(5)).Message.ShouldContain("5 bytes were wanted; how much the device has free is not known; ");
    }

    [StandinFact]
    public void A_failure_of_an_allocation_that_is_not_for_want_of_memory_is_told_as_it_is()
    {
        using CudaContext context = Open();
        Standin.Fail("cudaMalloc", status: 700);

        CudaException error = Should.Throw<CudaException>(() => context.Allocate<byte>(5));

        (error.Status, error.StatusName).ShouldBe((700, "cudaErrorIllegalAddress"));
    }

    [StandinTheory]
    [InlineData("cudaHostAlloc", "4194304 bytes of pinned host memory were wanted.")]
    [InlineData("cudaEventCreateWithFlags", "")]
    [InlineData("cudaEventRecord", "")]
    [InlineData("cudaMemcpyAsync", "It was a copy of 12 bytes (HostToDevice).")]
    [InlineData("cudaSetDevice", "")]
    public void A_copy_that_fails_can_be_made_again(string call, string details)
    {
        using CudaContext context = Open();
        using CudaBuffer<float> buffer = context.Allocate<float>(3);
        float[] back = new float[3];
        Standin.Fail(call);

        CudaException error = Should.Throw<CudaException>(() => buffer.CopyFrom([1, 2, 3]));

        error.Call.ShouldBe(call);
        error.Message.ShouldEndWith(details);
        buffer.CopyFrom([1, 2, 3]);
        buffer.CopyTo(back);
        back.ShouldBe([1, 2, 3]);
    }

    [StandinFact]
    public void Long_copies_are_right_after_one_that_failed_at_any_call()
    {
        using CudaContext context = Open();
        const int Length = (2 * Slot) + 5;
        using CudaBuffer<byte> buffer = context.Allocate<byte>(Length);
        byte[] values = new byte[Length];
        byte[] back = new byte[Length];
        bool failed = true;
        for (int nth = 1; failed; nth++)
        {
            new Random(nth).NextBytes(values);
            Standin.Fail("*", nth);
            failed = false;
            try
            {
                buffer.CopyFrom(values);
                buffer.CopyTo(back);
            }
            catch (CudaException)
            {
                failed = true;
            }

            Standin.Heal();
            buffer.CopyFrom(values);
            buffer.CopyTo(back);
            back.AsSpan().SequenceEqual(values).ShouldBeTrue();
        }
    }

    [StandinFact]
    public void A_clearing_that_fails_names_its_bytes()
    {
        using CudaContext context = Open();
        using CudaBuffer<float> buffer = context.Allocate<float>(3);
        Standin.Fail("cudaMemsetAsync");

        Should.Throw<CudaException>(buffer.Clear).Message.ShouldEndWith("12 bytes were to be cleared.");
    }
}
