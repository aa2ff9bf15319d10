using System.IO;
using System.Runtime.CompilerServices;

namespace Kron.Tests.Shared;

/// <summary>Where the sources lie.</summary>
internal static class Repository
{
    /// <summary>The path of a file or a folder, given from the root.</summary>
    public static string Path(string relative) => System.IO.Path.GetFullPath(System.IO.Path.Combine(Root(), relative));

    private static string Root([CallerFilePath] string file = "") => System.IO.Path.Combine(System.IO.Path.GetDirectoryName(file)!, "..", "..");
}
