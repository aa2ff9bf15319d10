using System;
using System.Globalization;

namespace Kron.Samples;

/// <summary>The command line that all samples that train networks share.</summary>
/// <param name="Out">The file for the table.</param>
internal abstract record TrainingOptions(string Out)
{
    /// <summary>A folder of IDX files, or null to render.</summary>
    public string? Data { get; init; }

    /// <summary>Repetitions of every training, or null for those of the recipe.</summary>
    public int? Seeds { get; init; }

    /// <summary>Whether to run with a tiny budget.</summary>
    public bool Short { get; init; }

    /// <summary>Networks trained at a time.</summary>
    public int Threads { get; init; } = Environment.ProcessorCount;

    /// <summary>The file for a sheet of images, or null.</summary>
    public string? Show { get; init; }

    /// <summary>Whether to show the usage.</summary>
    public bool Help { get; init; }

    /// <summary>Reads the command line.</summary>
    /// <param name="start">What holds where the command line says nothing.</param>
    /// <param name="args">The command line.</param>
    /// <exception cref="FormatException">An option is unknown, or its value is missing or wrong.</exception>
    protected static T Parse<T>(T start, ReadOnlySpan<string> args)
        where T : TrainingOptions
    {
        TrainingOptions options = start;
        for (int i = 0; i < args.Length; i++)
        {
            options = args[i] switch
            {
                "--data" => options with { Data = Value(args, ref i) },
                "--out" => options with { Out = Value(args, ref i) },
                "--seeds" => options with { Seeds = Count(args, ref i) },
                "--short" => options with { Short = true },
                "--threads" => options with { Threads = Count(args, ref i) },
                "--show" => options with { Show = Value(args, ref i) },
                "--help" or "-h" => options with { Help = true },
                _ => options.With(args, ref i) ?? throw new FormatException($"Unknown option '{args[i]}'."),
            };
        }

        return (T)options;
    }

    /// <summary>The options with one that only this sample has, or null where it has none of that name.</summary>
    protected virtual TrainingOptions? With(ReadOnlySpan<string> args, ref int i) => null;

    protected static int Count(ReadOnlySpan<string> args, ref int i)
    {
        string value = Value(args, ref i);
        return int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out int count) && count > 0
            ? count
            : throw new FormatException($"{args[i - 1]} needs a positive number, found '{value}'.");
    }

    private static string Value(ReadOnlySpan<string> args, ref int i) =>
        ++i < args.Length ? args[i] : throw new FormatException($"{args[i - 1]} needs a value.");
}
