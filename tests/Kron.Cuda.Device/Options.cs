namespace Kron.Cuda.Device;

/// <summary>The command line.</summary>
/// <param name="IsBenchmark">Whether to measure rather than to check.</param>
/// <param name="IsQuick">Whether to run a few small layers only.</param>
/// <param name="IsSpoiled">Whether to give every layer a wrong parameter, so that its checks must fail.</param>
/// <param name="Record">The file that receives all that is printed, too.</param>
internal sealed record Options(bool IsBenchmark, bool IsQuick, bool IsSpoiled, string? Record)
{
    public const string Usage = "Kron.Cuda.Device [check | bench] [--quick] [--spoil] [--record FILE]";

    /// <returns>Null where the arguments are none that <see cref="Usage"/> tells of.</returns>
    public static Options? Parse(string[] arguments)
    {
        var options = new Options(IsBenchmark: false, IsQuick: false, IsSpoiled: false, Record: null);
        for (int i = 0; i < arguments.Length; i++)
        {
            switch (arguments[i])
            {
                case "check" or "bench" when i == 0:
                    options = options with { IsBenchmark = arguments[i] == "bench" };
                    break;
                case "--quick":
                    options = options with { IsQuick = true };
                    break;
                case "--spoil" when !options.IsBenchmark:
                    options = options with { IsSpoiled = true };
                    break;
                case "--record" when i + 1 < arguments.Length:
                    options = options with { Record = arguments[++i] };
                    break;
                default:
                    return null;
            }
        }

        return options;
    }
}
