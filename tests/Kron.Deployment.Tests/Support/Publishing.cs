using System;
using System.IO;
using System.Linq;
using Kron.Tests.Shared;
using Shouldly;

namespace Kron.Deployment.Tests.Support;

/// <summary>Publishes projects as a user does.</summary>
internal static class Publishing
{
    /// <summary>Of the tests that publish: one at a time, as programs share the libraries that they are made of.</summary>
    public const string Collection = "publishing";

    // Away from the outputs of the solution, which may be building while tests run; kept, so that libraries compile once.
    private static readonly string Artifacts = Path.Combine(AppContext.BaseDirectory, "published");

    /// <summary>Publishes a project, without a warning.</summary>
    /// <param name="project">Its file or folder.</param>
    /// <param name="framework">The target framework.</param>
    /// <param name="runtime">The runtime identifier.</param>
    /// <param name="instructionSet">The value of KronInstructionSet.</param>
    /// <param name="properties">Further properties, <c>-p:Name=Value</c>.</param>
    /// <returns>The folder of the binary.</returns>
    public static string Publish(string project, string framework, string runtime, string instructionSet, params string[] properties)
    {
        string[] choices = [framework, runtime, instructionSet, .. properties.Select(property => property[(property.IndexOf('=') + 1)..])];
        string folder = Path.Combine(Artifacts, $"{Path.GetFileNameWithoutExtension(project)}-{string.Join('-', choices)}");
        string log = NativeAot.Publish(
            project, runtime, folder, ["-f", framework, "--artifacts-path", Path.Combine(Artifacts, "build"), $"-p:KronInstructionSet={instructionSet}", .. properties]);

        // Warnings are errors, but those of tools that do not know it.
        log.ShouldNotContain("warning", Case.Insensitive);
        return folder;
    }
}
