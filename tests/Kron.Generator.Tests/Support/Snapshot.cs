using System;
using System.IO;
using System.Runtime.CompilerServices;
using Shouldly;

namespace Kron.Generator.Tests.Support;

/// <summary>
/// Compares text with <c>{Class}.{Method}.verified.cs</c> beside the test. Where it differs or is missing, the text is
/// left as <c>.received.cs</c>: review it and rename it to accept it.
/// </summary>
internal static class Snapshot
{
    /// <summary>Asserts that the text is the verified one.</summary>
    /// <param name="text">The text; line endings do not matter.</param>
    /// <param name="file">Filled in: the test's file, named as its class.</param>
    /// <param name="method">Filled in: the test.</param>
    public static void Match(string text, [CallerFilePath] string file = "", [CallerMemberName] string method = "")
    {
        string stem = Path.Combine(Path.GetDirectoryName(file)!, $"{Path.GetFileNameWithoutExtension(file)}.{method}");
        text.ShouldMatchApproved(configuration => configuration
            .NoDiff()
            .WithStringCompareOptions(StringCompareShould.IgnoreLineEndings)
            .WithFilenameGenerator((_, _, kind, _) => $"{stem}.{(kind == "approved" ? "verified" : kind)}.cs"));
    }
}
