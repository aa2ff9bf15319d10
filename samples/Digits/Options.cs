using System;
using Kron.Samples;

namespace Digits;

/// <summary>The command line.</summary>
internal sealed record Options() : TrainingOptions("digits-table.md")
{
    /// <summary>What the program prints when it is called wrongly or asked for help.</summary>
    public const string Usage = """
        Usage: Digits [options]
          --data <folder>    read MNIST-style IDX files (train-images-idx3-ubyte, …, plain or .gz; see the README) instead of rendering images
          --out <file>       write the table there (digits-table.md)
          --seeds <count>    repetitions of every training (3)
          --short            every step with a tiny budget, in a few seconds; its errors mean nothing
          --threads <count>  train that many networks at a time (one per processor)
          --cuda             hidden layers and classifiers on an NVIDIA GPU; the convolutions stay on the processor
          --show <file.ppm>  only write a sheet of 300 training images
          --help             show this text
        """;

    /// <summary>Whether hidden layers and classifiers run on a CUDA device.</summary>
    public bool Cuda { get; init; }

    /// <summary>Reads the command line.</summary>
    /// <exception cref="FormatException">An option is unknown, or its value is missing or wrong.</exception>
    public static Options Parse(ReadOnlySpan<string> args) => Parse(new Options(), args);

    /// <inheritdoc/>
    protected override TrainingOptions? With(ReadOnlySpan<string> args, ref int i) => args[i] == "--cuda" ? this with { Cuda = true } : null;
}
