using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Text.RegularExpressions;
using Kron.Benchmarks.Layers;
using Kron.MachineCode.Tests.Disassembly;

namespace Kron.MachineCode.Tests.Support;

/// <summary>The inner loop of a register tile.</summary>
/// <param name="Layer">Whose it is.</param>
/// <param name="Kernel">The method's name.</param>
/// <param name="Contraction">The contraction whose tile it is.</param>
/// <param name="Rows">Rows of the tile.</param>
/// <param name="Vectors">Vectors of a row.</param>
/// <param name="IsPartial">Whether the last vector is not full.</param>
/// <param name="Loop">What was counted.</param>
internal sealed partial record TileLoop(Subject Layer, string Kernel, string Contraction, int Rows, int Vectors, bool IsPartial, InnerLoop Loop)
{
    /// <summary>Whether inference alone runs it, or also runs it: recording and gradients have kernels of their own.</summary>
    public bool IsInference => !Kernel.StartsWith("Record", StringComparison.Ordinal) && !Kernel.StartsWith("Gradient", StringComparison.Ordinal);

    /// <summary>Whether it multiplies and adds vectors as often as the tile has them, as it must.</summary>
    public bool IsWhole => Loop.MultiplyAdds % (Rows * Vectors) == 0;

    /// <summary>Every inner loop of every tile; a tile whose reduction is written out has none.</summary>
    public static IReadOnlyList<TileLoop> Of(IEnumerable<Function> functions, Platform platform) =>
    [
        .. from function in functions
           let match = Symbol().Match(function.Symbol)
           where match.Success
           from loop in InnerLoop.Of(function, platform.Architecture)
           select new TileLoop(
               AuditedLayers.All[Number(match, "layer")],
               match.Groups["kernel"].Value,
               match.Groups["contraction"].Value,
               Number(match, "rows"),
               Number(match, "vectors"),
               match.Groups["tail"].Success,
               loop),
    ];

    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"{Layer.Name}, {Kernel}: {Loop.MultiplyAdds} multiply-adds, {Loop.InstructionsPerMultiplyAdd:0.00} instructions each, {Loop.StackAccesses} stack accesses, {Loop.Separate} not fused");

    private static int Number(Match match, string group) => int.Parse(match.Groups[group].ValueSpan, CultureInfo.InvariantCulture);

    [GeneratedRegex(@"_Layer(?<layer>\d+)_\w+Kernels__(?<kernel>(?<contraction>\w+?)_(?<rows>\d+)x(?<vectors>\d+)(?<tail>_Tail\d+)?(?:_\w+)?)$")]
    private static partial Regex Symbol();
}
