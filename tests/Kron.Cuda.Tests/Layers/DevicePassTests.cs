using System;
using System.Linq;
using System.Threading.Tasks;
using Kron.CompilerServices;
using Kron.Cuda.Tests.Support;
using Kron.Kernels.Tests.Support;
using Shouldly;
using Xunit;

namespace Kron.Cuda.Tests.Layers;

/// <summary>What passes of device layers ask for, refuse, replay and survive.</summary>
public sealed class DevicePassTests : IDisposable
{
    private static readonly LayerCase Case = LayerCase.Of(6, 4, 5, 9, 3) with { Activation = Activation.Sigmoid, Bias = BiasMode.Shared, Nonlinearity = Nonlinearity.AfterSum, Slope = 0.2f };

    private readonly CudaContext _context;
    private readonly ILayer _host;

    public DevicePassTests()
    {
        Standin.Reset();
        _context = DeviceLayers.Open();
        _host = (ILayer)Activator.CreateInstance(DeviceLayers.All.Single(pair => pair.Case.ToString() == Case.ToString()).Type)!;
        var random = new Random(3);
        Fill(_host.Parameters, random);
        _host.Commit();
    }

    public void Dispose()
    {
        _context.Dispose();
        Standin.LastViolation.ShouldBeEmpty();
    }

    [StandinFact]
    public void A_pass_that_is_called_again_is_replayed_as_a_graph()
    {
        using CudaLayer layer = DeviceLayers.On(_host, _context);
        using CudaBuffer<float> x = Batch(5, layer.InputSize, seed: 1), y = _context.Allocate<float>(5 * layer.OutputSize);
        float[][] results = ForwardFourTimes(layer, x, y);

        results.ShouldAllBe(result => result.SequenceEqual(results[0]));
        Standin.Calls("cudaGraphLaunch").ShouldBe(3);
        Standin.Live("exec").ShouldBe(1);

        // A larger batch needs more room, so what was captured has the old addresses.
        using CudaBuffer<float> more = Batch(500, layer.InputSize, seed: 2), made = _context.Allocate<float>(500 * layer.OutputSize);
        layer.Forward(more, made);
        Standin.Live("exec").ShouldBe(0);
        layer.Forward(x, y);
        float[] again = new float[y.Length];
        y.CopyTo(again);
        again.ShouldBe(results[0]);
    }

    [StandinFact]
    public void A_pass_that_cannot_be_captured_is_called()
    {
        using CudaLayer layer = DeviceLayers.On(_host, _context);
        using CudaBuffer<float> x = Batch(5, layer.InputSize, seed: 1), y = _context.Allocate<float>(5 * layer.OutputSize);
        Standin.Fail("cudaStreamEndCapture", nth: 1, status: 900);
        float[][] results = ForwardFourTimes(layer, x, y);

        results.ShouldAllBe(result => result.SequenceEqual(results[0]));
        Standin.Calls("cudaStreamBeginCapture").ShouldBe(1);
        Standin.Calls("cudaGraphLaunch").ShouldBe(0);
    }

    [StandinFact]
    public void New_parameters_reach_a_captured_pass()
    {
        using CudaLayer layer = DeviceLayers.On(_host, _context);
        using CudaBuffer<float> x = Batch(5, layer.InputSize, seed: 1), y = _context.Allocate<float>(5 * layer.OutputSize);
        layer.Forward(x, y);
        layer.Forward(x, y);
        Fill(_host.Parameters, new Random(9));
        _host.Commit();
        layer.UploadParameters();
        layer.Forward(x, y);
        float[] input = new float[x.Length], actual = new float[y.Length], expected = new float[y.Length];
        _context.Download(x, layer.InputSize, input);
        _context.Download(y, layer.OutputSize, actual);
        _host.Forward(input, expected);
        actual.Zip(expected, (a, e) => Math.Abs(a - e)).Max().ShouldBeLessThan(1e-5f);
    }

    [StandinFact]
    public void Parameters_come_back_in_their_own_order()
    {
        using CudaLayer layer = DeviceLayers.On(_host, _context);
        float[] before = _host.Parameters.ToArray();
        _host.Parameters.Clear();
        layer.DownloadParameters();
        _host.Parameters.ToArray().ShouldBe(before);

        float[] onDevice = new float[before.Length];
        layer.Parameters.CopyTo(onDevice);
        onDevice.ShouldNotBe(before);
        onDevice.Order().ShouldBe(before.Order());
    }

