using System;
using System.Collections.Generic;
using System.Linq;

namespace Kron.Cli.Output.Report;

/// <summary>Maps values to coordinates, on a linear or a logarithmic scale.</summary>
internal sealed class Scale
{
    private const int MostTicks = 6;

    private static readonly double[][] Steps = [[1, 2, 5], [1, 3], [1]];

    // Of the power of ten below.
    private static readonly double[] LinearSteps = [0.2, 0.5, 1, 2];

    private readonly double _least, _span, _start, _end;

    private Scale(double least, double most, double start, double end, bool isLogarithmic)
    {
        IsLogarithmic = isLogarithmic;
        (Least, Most, _start, _end) = (least, most, start, end);
        _least = Of(least);
        _span = Of(most) - _least;
    }

    public bool IsLogarithmic { get; }

    public double Least { get; }

    public double Most { get; }

    /// <summary>A logarithmic scale; a single value lies in the middle.</summary>
    public static Scale Logarithmic(double least, double most, double start, double end) =>
        least < most ? new Scale(least, most, start, end, isLogarithmic: true) : new Scale(least / 2, least * 2, start, end, isLogarithmic: true);

    /// <summary>A linear scale from 0 to the tick at or above a value.</summary>
    public static Scale Linear(double most, double start, double end)
    {
        double step = LinearStep(most > 0 ? most : 1);
        return new Scale(0, step * Math.Ceiling(((most > 0 ? most : 1) / step) - 1e-9), start, end, isLogarithmic: false);
    }

    public double this[double value] => _start + ((_end - _start) * (Of(value) - _least) / _span);

    /// <summary>Round values within the scale: 1, 2 and 5 times powers of ten, or the powers alone where these are many.</summary>
    public IReadOnlyList<double> Ticks => IsLogarithmic ? LogarithmicTicks() : LinearTicks();

    private double Of(double value) => IsLogarithmic ? Math.Log10(value) : value;

    private List<double> LogarithmicTicks()
    {
        int from = (int)Math.Floor(Math.Log10(Least)), to = (int)Math.Ceiling(Math.Log10(Most));
        List<double> Within(double[] steps) =>
        [
            .. Enumerable.Range(from, to - from + 1)
                .SelectMany(power => steps.Select(step => step * Math.Pow(10, power)))
                .Where(tick => tick >= Least * (1 - 1e-9) && tick <= Most * (1 + 1e-9)),
        ];
        foreach (double[] steps in Steps)
        {
            List<double> ticks = Within(steps);
            if (ticks.Count <= MostTicks)
            {
                return ticks;
            }
        }

        List<double> powers = Within(Steps[^1]);
        int every = (powers.Count + MostTicks - 1) / MostTicks;
        return [.. powers.Where((_, i) => i % every == 0)];
    }

    private List<double> LinearTicks()
    {
        double step = LinearStep(Most);
        return [.. Enumerable.Range(0, (int)Math.Round(Most / step) + 1).Select(i => i * step)];
    }

    private static double LinearStep(double most)
    {
        double power = Math.Pow(10, Math.Floor(Math.Log10(most)));
        return power * LinearSteps.First(factor => most / (power * factor) <= MostTicks);
    }
}
