using System;
using System.Globalization;
using System.Linq;
using EdgeTraining;
using Shouldly;

namespace Kron.Deployment.Tests.Support;

/// <summary>What the programs print of each image: its class and the ten scores, on a line.</summary>
internal static class Scores
{
    // Single-precision sums of at most 400 products, relative to the largest score.
    private const double Tolerance = 1e-5;

    /// <summary>Compares them with the oracle's.</summary>
    public static void Check(string output, WrittenDigits digits, string model)
    {
        string[] lines = output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        lines.Length.ShouldBe(digits.Count);
        var oracle = new ModelOracle(model);
        for (int i = 0; i < lines.Length; i++)
        {
            double[] printed = [.. lines[i].Split(' ').Select(word => double.Parse(word, CultureInfo.InvariantCulture))];
            double[] expected = oracle.Scores(digits.Pixels(i));
            double scale = expected.Max(Math.Abs);
            printed.Length.ShouldBe(1 + expected.Length);
            printed[1..].Zip(expected, (score, wanted) => Math.Abs(score - wanted)).Max().ShouldBeLessThan(Tolerance * scale, $"image {i}");
            ((int)printed[0]).ShouldBe(Array.IndexOf(expected, expected.Max()), $"image {i}");
        }
    }
}