    [StandinFact]
    public void Wrong_arguments_are_refused_before_anything_is_called()
    {
        using CudaLayer layer = DeviceLayers.On(_host, _context);
        using CudaLayer other = DeviceLayers.On(_host, _context);
        using CudaContext elsewhere = DeviceLayers.Open();
        using CudaTape tape = layer.CreateTape(4), foreign = other.CreateTape(4);
        using CudaBuffer<float> x = Batch(4, 45, seed: 1), y = _context.Allocate<float>(4 * 24), dx = _context.Allocate<float>(4 * 45);
        using CudaBuffer<float> ragged = _context.Allocate<float>(50), five = _context.Allocate<float>(5 * 45), fiveOut = _context.Allocate<float>(5 * 24), away = elsewhere.Allocate<float>(4 * 45);
        long gemms = Standin.Calls("cublasGemmStridedBatchedEx");

        Message(() => layer.Forward(ragged, y)).ShouldContain("'input' has 50 floats; expected a multiple of 45");
        Message(() => layer.Forward(five, y)).ShouldContain("'output' holds 4 samples; expected 5");
        Message(() => layer.Forward(away, y)).ShouldContain("another context");
        Message(() => layer.Forward(five, fiveOut, tape)).ShouldContain("at most 4 samples");
        Message(() => layer.Forward(x, y, foreign)).ShouldContain("another layer");
        Should.Throw<InvalidOperationException>(() => layer.Backward(x, y, dx, tape)).Message.ShouldContain("no recorded pass");
        layer.Forward(x, y, tape);
        gemms = Standin.Calls("cublasGemmStridedBatchedEx");
        Message(() => layer.Backward(x, y, x, tape)).ShouldContain("'inputGradient' and 'input' are the same buffer");
        using CudaBuffer<float> two = _context.Allocate<float>(2 * 45), twoOut = _context.Allocate<float>(2 * 24);
        Message(() => layer.Backward(two, twoOut, null, tape)).ShouldContain("a pass of 4 samples; the arguments have 2");
        Standin.Calls("cublasGemmStridedBatchedEx").ShouldBe(gemms);

        static string Message(Action call) => Should.Throw<ArgumentException>(call).Message;
    }

    [StandinFact]
    public void An_empty_batch_is_nothing_to_do()
    {
        using CudaLayer layer = DeviceLayers.On(_host, _context);
        using CudaBuffer<float> x = _context.Allocate<float>(0), y = _context.Allocate<float>(0);
        using CudaTape tape = layer.CreateTape(1);
        long calls = Standin.Calls("cublasGemmStridedBatchedEx");
        layer.Forward(x, y);
        Should.Throw<InvalidOperationException>(() => layer.Backward(x, y, null, tape));
        layer.Forward(x, y, tape);
        layer.Backward(x, y, null, tape);
        Standin.Calls("cublasGemmStridedBatchedEx").ShouldBe(calls);
    }

    [StandinFact]
    public void Too_little_memory_is_an_error_with_sizes_and_the_layer_still_works()
    {
        using CudaLayer layer = DeviceLayers.On(_host, _context);
        using CudaBuffer<float> x = Batch(5, layer.InputSize, seed: 1), y = _context.Allocate<float>(5 * layer.OutputSize);
        long before = Standin.LiveBytes;
        Standin.LimitMemory(before + 4096);
        CudaException error = Should.Throw<CudaException>(() => layer.CreateTape(1_000_000));
        error.Message.ShouldContain("cudaMalloc");
        error.StatusName.ShouldBe("cudaErrorMemoryAllocation");
        Standin.LimitMemory(1L << 30);
        layer.Forward(x, y);
        float[] values = new float[y.Length];
        y.CopyTo(values);
        values.ShouldAllBe(value => value > 0 && value < 1);
    }

    [StandinFact]
    public void A_failing_product_names_itself_and_its_sizes()
    {
        using CudaLayer layer = DeviceLayers.On(_host, _context);
        using CudaBuffer<float> x = Batch(5, layer.InputSize, seed: 1), y = _context.Allocate<float>(5 * layer.OutputSize);
        Standin.Fail("cublasGemmStridedBatchedEx", 1, 13);
        CudaException error = Should.Throw<CudaException>(() => layer.Forward(x, y));
        error.Message.ShouldContain("Contract");
        error.Message.ShouldContain("CUBLAS_STATUS_EXECUTION_FAILED");
        layer.Forward(x, y);
    }

    [StandinFact]
    public void A_recording_that_fails_halfway_leaves_no_pass_on_the_tape()
    {
        using CudaLayer layer = DeviceLayers.On(_host, _context);
        using CudaTape tape = layer.CreateTape(5);
        using CudaBuffer<float> x = Batch(5, layer.InputSize, seed: 1), y = Batch(5, layer.OutputSize, seed: 2), other = Batch(5, layer.InputSize, seed: 3);
        layer.Forward(x, y, tape);
        tape.RecordedBatch.ShouldBe(5);
        Standin.Fail("cublasGemmStridedBatchedEx", 2, 13);
        Should.Throw<CudaException>(() => layer.Forward(other, y, tape));

        tape.RecordedBatch.ShouldBe(-1);
        Should.Throw<InvalidOperationException>(() => layer.Backward(x, y, null, tape)).Message.ShouldContain("no recorded pass");
        layer.Forward(x, y, tape);
        layer.Backward(x, y, null, tape);
    }

