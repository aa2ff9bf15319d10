using System;
using System.Runtime.InteropServices;
using System.Text;
using Kron.Cuda.Tests.Support;
using Shouldly;
using Xunit;
using static Kron.Cuda.Tests.SelfTests.Exports;

namespace Kron.Cuda.Tests.SelfTests;

/// <summary>Kernels that the stand-in compiles, loads and runs.</summary>
public sealed unsafe class KernelTests : StandinTest
{
    private const string Scale = """
        // __global__ void nothing(int);
        extern "C" __global__ void __launch_bounds__(256) scale(long long items, int batch, const float* __restrict__ x, float* y, float factor)
        {
            long long t = blockIdx.x * (long long)blockDim.x + threadIdx.x;
            if (t >= items) return;
            y[t] = factor * fmaxf(x[t], 0.0f) + (float)batch;
        }

        /* __global__ void neither(int); */
        extern "C" __global__ void beyond(long long items, int batch, float* y, float far)
        {
            y[(long long)far] = 1.0f;
        }
        """;

    [StandinFact]
    public void A_kernel_runs_once_for_each_thread()
    {
        nint x = Device(-1f, 2f, 3f), y = Device(4), function = Function("scale");
        Launch(function, 2, 3, x, y, 10).ShouldBe(0);
        Read(y, 4).ShouldBe([2, 22, 32, float.NaN]);
        Standin.Violations.ShouldBe(0);
    }

    [StandinFact]
    public void A_kernel_runs_late_and_is_captured()
    {
        nint x = Device(1f), y = Device(0f), function = Function("scale");
        cudaStreamSynchronize(Stream).ShouldBe(0);
        cudaStreamBeginCapture(Stream, 1).ShouldBe(0);
        Launch(function, 1, 1, x, y, 1).ShouldBe(0);
        cudaStreamEndCapture(Stream, out nint graph).ShouldBe(0);
        cudaGraphInstantiateWithFlags(out nint executable, graph, 0).ShouldBe(0);
        Read(y, 1).ShouldBe([0]);
        cudaGraphLaunch(executable, Stream).ShouldBe(0);
        Write(x, 5);
        Read(y, 1).ShouldBe([2]);
        cudaGraphLaunch(executable, Stream).ShouldBe(0);
        Read(y, 1).ShouldBe([6]);
    }

    [StandinTheory]
    [InlineData(4f, "past the end")]
    [InlineData(-1f, "before the beginning")]
    public void A_write_beside_memory_is_the_kernels(float at, string where)
    {
        LaunchBeyond(at);
        ShouldBeViolation(cudaStreamSynchronize(Stream), IllegalAddress, "beyond", where);
    }

    [StandinFact]
    public void A_write_far_outside_is_the_kernels()
    {
        LaunchBeyond(1 << 20);
        ShouldBeViolation(cudaStreamSynchronize(Stream), IllegalAddress, "beyond", "outside of all memory");
        Read(Device(1f), 1).ShouldBe([1]);
    }

    [StandinFact]
    public void A_pointer_of_a_kernel_lies_in_device_memory()
    {
        nint y = Device(1), function = Function("scale");
        Pinned(1, out nint pinned);
        ShouldBeViolation(Launch(function, 1, 1, pinned, y, 1), InvalidValue, "scale", "a pointer of the kernel", "not in live device memory");
        Launch(function, 1, 1, y + 2, y, 1).ShouldBe(InvalidValue);
        Standin.LastViolation.ShouldContain("not aligned");
    }

    [StandinFact]
    public void Too_few_parameters_are_noticed()
    {
        nint function = Function("scale");
        void** none = stackalloc void*[8];
        ShouldBeViolation(cuLaunchKernel(function, 1, 1, 1, 256, 1, 1, 0, Stream, none, null), InvalidValue, "parameter 0 of scale (qippf)");
    }

    [StandinTheory]
    [InlineData(0, 256, 0)]
    [InlineData(1, 0, 0)]
    [InlineData(1, 1025, 0)]
    [InlineData(1, 256, 16)]
    public void A_launch_has_a_possible_size(uint grid, uint block, uint shared)
    {
        nint function = Function("scale");
        ShouldBeViolation(cuLaunchKernel(function, grid, 1, 1, block, 1, 1, shared, Stream, null, null), InvalidValue, $"{grid} x 1 x 1", $"{block} x 1 x 1", $"{shared} bytes");
    }

    [StandinFact]
    public void A_module_with_a_queued_kernel_is_not_unloaded()
    {
        nint x = Device(1f), module = Load(Compile(Scale)), function = Function("scale", module);
        cudaStreamSynchronize(Stream).ShouldBe(0);
        Launch(function, 1, 1, x, x, 1).ShouldBe(0);
        ShouldBeViolation(cuModuleUnload(module), InvalidValue, "still queued");
        cudaStreamSynchronize(Stream).ShouldBe(0);
        cuModuleUnload(module).ShouldBe(0);
        Standin.Live("module").ShouldBe(0);
        Launch(function, 1, 1, x, x, 1).ShouldBe(InvalidHandle);
        cuModuleUnload(module).ShouldBe(InvalidHandle);
    }

