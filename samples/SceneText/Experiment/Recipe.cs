using System;

namespace SceneText.Experiment;

/// <summary>The budget, the same for every network.</summary>
internal sealed record Recipe
{
    /// <summary>Rendered training images.</summary>
    public required int TrainImages { get; init; }

    /// <summary>Rendered validation images.</summary>
    public required int ValidationImages { get; init; }

    /// <summary>How often each training image is seen.</summary>
    public required int Epochs { get; init; }

    /// <summary>Independent repetitions, each with its own initial parameters and order of images.</summary>
    public required int Seeds { get; init; }

    /// <summary>Timed rounds, of which the median is printed.</summary>
    public required int TimedRounds { get; init; }

    /// <summary>Steps over which the rate rises before it falls along a cosine.</summary>
    public required int WarmUp { get; init; }

    /// <summary>Images per step.</summary>
    public int Batch { get; init; } = 64;

    /// <summary>The highest learning rate.</summary>
    public float Rate { get; init; } = 2e-3f;

    /// <summary>The decoupled weight decay.</summary>
    public float WeightDecay { get; init; } = 1e-2f;

    /// <summary>The comparison as described in the README.</summary>
    public static Recipe Full { get; } = new()
    {
        TrainImages = 28_800, ValidationImages = 7_200, Epochs = 6, Seeds = 3, TimedRounds = 61, WarmUp = 100,
    };

    /// <summary>Every step of the program in a few seconds; its errors mean nothing.</summary>
    public static Recipe Short { get; } = new()
    {
        TrainImages = 144, ValidationImages = 72, Epochs = 1, Seeds = 1, TimedRounds = 3, WarmUp = 2, Batch = 16,
    };

    /// <summary>Steps of training on a number of images.</summary>
    public int Steps(int images) => (int)Math.Max(1, (long)Epochs * images / Batch);
}
