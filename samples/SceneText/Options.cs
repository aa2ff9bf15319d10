using System;
using Kron.Samples;

namespace SceneText;

/// <summary>The command line.</summary>
internal sealed record Options() : TrainingOptions("scene-text-table.md")
{
    /// <summary>What the program prints when it is called wrongly or asked for help.</summary>
    public const string Usage = """
        Usage: SceneText [options]
          --data <folder>    read MNIST-style IDX files (train-images-idx3-ubyte, …, plain or .gz) instead of rendering images
          --out <file>       write the table there (scene-text-table.md)
          --epochs <count>   show every training image that often (6)
          --seeds <count>    train every network that often (3)
          --short            every step with a tiny budget, in a few seconds; its errors mean nothing
          --threads <count>  train that many networks at a time (one per processor)
          --show <file.ppm>  only write a sheet of 432 training images
          --help             show this text
        """;

    /// <summary>Epochs of training, or null for those of the recipe.</summary>
    public int? Epochs { get; init; }

    /// <summary>Reads the command line.</summary>
    /// <exception cref="FormatException">An option is unknown, or its value is missing or wrong.</exception>
    public static Options Parse(ReadOnlySpan<string> args) => Parse(new Options(), args);

    protected override TrainingOptions? With(ReadOnlySpan<string> args, ref int i) =>
        args[i] == "--epochs" ? this with { Epochs = Count(args, ref i) } : null;
}