    [StandinFact]
    public void A_graph_needs_the_modules_of_its_kernels()
    {
        nint x = Device(1f), module = Load(Compile(Scale)), function = Function("scale", module);
        cudaStreamSynchronize(Stream).ShouldBe(0);
        cudaStreamBeginCapture(Stream, 1).ShouldBe(0);
        Launch(function, 1, 1, x, x, 1).ShouldBe(0);
        cudaStreamEndCapture(Stream, out nint graph).ShouldBe(0);
        cudaGraphInstantiateWithFlags(out nint executable, graph, 0).ShouldBe(0);
        cuModuleUnload(module).ShouldBe(0);
        ShouldBeViolation(cudaGraphLaunch(executable, Stream), InvalidValue, "scale", "module is unloaded");
    }

    [StandinFact]
    public void Modules_are_neither_loaded_nor_unloaded_in_a_capture()
    {
        byte[] image = Compile(Scale);
        nint module = Load(image);
        cudaStreamBeginCapture(Stream, 1).ShouldBe(0);
        LoadStatus(image).ShouldBe(CaptureUnsupported);
        cudaStreamEndCapture(Stream, out _).ShouldBe(CaptureInvalidated);
        cudaStreamBeginCapture(Stream, 1).ShouldBe(0);
        cuModuleUnload(module).ShouldBe(CaptureUnsupported);
        cudaStreamEndCapture(Stream, out _).ShouldBe(CaptureInvalidated);
    }

    // Each item reads what the next one writes: wrong in any order, and here nobody may count on the one from first to last.
    [StandinFact]
    public void Threads_run_in_no_order_to_rely_on()
    {
        nint function = Function("scan", Load(Compile("""
            extern "C" __global__ void scan(long long items, int batch, float* x, float* unused, float start)
            {
                long long t = blockIdx.x * (long long)blockDim.x + threadIdx.x;
                if (t < items) x[t] = (t == 0 ? start : x[t - 1]) + 1.0f;
            }
            """)));
        nint x = Device(0f, 0f, 0f);
        Launch(function, 1, 3, x, x, 5).ShouldBe(0);
        Read(x, 3).ShouldBe([6, 1, 1]);
    }

    [StandinFact]
    public void A_grid_has_three_dimensions()
    {
        nint function = Function("where", Load(Compile("""
            extern "C" __global__ void where(float* x)
            {
                unsigned block = blockIdx.x + gridDim.x * (blockIdx.y + gridDim.y * blockIdx.z);
                unsigned thread = threadIdx.x + blockDim.x * (threadIdx.y + blockDim.y * threadIdx.z);
                x[block * 24 + thread] = 100.0f * blockIdx.z + 10.0f * threadIdx.y + threadIdx.x;
            }
            """)));
        nint x = Device(24 * 24);
        void** parameters = stackalloc void*[] { &x };
        cuLaunchKernel(function, 2, 3, 4, 4, 3, 2, 0, Stream, parameters, null).ShouldBe(0);
        float[] values = Read(x, 24 * 24);
        for (int i = 0; i < values.Length; i++)
        {
            values[i].ShouldBe((100 * (i / 24 / 6)) + (10 * (i % 24 / 4 % 3)) + (i % 4));
        }
    }

    [StandinFact]
    public void There_is_no_such_kernel()
    {
        nint module = Load(Compile(Scale));
        cuModuleGetFunction(out _, module, "neither").ShouldBe(500);
        cuModuleGetFunction(out _, module, "nothing").ShouldBe(500);
    }

    [StandinFact]
    public void Only_whole_images_are_loaded()
    {
        byte[] image = Compile(Scale), damaged = [.. image];
        damaged[^100] ^= 1;
        LoadStatus(damaged).ShouldBe(200);
        damaged = [.. image];
        damaged[3] ^= 1;
        LoadStatus(damaged).ShouldBe(200);
        LoadStatus(image[..(image.Length / 2)]).ShouldBe(200);
        LoadStatus(Encoding.ASCII.GetBytes("not an image")).ShouldBe(200);
        LoadStatus(image).ShouldBe(0);
    }

    [StandinFact]
    public void An_image_is_for_one_generation_of_devices()
    {
        byte[] image = Compile(Scale, "--gpu-architecture=sm_86");
        Standin.Devices(1, 9, 0);
        LoadStatus(image).ShouldBe(209);
        Standin.Devices(1, 8, 0);
        LoadStatus(image).ShouldBe(209);
        Standin.Devices(1, 8, 9);
        LoadStatus(image).ShouldBe(0);
    }

