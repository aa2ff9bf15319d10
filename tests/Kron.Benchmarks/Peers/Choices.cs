using System;
using System.Collections.Generic;
using System.IO;
using System.Text.Json;

namespace Kron.Benchmarks.Peers;

/// <summary>
/// The ways found fastest for each library and shape. Trials take minutes, so they are kept in a file of the machine's
/// temporary folder; whoever wants them made anew deletes it.
/// </summary>
internal sealed class Choices
{
    private readonly Dictionary<string, string> _known;

    private Choices(Dictionary<string, string> known) => _known = known;

    /// <summary>Where choices are kept.</summary>
    public static string File { get; } = Path.Combine(Path.GetTempPath(), "kron-benchmarks-choices.json");

    /// <summary>The kept choices; none where there is no readable file.</summary>
    public static Choices Load()
    {
        try
        {
            return new Choices(JsonSerializer.Deserialize<Dictionary<string, string>>(System.IO.File.ReadAllText(File)) ?? []);
        }
        catch (Exception missing) when (missing is IOException or JsonException)
        {
            return new Choices([]);
        }
    }

    /// <summary>The choice of a kind, as it was made before or as it is made now.</summary>
    public T Get<T>(string key, Func<T> choose)
    {
        if (_known.TryGetValue(key, out string? text))
        {
            return JsonSerializer.Deserialize<T>(text)!;
        }

        T choice = choose();
        _known.Add(key, JsonSerializer.Serialize(choice));
        return choice;
    }

    public void Save() => System.IO.File.WriteAllText(File, JsonSerializer.Serialize(_known));
}
