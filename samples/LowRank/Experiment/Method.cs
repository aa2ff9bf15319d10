using System.Collections.Generic;

namespace LowRank.Experiment;

/// <summary>How a network is trained from random parameters.</summary>
/// <param name="Name">What it is called.</param>
/// <param name="Form">The kind of its convolutions.</param>
/// <param name="Regularises">Whether structural regularisation takes part.</param>
internal sealed record Start(string Name, Form Form, bool Regularises = false)
{
    /// <summary>Dense.</summary>
    public static Start Dense { get; } = new("Dense", Form.Dense);

    /// <summary>Dense, led towards structure.</summary>
    public static Start Regularised { get; } = new("Dense, regularised", Form.Dense, Regularises: true);

    /// <summary>Low-rank.</summary>
    public static Start LowRank { get; } = new("Low rank", Form.LowRank);

    /// <summary>Structured.</summary>
    public static Start Structured { get; } = new("Structured", Form.Structured);

    /// <summary>All of them; those that take longest come first.</summary>
    public static IReadOnlyList<Start> All { get; } = [Dense, Regularised, LowRank, Structured];
}

/// <summary>A way to a network: one row of the table.</summary>
/// <param name="Name">What it is called.</param>
/// <param name="Start">The training from random parameters.</param>
/// <param name="Form">The form that is fine-tuned; where it differs from the start's, the trained network is converted.</param>
/// <param name="Claim">What the paper says of it.</param>
internal sealed record Method(string Name, Start Start, Form Form, string Claim)
{
    /// <summary>The rows of the table; the dense network comes first.</summary>
    public static IReadOnlyList<Method> All { get; } =
    [
        new("Dense", Start.Dense, Form.Dense, ""),
        new("Low rank, converted", Start.Dense, Form.LowRank, "2× faster"),
        new("Low rank, from scratch", Start.LowRank, Form.LowRank, "as good as fine-tuned or better"),
        new("Structured, converted", Start.Dense, Form.Structured, ""),
        new("Structured, regularised, converted", Start.Regularised, Form.Structured, "up to 2× smaller within 1%"),
        new("Structured, from scratch", Start.Structured, Form.Structured, ""),
    ];

    /// <summary>Whether the trained network is converted.</summary>
    public bool Converts => Form != Start.Form;
}
