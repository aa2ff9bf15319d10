using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;

namespace Figure1;

/// <summary>The command line.</summary>
internal sealed record Options
{
    /// <summary>What the program prints when it is asked for help.</summary>
    public const string Usage = """
        Usage: Figure1 [options]
          --image <file>     a picture to approximate, PNG or PNM (P2, P3, P5, P6), instead of the test scene
          --output <file>    write the figure there, as SVG (figure1.svg)
          --table <file>     write the table of errors there too, as Markdown
          --ranks <list>     the numbers of products, separated by commas (1,2,5,10)
          --size <pixels>    the longer side of the picture: a larger one is shrunk to it, the test scene drawn at it (210)
          --help             show this text
        """;

    /// <summary>The smallest and the largest <see cref="Size"/>.</summary>
    public const int MinSize = 16, MaxSize = 2000;

    /// <summary>The picture, or null for the test scene.</summary>
    public string? Image { get; init; }

    /// <summary>The file for the figure.</summary>
    public string Output { get; init; } = "figure1.svg";

    /// <summary>The file for the table, or null.</summary>
    public string? Table { get; init; }

    /// <summary>The numbers of products, increasing.</summary>
    public IReadOnlyList<int> Ranks { get; init; } = [1, 2, 5, 10];

    /// <summary>The most pixels along the longer side.</summary>
    public int Size { get; init; } = 210;

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
                "--image" => options with { Image = Value(args, ref i) },
                "--output" => options with { Output = Value(args, ref i) },
                "--table" => options with { Table = Value(args, ref i) },
                "--ranks" => options with { Ranks = ReadRanks(Value(args, ref i)) },
                "--size" => options with { Size = ReadSize(Value(args, ref i)) },
                "--help" or "-h" => options with { Help = true },
                _ => throw new FormatException($"Unknown option '{args[i]}'; --help shows all."),
            };
        }

        return options;
    }

    private static string Value(ReadOnlySpan<string> args, ref int i) =>
        ++i < args.Length && args[i].Length > 0 ? args[i] : throw new FormatException($"{args[i - 1]} needs a value.");

    private static int[] ReadRanks(string list)
    {
        int[] ranks = [.. list.Split(',').Select(Positive)];
        return ranks[0] > 0 && ranks.Zip(ranks.Skip(1)).All(pair => pair.First < pair.Second)
            ? ranks
            : throw new FormatException($"--ranks needs increasing positive numbers separated by commas, such as 1,2,5,10; found '{list}'.");
    }

    private static int ReadSize(string value) => Positive(value) is >= MinSize and <= MaxSize and int size
        ? size
        : throw new FormatException($"--size needs a number of pixels from {MinSize} to {MaxSize}, found '{value}'.");

    /// <summary>A positive number, or 0 for anything else.</summary>
    private static int Positive(string value) =>
        int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out int number) ? number : 0;
}
