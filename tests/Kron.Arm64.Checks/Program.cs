using System;
using System.Globalization;
using System.Threading;
using Kron.Generator.Tests.Emit;
using Kron.Kernels.Tests.Support;

namespace Kron.Arm64.Checks;

/// <summary>
/// Runs the compiled layers and prints a line for each check. Arguments: the number of the first case and the step to the next,
/// or <c>spoil</c> and the number of a case whose layer is wrong then, or <c>overrun</c> to read a float beyond a guard.
/// </summary>
internal static class Program
{
    private static int Main(string[] arguments)
    {
        switch (arguments)
        {
            case ["spoil", var number]:
                int spoiled = int.Parse(number, CultureInfo.InvariantCulture);
                Run(CheckedCases.All[spoiled], KernelTarget.AdvSimd, new SpoiledLayer((IParallelLayer)Layers.Create(spoiled, KernelTarget.AdvSimd).Layer));
                return 0;
            case ["overrun"]:
                Overrun();
                return 0;
            case [var first, var step]:
                for (int i = int.Parse(first, CultureInfo.InvariantCulture); i < CheckedCases.All.Count; i += int.Parse(step, CultureInfo.InvariantCulture))
                {
                    RunAll(i);
                }

                return 0;
            default:
                Console.Error.WriteLine($"{arguments.Length} arguments; expected the first case and the step, or spoil and a case, or overrun.");
                return 2;
        }
    }

    private static void RunAll(int index)
    {
        CheckedCase each = CheckedCases.All[index];
        Console.WriteLine(ReportLine.Begin + index.ToString(CultureInfo.InvariantCulture));
        Console.WriteLine(Dispatch(each, index));
        foreach (KernelTarget target in each.Targets)
        {
            Run(each, target, Layers.Create(index, target).Layer);
        }
    }

    private static void Run(CheckedCase each, KernelTarget target, ILayer layer)
    {
        ReportLine end;
        try
        {
            foreach (Deviation deviation in each.Run(layer))
            {
                Console.WriteLine(ReportLine.Of(each, target, deviation));
            }

            end = ReportLine.Of(each, target, ReportLine.Ended, passed: true, "");
        }
#pragma warning disable CA1031 // Whatever it is, the line tells of it and the test fails.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            end = ReportLine.Of(each, target, ReportLine.Ended, passed: false, exception.ToString());
        }

        Console.WriteLine(end);
    }

    private static ReportLine Dispatch(CheckedCase each, int index)
    {
        KernelTarget best = Layers.Create(index, KernelTarget.Best).Target;
        string refusal = "";
        try
        {
            Layers.Create(index, KernelTarget.Avx2);
        }
        catch (PlatformNotSupportedException exception)
        {
            refusal = exception.Message;
        }

        bool passed = best == KernelTarget.AdvSimd && refusal.Contains(nameof(KernelTarget.Avx2), StringComparison.Ordinal);
        return ReportLine.Of(each, KernelTarget.AdvSimd, ReportLine.Dispatch, passed, $"{best} was chosen; Avx2: '{refusal}'");
    }

    private static unsafe void Overrun()
    {
        using var floats = new GuardedFloats(5, atEnd: true);
        Console.WriteLine(Volatile.Read(ref floats.Start[4]));
        Console.WriteLine(Volatile.Read(ref floats.Start[5]));
    }
}
