using System.Linq;
using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Jobs;
using Kron.Benchmarks.Ratios;

namespace Kron.Benchmarks.Runs;

/// <summary>Runs every benchmark in the environment that the other commands measure in: native libraries on one thread.</summary>
internal sealed class OneThread : ManualConfig
{
    public OneThread() => AddJob(Job.Default
        .WithEnvironmentVariables([.. WorkerEnvironment.Of(KernelTarget.Best).Where(v => v.Value is not null).Select(v => new EnvironmentVariable(v.Key, v.Value!))])
        .AsMutator());
}
