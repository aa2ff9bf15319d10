using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Text;

namespace Kron.MachineCode.Tests.Support;

/// <summary>The tables of docs/machine-code.md: everything behind the line that says so is written anew.</summary>
internal static class Tables
{
    /// <summary>The environment variable that names the page.</summary>
    public const string FileVariable = "KRON_MACHINE_CODE_PAGE";

    private const string Marker = "<!-- What follows is written by the tests. -->";

    public static void Write(string file, params Platform[] platforms)
    {
        string page = File.ReadAllText(file);
        var text = new StringBuilder(page[..(page.IndexOf(Marker, System.StringComparison.Ordinal) + Marker.Length)]).Append('\n');
        foreach (Platform platform in platforms)
        {
            Append(text, platform);
        }

        File.WriteAllText(file, text.ToString());
    }

    private static void Append(StringBuilder text, Platform platform)
    {
        IReadOnlyList<TileLoop> loops = TakenApart.On(platform);
        int few = loops.Count(loop => loop.Loop.InstructionsPerMultiplyAdd <= 1.25), spills = loops.Count(loop => loop.Loop.StackAccesses > 0);
        text.Append(CultureInfo.InvariantCulture, $"\n## {platform}, {platform.Runtime}\n\n");
        text.Append(CultureInfo.InvariantCulture, $"{loops.Count} loops, {few} of them with at most 1.25 instructions per multiply-add, {spills} with stack accesses, {loops.Count(loop => loop.Loop.Separate > 0)} with products that are not fused.\n\n");
        text.Append("| layer | kernel | tile | multiply-adds in the loop | instructions per multiply-add | stack accesses |\n| --- | --- | ---: | ---: | ---: | ---: |\n");
        foreach (TileLoop loop in loops)
        {
            text.Append(CultureInfo.InvariantCulture, $"| {loop.Layer.Name} | {loop.Kernel} | {loop.Rows}x{loop.Vectors} | {loop.Loop.MultiplyAdds} | {loop.Loop.InstructionsPerMultiplyAdd:0.00} | {loop.Loop.StackAccesses} |\n");
        }
    }
}
