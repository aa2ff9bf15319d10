using System.Globalization;
using System.Linq;
using System.Text;
using Figure1.Comparison;

namespace Figure1.Output;

/// <summary>Writes the errors as a Markdown table whose columns also line up on a terminal.</summary>
internal static class ErrorTable
{
    /// <summary>Formats the table.</summary>
    public static string Format(ComparisonResult result)
    {
        var text = new StringBuilder();
        text.AppendLine("| rank | parameters, SVD | Kronecker | share of the values | relative error, SVD | Kronecker | PSNR, SVD | Kronecker |");
        text.AppendLine("| ---: | --------------: | --------: | ------------------: | ------------------: | --------: | --------: | --------: |");
        foreach ((int rank, Approximation low, Approximation kronecker) in result.Ranks.Zip(result.LowRank, result.Kronecker))
        {
            string share = Percent((double)kronecker.Parameters / result.Values);
            text.Append(CultureInfo.InvariantCulture, $"| {rank,4} | {low.Parameters,15:N0} | {kronecker.Parameters,9:N0} | {share,19} | ");
            text.Append(CultureInfo.InvariantCulture, $"{Percent(low.RelativeError),19} | {Percent(kronecker.RelativeError),9} | ");
            text.AppendLine(CultureInfo.InvariantCulture, $"{Decibels(low.Psnr),9} | {Decibels(kronecker.Psnr),9} |");
        }

        return text.ToString();
    }

    /// <summary>A share as percentage.</summary>
    public static string Percent(double share) => string.Create(CultureInfo.InvariantCulture, $"{100 * share:F2}%");

    /// <summary>A ratio in decibels.</summary>
    public static string Decibels(double psnr) => double.IsFinite(psnr) ? string.Create(CultureInfo.InvariantCulture, $"{psnr:F2} dB") : "exact";
}