    [StandinTheory]
    [InlineData("extern \"C\" __global__ void broken(long long items) { undeclared = 1; }", "undeclared")]
    [InlineData("extern \"C\" __global__ void broken(float* x) { __shared__ float y[4]; }", "__shared__")]
    [InlineData("extern \"C\" __global__ void broken(float* x) { *x = INFINITY; }", "INFINITY")]
    [InlineData("#include <math.h>\n", "math.h")]
    public void What_does_not_compile_says_so(string source, string said)
    {
        nint program = Program(source);
        CompileProgram(program, "--gpu-architecture=sm_90").ShouldBe(6);
        nvrtcGetProgramLogSize(program, out nuint size).ShouldBe(0);
        byte[] log = new byte[size];
        fixed (byte* to = log)
        {
            nvrtcGetProgramLog(program, to).ShouldBe(0);
        }

        log[^1].ShouldBe((byte)0);
        Encoding.UTF8.GetString(log).ShouldContain(said);
        Encoding.UTF8.GetString(log).ShouldContain("kernel.cu:1");
        nvrtcGetCUBINSize(program, out _).ShouldBe(4);
        nvrtcDestroyProgram(ref program).ShouldBe(0);
        (program, Standin.Live("program")).ShouldBe((0, 0));
    }

    [StandinTheory]
    [InlineData("--gpu-architecture=sm_9")]
    [InlineData("--gpu-architecture=90")]
    [InlineData("--optimise")]
    public void An_unknown_option_is_refused(string option) => ShouldBeViolation(CompileProgram(Program(Scale), option), 5, option);

    [StandinFact]
    public void CUDA_13_knows_no_devices_before_7_5()
    {
        CompileProgram(Program(Scale), "--gpu-architecture=sm_70").ShouldBe(0);
        Standin.Versions(13000, 13000, 130000, 13, 0);
        CompileProgram(Program(Scale), "--gpu-architecture=sm_70").ShouldBe(5);
    }

    [StandinFact]
    public void A_virtual_architecture_gives_no_machine_code()
    {
        nint program = Program(Scale);
        CompileProgram(program, "--gpu-architecture=compute_90").ShouldBe(0);
        nvrtcGetCUBINSize(program, out nuint size).ShouldBe(0);
        size.ShouldBe(0u);
    }

    [StandinFact]
    public void A_destroyed_program_is_not_used()
    {
        nint program = Program(Scale), stale = program;
        nvrtcDestroyProgram(ref program).ShouldBe(0);
        ShouldBeViolation(nvrtcGetProgramLogSize(stale, out _), 4, "not a live program");
    }

    private static nint Program(string source)
    {
        nvrtcCreateProgram(out nint program, source, "kernel.cu", 0, 0, 0).ShouldBe(0);
        return program;
    }

    private static int CompileProgram(nint program, string option)
    {
        nint text = Marshal.StringToCoTaskMemUTF8(option);
        int status = nvrtcCompileProgram(program, 1, &text);
        Marshal.FreeCoTaskMem(text);
        return status;
    }

    private static byte[] Compile(string source, string option = "--gpu-architecture=sm_90")
    {
        nint program = Program(source);
        CompileProgram(program, option).ShouldBe(0);
        nvrtcGetCUBINSize(program, out nuint size).ShouldBe(0);
        byte[] image = new byte[size];
        fixed (byte* to = image)
        {
            nvrtcGetCUBIN(program, to).ShouldBe(0);
        }

        nvrtcDestroyProgram(ref program).ShouldBe(0);
        return image;
    }

    private static int LoadStatus(byte[] image)
    {
        fixed (byte* from = image)
        {
            return cuModuleLoadData(out _, from);
        }
    }

    private static nint Load(byte[] image)
    {
        fixed (byte* from = image)
        {
            cuModuleLoadData(out nint module, from).ShouldBe(0);
            return module;
        }
    }

    private static nint Function(string name, nint? module = null)
    {
        cuModuleGetFunction(out nint function, module ?? Load(Compile(Scale)), name).ShouldBe(0);
        return function;
    }

    private int Launch(nint function, int batch, long items, nint x, nint y, float factor)
    {
        void** parameters = stackalloc void*[] { &items, &batch, &x, &y, &factor };
        return cuLaunchKernel(function, 1, 1, 1, 256, 1, 1, 0, Stream, parameters, null);
    }

    private void LaunchBeyond(float at)
    {
        nint function = Function("beyond"), y = Device(4);
        long items = 1;
        int batch = 1;
        void** parameters = stackalloc void*[] { &items, &batch, &y, &at };
        cuLaunchKernel(function, 1, 1, 1, 1, 1, 1, 0, Stream, parameters, null).ShouldBe(0);
    }
}
