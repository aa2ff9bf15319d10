using System.Linq;
using BenchmarkDotNet.Running;
using Kron.Benchmarks;

if (args.FirstOrDefault() == "ratios")
{
    return Ratios.Run(args.Skip(1).ToArray());
}

BenchmarkSwitcher.FromAssembly(typeof(ForwardBenchmarks).Assembly).Run(args);
return 0;
