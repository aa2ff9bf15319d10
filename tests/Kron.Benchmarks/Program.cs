using System;
using System.Linq;
using BenchmarkDotNet.Running;
using Kron;
using Kron.Benchmarks.Ratios;

string[] rest = [.. args.Skip(1)];
switch (args.FirstOrDefault())
{
    case RatioCommand.Name:
        return RatioCommand.Run(rest);

    case RatioWorker.Command:
        return RatioWorker.Run(Enum.Parse<KernelTarget>(rest[0]), rest[1], RatioOptions.Parse(rest[2..]));

    default:
        BenchmarkSwitcher.FromAssembly(typeof(RatioCommand).Assembly).Run(args);
        return 0;
}
