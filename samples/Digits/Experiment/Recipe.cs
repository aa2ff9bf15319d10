namespace Digits.Experiment;

/// <summary>The budget, the same for every method.</summary>
internal sealed record Recipe
{
    /// <summary>Rendered training images.</summary>
    public required int TrainImages { get; init; }

    /// <summary>Rendered validation images.</summary>
    public required int ValidationImages { get; init; }

    /// <summary>Steps of training from random parameters.</summary>
    public required int TrainSteps { get; init; }

    /// <summary>Steps after a fitted layer has replaced the trained one.</summary>
    public required int FineTuneSteps { get; init; }

    /// <summary>Independent repetitions, each with its own initial parameters and order of images.</summary>
    public required int Seeds { get; init; }

    /// <summary>Timed rounds, of which the median is printed.</summary>
    public required int TimedRounds { get; init; }

    /// <summary>Images per step.</summary>
    public int Batch { get; init; } = 64;

    /// <summary>The highest learning rate of training.</summary>
    public float TrainRate { get; init; } = 2e-3f;

    /// <summary>The highest learning rate of fine-tuning.</summary>
    public float FineTuneRate { get; init; } = 1e-3f;

    /// <summary>The decoupled weight decay.</summary>
    public float WeightDecay { get; init; } = 1e-2f;

    /// <summary>Steps over which the rate rises before it falls along a cosine.</summary>
    public int WarmUp { get; init; } = 50;

    /// <summary>The comparison as described in the README.</summary>
    public static Recipe Full { get; } = new()
    {
        TrainImages = 50_000, ValidationImages = 10_000, TrainSteps = 2_344, FineTuneSteps = 400, Seeds = 3, TimedRounds = 61,
    };

    /// <summary>Every step of the program in a few seconds; its errors mean nothing.</summary>
    public static Recipe Short { get; } = new()
    {
        TrainImages = 300, ValidationImages = 100, TrainSteps = 6, FineTuneSteps = 2, Seeds = 1, TimedRounds = 3, WarmUp = 2,
    };
}