    [StandinFact]
    public void Chunks_without_a_limit_take_no_more_memory_than_the_batch()
    {
        using CudaContext context = DeviceLayers.Open(DeviceLayers.Options(chunk: int.MaxValue));
        long before = Standin.LiveBytes;
        using CudaLayer layer = DeviceLayers.On(_host, context);
        Check.Layer(Case, layer.AsHosted(), batch: 19);
        (Standin.LiveBytes - before).ShouldBeLessThan(1 << 20);
    }

    [StandinFact]
    public void More_samples_than_a_product_can_have_are_refused_before_anything_is_called()
    {
        CudaGemm wide = new("Wide")
        {
            M = 1,
            N = BatchExtent.Samples(1 << 24),
            K = 1,
            A = new CudaMatrix(CudaRegion.Parameters, 0, 1),
            B = new CudaMatrix(CudaRegion.Scratch, 0, 1),
            C = new CudaMatrix(CudaRegion.Output, 0, 1),
        };
        CudaProgram program = new()
        {
            ForwardScratchFloats = 0,
            BackwardScratchFloats = 0,
            TapeFloats = 0,
            PartialFloats = 0,
            Ones = 0,
            Parameters = [],
            Forward = [wide],
            Record = [],
            Backward = [],
            InputGradient = [],
            Kernels = [],
        };
        using CudaLayer layer = new(_context, _host, program);
        using CudaBuffer<float> x = _context.Allocate<float>(128 * 45), y = _context.Allocate<float>(128 * 24);
        string message = Should.Throw<ArgumentException>(() => layer.Forward(x, y)).Message;
        message.ShouldContain("'input' holds 128 samples in chunks of up to 4096; cuBLAS takes at most 127 of this layer's at once");
        Standin.Calls("cublasGemmStridedBatchedEx").ShouldBe(0);
    }

    [StandinFact]
    public void Disposal_waits_for_the_pass_of_another_thread()
    {
        CudaLayer layer = DeviceLayers.On(_host, _context);
        using CudaBuffer<float> x = Batch(5, layer.InputSize, seed: 1), y = _context.Allocate<float>(5 * layer.OutputSize);
        layer.Forward(x, y);
        Task disposal;
        using (_context.Enter())
        {
            disposal = Task.Run(layer.Dispose);
            disposal.Wait(200).ShouldBeFalse();
            layer.Forward(x, y);
        }

        disposal.Wait(10_000).ShouldBeTrue();
        Should.Throw<ObjectDisposedException>(() => layer.Forward(x, y)).ObjectName.ShouldBe(nameof(CudaLayer));
    }

    [StandinFact]
    public void Many_threads_get_what_one_gets()
    {
        using CudaLayer layer = DeviceLayers.On(_host, _context);
        HostedCudaLayer hosted = layer.AsHosted();
        float[] input = new float[9 * layer.InputSize], expected = new float[9 * layer.OutputSize];
        Fill(input, new Random(4));
        hosted.Forward(input, expected);
        Parallel.For(0, 64, _ =>
        {
            float[] output = new float[expected.Length];
            hosted.Forward(input, output);
            output.ShouldBe(expected);
        });
    }

    [StandinFact]
    public void After_its_context_or_itself_is_disposed_a_layer_says_so()
    {
        CudaLayer layer = DeviceLayers.On(_host, _context);
        CudaBuffer<float> x = Batch(2, layer.InputSize, seed: 1), y = _context.Allocate<float>(2 * layer.OutputSize);
        using (CudaLayer other = DeviceLayers.On(_host, _context))
        {
            other.Dispose();
            Should.Throw<ObjectDisposedException>(() => other.Forward(x, y));
        }

        _context.Dispose();
        Should.Throw<ObjectDisposedException>(() => layer.Forward(x, y));
        x.Dispose();
        layer.Dispose();
        y.Dispose();
    }

    private static float[][] ForwardFourTimes(CudaLayer layer, CudaBuffer<float> x, CudaBuffer<float> y)
    {
        float[][] results = new float[4][];
        for (int i = 0; i < results.Length; i++)
        {
            y.Clear();
            layer.Forward(x, y);
            results[i] = new float[y.Length];
            y.CopyTo(results[i]);
        }

        return results;
    }

    private CudaBuffer<float> Batch(int batch, int size, int seed)
    {
        float[] values = new float[batch * size];
        Fill(values, new Random(seed));
        CudaBuffer<float> buffer = _context.Allocate<float>(values.Length);
        _context.Upload(values, size, buffer);
        return buffer;
    }

    private static void Fill(Span<float> values, Random random)
    {
        foreach (ref float value in values)
        {
            value = (random.NextSingle() * 2) - 1;
        }
    }
}
