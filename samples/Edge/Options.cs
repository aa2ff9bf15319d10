using System;
using System.Globalization;

namespace Edge;

/// <summary>The command line.</summary>
internal sealed record Options
{
    /// <summary>What the program prints when it is called wrongly or asked for help.</summary>
    public const string Usage = """
        Usage: Edge [model.safetensors] [options] < images
          The weights are those in the program, or those of a file.
          --raw              the images are bare, 28 × 28 bytes each, instead of an IDX file as those of MNIST
          --scores           print the ten scores beside each class
          --repeat <count>   classify each image so many times, for the latencies (1)
          --help             show this text
        Prints the class of each image on a line, and at the end the latencies on the error stream.
        """;

    /// <summary>The file with the weights; empty for those in the program.</summary>
    public string Model { get; init; } = "";

    /// <summary>Whether the images come without a header.</summary>
    public bool Raw { get; init; }

    /// <summary>Whether to print scores.</summary>
    public bool Scores { get; init; }

    /// <summary>Passes per image.</summary>
    public int Repeat { get; init; } = 1;

    /// <summary>Whether to show the usage.</summary>
    public bool Help { get; init; }

    /// <summary>Reads the command line.</summary>
    /// <exception cref="FormatException">An option is unknown, its value is missing or wrong, or there are two models.</exception>
    public static Options Parse(ReadOnlySpan<string> args)
    {
        var options = new Options();
        for (int i = 0; i < args.Length; i++)
        {
            options = args[i] switch
            {
                "--raw" => options with { Raw = true },
                "--scores" => options with { Scores = true },
                "--repeat" => options with { Repeat = Count(args, ref i) },
                "--help" or "-h" => options with { Help = true },
                var model when model.Length > 0 && model[0] != '-' && options.Model.Length == 0 => options with { Model = model },
                _ => throw new FormatException($"Unknown option '{args[i]}'."),
            };
        }

        return options;
    }

    private static int Count(ReadOnlySpan<string> args, ref int i)
    {
        string value = ++i < args.Length ? args[i] : "";
        return int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out int count) && count > 0
            ? count
            : throw new FormatException($"--repeat needs a positive number, found '{value}'.");
    }
}
