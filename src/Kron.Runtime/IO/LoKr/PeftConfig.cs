using System;
using System.Collections.Generic;
using System.IO;
using System.Text.Json;

namespace Kron.IO;

/// <summary>What scales the adapters of a PEFT file: <c>adapter_config.json</c>, read from an untrusted source.</summary>
internal sealed class PeftConfig
{
    private const int DefaultRank = 8;
    private const double DefaultAlpha = 8;

    private readonly double _rank;
    private readonly double _alpha;
    private readonly List<(string Text, NamePattern Pattern, double Value)> _rankPatterns;
    private readonly List<(string Text, NamePattern Pattern, double Value)> _alphaPatterns;

    private PeftConfig(string source, JsonElement root)
    {
        Source = source;
        if (root.ValueKind != JsonValueKind.Object)
        {
            throw Invalid("it is no JSON object");
        }

        if (!root.TryGetProperty("peft_type", out JsonElement type) || type.ValueKind != JsonValueKind.String || type.GetString() != "LOKR")
        {
            throw Invalid($"its peft_type is {(type.ValueKind == JsonValueKind.Undefined ? "missing" : Listing.Cut(type.GetRawText()))}; expected \"LOKR\"");
        }

        // Options of other adapter types that change the scale or the weight; LoKr has none such today.
        foreach (string option in (string[])["use_rslora", "use_dora"])
        {
            if (root.TryGetProperty(option, out JsonElement value) && value.ValueKind == JsonValueKind.True)
            {
                throw Invalid($"its {option} is true, which LoKr adapters do not have; expected false");
            }
        }

        _rank = root.TryGetProperty("r", out JsonElement rank) ? Rank("r", rank) : DefaultRank;
        _alpha = root.TryGetProperty("alpha", out JsonElement alpha) ? Alpha("alpha", alpha) : DefaultAlpha;
        _rankPatterns = Patterns(root, "rank_pattern", Rank);
        _alphaPatterns = Patterns(root, "alpha_pattern", Alpha);
    }

    /// <summary>Names the file in messages.</summary>
    public string Source { get; }

    /// <summary>Parses and checks a file.</summary>
    /// <exception cref="InvalidDataException">Anything is wrong with it.</exception>
    public static PeftConfig Parse(ReadOnlyMemory<byte> json, string source)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(json);
            return new PeftConfig(source, document.RootElement);
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException)
        {
            // The latter is the answer to a string that is no valid Unicode.
            throw new InvalidDataException($"'{source}' is not a valid adapter_config.json: {error.Message}", error);
        }
    }

    /// <summary>The rank r of a layer's adapter.</summary>
    public double RankOf(string layer) => Find("rank_pattern", _rankPatterns, layer) ?? _rank;

    /// <summary>The alpha of a layer's adapter.</summary>
    public double AlphaOf(string layer) => Find("alpha_pattern", _alphaPatterns, layer) ?? _alpha;

    private double? Find(string field, List<(string Text, NamePattern Pattern, double Value)> patterns, string layer)
    {
        foreach ((string text, NamePattern pattern, double value) in patterns)
        {
            if (Readable(field, text, () => pattern.IsMatch(layer)))
            {
                return value;
            }
        }

        return null;
    }

    private List<(string Text, NamePattern Pattern, double Value)> Patterns(JsonElement root, string field, Func<string, JsonElement, double> parse)
    {
        var patterns = new List<(string, NamePattern, double)>();
        if (!root.TryGetProperty(field, out JsonElement element) || element.ValueKind == JsonValueKind.Null)
        {
            return patterns;
        }

        if (element.ValueKind != JsonValueKind.Object)
        {
            throw Invalid($"its {field} is no object");
        }

        foreach (JsonProperty property in element.EnumerateObject())
        {
            patterns.Add((property.Name, Readable(field, property.Name, () => NamePattern.Parse(property.Name)), parse(property.Name, property.Value)));
        }

        return patterns;
    }

    private T Readable<T>(string field, string pattern, Func<T> read)
    {
        try
        {
            return read();
        }
        catch (FormatException error)
        {
            throw Invalid($"'{Listing.Cut(pattern)}' in its {field} is no pattern that is read: {error.Message}", error);
        }
    }

    private double Rank(string name, JsonElement value) => value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out int rank) && rank > 0
        ? rank
        : throw Invalid($"'{Listing.Cut(name)}' is {Listing.Cut(value.GetRawText())}; expected a positive whole number");

    private double Alpha(string name, JsonElement value) => value.ValueKind == JsonValueKind.Number && value.TryGetDouble(out double alpha) && double.IsFinite(alpha)
        ? alpha
        : throw Invalid($"'{Listing.Cut(name)}' is {Listing.Cut(value.GetRawText())}; expected a number");

    private InvalidDataException Invalid(string reason, Exception? inner = null) => new($"'{Source}' is not a valid adapter_config.json: {reason}.", inner);
}
