using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;

namespace Kron.Cli.Output;

/// <summary>The results of the commands as JSON: camel case, every field always present, numbers as JSON writes them.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true)]
[JsonSerializable(typeof(ErrorResult))]
[JsonSerializable(typeof(BenchResult))]
[JsonSerializable(typeof(ExportResult))]
[JsonSerializable(typeof(FitResult))]
[JsonSerializable(typeof(FrontResult))]
[JsonSerializable(typeof(InspectResult))]
[JsonSerializable(typeof(MergeResult))]
internal sealed partial class JsonOutput : JsonSerializerContext
{
    /// <summary>Writes the one JSON value of a run to standard output.</summary>
    public static void Write<T>(ToolConsole console, T result) =>
        console.Output.WriteLine(JsonSerializer.Serialize(result, (JsonTypeInfo<T>)Default.GetTypeInfo(typeof(T))!));
}
