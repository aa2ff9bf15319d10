using System;
using System.Globalization;

namespace Kron.Generator.Support;

/// <summary>Numbers as text, the same under every culture.</summary>
internal static class Text
{
    public static string Of(IFormattable value) => value.ToString(null, CultureInfo.InvariantCulture);
}
