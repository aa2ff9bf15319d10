namespace Kron.Cli;

/// <summary>What the process returns.</summary>
internal static class ExitCode
{
    public const int Success = 0;

    /// <summary>The command ran, but did not reach what it was asked for.</summary>
    public const int Failure = 1;

    /// <summary>The command line is wrong, or a file cannot be used.</summary>
    public const int Usage = 2;

    /// <summary>An error of the tool itself; the number of sysexits.h.</summary>
    public const int Internal = 70;

    /// <summary>Cancelled, as shells report SIGINT.</summary>
    public const int Cancelled = 130;

    /// <summary>The list for help.</summary>
    public const string Help = """
        Exit codes:
          0    done
          1    not reached: a target that no shape meets, an adapter without its base tensor
          2    a wrong command line, or a file that cannot be read, written or used
          70   an error of the tool itself
          130  cancelled (Ctrl+C); no file is left behind
        """;
}
