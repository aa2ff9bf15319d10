using System;
using System.IO;
using System.Runtime.CompilerServices;
using Shouldly;
using Xunit;

namespace Kron.Generator.Tests.Support;

/// <summary>The helper itself: it finds the verified file, and says so when the text is another.</summary>
public class SnapshotTests
{
    [Fact]
    public void Verified_text_matches() => Snapshot.Match("// Verified.\r\npartial class Example;\n");

    [Fact]
    public void Other_text_throws_and_is_left_for_review()
    {
        string received = Path.Combine(ThisFolder(), $"{nameof(SnapshotTests)}.{nameof(Verified_text_matches)}.received.cs");
        try
        {
            Should.Throw<ShouldMatchApprovedException>(() => Snapshot.Match("// Another.\n", method: nameof(Verified_text_matches)));
            File.ReadAllText(received).ShouldBe("// Another.\n");
        }
        finally
        {
            File.Delete(received);
        }
    }

    [Fact]
    public void Text_that_nobody_verified_throws()
    {
        string received = Path.Combine(ThisFolder(), $"{nameof(SnapshotTests)}.{nameof(Text_that_nobody_verified_throws)}.received.cs");
        try
        {
            Should.Throw<Exception>(() => Snapshot.Match("// New.\n"));
            File.Exists(received).ShouldBeTrue();
        }
        finally
        {
            File.Delete(received);
        }
    }

    private static string ThisFolder([CallerFilePath] string file = "") => Path.GetDirectoryName(file)!;
}
