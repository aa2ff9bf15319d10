using System;
using System.Linq;
using Shouldly;

namespace Kron.Cuda.Tests.Support;

/// <summary>A test over the stand-in, after which nothing may be left and nothing may have been wrong.</summary>
public abstract class StandinCuda : IDisposable
{
    private static readonly string[] Kinds = ["memory", "pinned", "stream", "event", "graph", "exec", "cublas", "module", "program"];

    private readonly TemporaryFolder _cache = new();

    protected StandinCuda()
    {
        NameForProcess();
        Standin.Reset();
    }

    /// <summary>The folder of compiled kernels of this test.</summary>
    protected string Cache => _cache.Path;

    private static Lazy<CudaLibraries> Complete { get; } = new(() => Resolve(Standin.Complete).Libraries!);

    public void Dispose()
    {
        try
        {
            NothingWrong();
            NothingLeft();
        }
        finally
        {
            Standin.Reset();
            _cache.Dispose();
            GC.SuppressFinalize(this);
        }
    }

    /// <summary>Makes the stand-in the CUDA of this process, unless one is named already; to be called before <see cref="KronCuda"/> is.</summary>
    /// <remarks>No module initializer: the stand-in's compiler is waited for on other threads, which that would hold up.</remarks>
    internal static void NameForProcess()
    {
        if (StandinBuild.Missing is null && Environment.GetEnvironmentVariable(LibrarySearch.Override) is null)
        {
            Environment.SetEnvironmentVariable(LibrarySearch.Override, Standin.Complete);
        }
    }

    private protected static CudaResolution Resolve(string named, params string[] usual) => CudaResolution.Resolve(new LibrarySearch(named, loader: false, usual));

    private protected CudaContext Open(CudaContextOptions? options = null) => new(Complete.Value, (options ?? new CudaContextOptions()) with { KernelCache = Cache });

    protected static void NothingWrong()
    {
        Standin.LastViolation.ShouldBe("");
        Standin.Violations.ShouldBe(0);
    }

    protected static void NothingLeft() => Left().ShouldBe("");

    /// <summary>What lives, in words.</summary>
    protected static string Left() => string.Join(", ", Kinds.Where(kind => Standin.Live(kind) > 0).Select(kind => $"{Standin.Live(kind)} {kind}"));

    /// <summary>How many things live.</summary>
    protected static long LeftCount() => Kinds.Sum(Standin.Live);

    /// <summary>Runs the finalizers of all that is unreachable.</summary>
    protected static void RunFinalizers()
    {
        for (int i = 0; i < 3; i++)
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
        }
    }
}
