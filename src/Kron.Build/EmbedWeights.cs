using System;
using System.IO;
using System.Text;
using Microsoft.Build.Framework;
using Microsoft.Build.Utilities;

namespace Kron.Build;

/// <summary>
/// Turns the safetensors files of a project into the resource that its assembly embeds, and the list of it that the source
/// generator reads. A file that is wrong does not fail the task: the generator's diagnostic has a place in the code.
/// </summary>
public sealed class EmbedWeights : Task
{
    /// <summary>The files; their paths relative to the project are the names that attributes use, or their metadata Link.</summary>
    [Required]
    public ITaskItem[] Files { get; set; } = [];

    /// <summary>The project's folder.</summary>
    [Required]
    public string ProjectDirectory { get; set; } = "";

    /// <summary>The resource to write.</summary>
    [Required]
    public string Resource { get; set; } = "";

    /// <summary>The list to write.</summary>
    [Required]
    public string List { get; set; } = "";

    public override bool Execute()
    {
        try
        {
            // The list comes last: without it the build knows that an interrupted one has to be repeated.
            File.Delete(List);
            Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(Resource)));
            var list = new WeightsList();
            using (FileStream stream = new(Resource, FileMode.Create, FileAccess.ReadWrite))
            {
                var resource = new WeightsResource(stream, list);
                foreach (ITaskItem file in Files)
                {
                    resource.Add(NameOf(file), () => new FileStream(file.GetMetadata("FullPath"), FileMode.Open, FileAccess.Read, FileShare.Read));
                }
            }

            File.WriteAllText(List, list.ToString(), new UTF8Encoding(encoderShouldEmitUTF8Identifier: false));
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            Log.LogErrorFromException(error);
        }

        return !Log.HasLoggedErrors;
    }

    /// <summary>The path relative to the project where the file lies below it, with slashes on every system; of another file the link, as elsewhere in a project.</summary>
    private string NameOf(ITaskItem file)
    {
        string link = file.GetMetadata("Link");
        string name = (link.Length > 0 ? link : file.ItemSpec).Replace('\\', '/');
        string folder = ProjectDirectory.Replace('\\', '/').TrimEnd('/') + "/";
        return name.StartsWith(folder, StringComparison.OrdinalIgnoreCase) ? name.Substring(folder.Length) : name;
    }
}
