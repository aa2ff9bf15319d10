using System.Collections.Generic;
using System.Linq;
using Kron.Generator.Support;

namespace Kron.Generator.Planning.Winograd;

/// <summary>
/// Winograd's minimal filtering F(m, 3) (Lavin and Gray, arXiv 1509.09308): m outputs of a kernel of three taps from n = m + 2
/// products instead of 3·m, <c>y = Aᵀ ((G g) ⊙ (Bᵀ d))</c>.
/// </summary>
/// <param name="Outputs">m.</param>
/// <param name="Input">Bᵀ [n, n].</param>
/// <param name="Kernel">G [n, 3].</param>
/// <param name="Output">Aᵀ [m, n].</param>
internal sealed record WinogradForm(int Outputs, Tensor Input, Tensor Kernel, Tensor Output)
{
    public const int Taps = 3;

    /// <summary>Points 0, ±1 and infinity.</summary>
    public static readonly WinogradForm Two = Of(
        2,
        [1, 0, -1, 0, 0, 1, 1, 0, 0, -1, 1, 0, 0, 1, 0, -1],
        [1, 0, 0, 0.5f, 0.5f, 0.5f, 0.5f, -0.5f, 0.5f, 0, 0, 1],
        [1, 1, 1, 0, 0, 1, -1, -1]);

    /// <summary>Points 0, ±1, ±2 and infinity.</summary>
    public static readonly WinogradForm Four = Of(
        4,
        [4, 0, -5, 0, 1, 0, 0, -4, -4, 1, 1, 0, 0, 4, -4, -1, 1, 0, 0, -2, -1, 2, 1, 0, 0, 2, -1, -2, 1, 0, 0, 4, 0, -5, 0, 1],
        [1 / 4f, 0, 0, -1 / 6f, -1 / 6f, -1 / 6f, -1 / 6f, 1 / 6f, -1 / 6f, 1 / 24f, 1 / 12f, 1 / 6f, 1 / 24f, -1 / 12f, 1 / 6f, 0, 0, 1],
        [1, 1, 1, 1, 1, 0, 0, 1, -1, 2, -2, 0, 0, 1, 1, 4, 4, 0, 0, 1, -1, 8, -8, 1]);

    public static readonly IReadOnlyList<WinogradForm> All = [Two, Four];

    /// <summary>n.</summary>
    public int Points => Outputs + Taps - 1;

    /// <summary>Aᵀ for a last tile that has fewer outputs.</summary>
    public Tensor OutputOf(int outputs) => outputs == Outputs
        ? Output
        : Output with { Name = Output.Name + "_" + Invariant.Text(outputs), Extents = [outputs, Points], Values = Output.Values.Take(outputs * Points).ToEquatableArray() };

    private static WinogradForm Of(int outputs, float[] input, float[] kernel, float[] output)
    {
        int points = outputs + Taps - 1;
        string suffix = Invariant.Text(outputs);
        return new WinogradForm(
            outputs,
            Constant("BT" + suffix, points, points, input),
            Constant("G" + suffix, points, Taps, kernel),
            Constant("AT" + suffix, outputs, points, output));
    }

    private static Tensor Constant(string name, int rows, int columns, float[] values) =>
        new(name, Region.Constant, [rows, columns], PerSample: false) { Values = new(values) };
}
