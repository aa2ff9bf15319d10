using System;
using System.Globalization;

namespace Digits;

/// <summary>The command line.</summary>
internal sealed record Options
{
    /// <summary>What the program prints when it is called wrongly or asked for help.</summary>
    public const string Usage = """
        Usage: Digits [options]
          --data <folder>    read MNIST-style IDX files (train-images-idx3-ubyte, …, plain or .gz; see the README) instead of rendering images
          --out <file>       write the table there (digits-table.md)
          --seeds <count>    repetitions of every training (3)
          --short            every step with a tiny budget, in a few seconds; its errors mean nothing
          --threads <count>  train that many networks at a time (one per processor)
          --show <file.ppm>  only write a sheet of 300 training images
          --help             show this text
        """;

    /// <summary>A folder of IDX files, or null to render.</summary>
    public string? Data { get; init; }

    /// <summary>The file for the table.</summary>
    public string Out { get; init; } = "digits-table.md";

    /// <summary>Repetitions of every training, or null for the recipe's.</summary>
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
    /// <exception cref="FormatException">An option is unknown, or its value is missing or wrong.</exception>
    public static Options Parse(ReadOnlySpan<string> args)
    {
        var options = new Options();
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
                _ => throw new FormatException($"Unknown option '{args[i]}'."),
            };
        }

        return options;
    }

    private static string Value(ReadOnlySpan<string> args, ref int i) =>
        ++i < args.Length ? args[i] : throw new FormatException($"{args[i - 1]} needs a value.");

    private static int Count(ReadOnlySpan<string> args, ref int i)
    {
        string value = Value(args, ref i);
        return int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out int count) && count > 0
            ? count
            : throw new FormatException($"{args[i - 1]} needs a positive number, found '{value}'.");
    }
}
