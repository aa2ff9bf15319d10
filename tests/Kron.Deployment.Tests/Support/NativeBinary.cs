using System.Linq;
using System.Text.RegularExpressions;
using Kron.Tests.Shared;
using Shouldly;

namespace Kron.Deployment.Tests.Support;

/// <summary>What the tables of a Linux binary say.</summary>
internal static class NativeBinary
{
    // What the C library consists of.
    private static readonly string[] SystemLibraries =
        ["libc.so.6", "libm.so.6", "libpthread.so.0", "libdl.so.2", "librt.so.1", "ld-linux-x86-64.so.2", "ld-linux-aarch64.so.1"];

    /// <summary>Checks that a binary asks the loader for the C library and nothing else.</summary>
    public static void ShouldNeedTheSystemAlone(string path)
    {
        string listing = new Command("readelf", "-d", path).Run().EnsureSuccess().Output;
        string[] needed = [.. Regex.Matches(listing, @"\(NEEDED\).*\[(.+)\]").Select(match => match.Groups[1].Value)];
        needed.ShouldContain("libc.so.6");
        needed.ShouldBeSubsetOf(SystemLibraries);
    }

    /// <summary>The functions and data that a shared library exports.</summary>
    public static string[] Exports(string path)
    {
        string listing = new Command("readelf", "--dyn-syms", "-W", path).Run().EnsureSuccess().Output;

        // Of a section with a number: neither another library's nor the name of the symbols' version.
        return [.. Regex.Matches(listing, @" (?:GLOBAL|WEAK) +\w+ +\d+ (\w+)").Select(match => match.Groups[1].Value)];
    }
}
