using System;
using Shouldly;

namespace Kron.Package.Tests.Support;

/// <summary>The one line of the user's program, which has compared its layers with their definitions.</summary>
internal static class ProgramOutput
{
    /// <summary>Asserts that the line names the framework, the compiler and the target.</summary>
    public static void Check(string output, string framework, string compiler, string target)
    {
        string[] words = output.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
        words.Length.ShouldBe(4, output);
        words[..3].ShouldBe([framework, compiler, target]);
    }
}
