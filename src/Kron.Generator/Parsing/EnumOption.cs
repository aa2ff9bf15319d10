using System;
using Kron.Generator.Diagnostics;
using Kron.Generator.Support;

namespace Kron.Generator.Parsing;

/// <summary>Options of an enum type; a cast can give them any value.</summary>
internal static class EnumOption
{
    /// <summary>The option's value, the enum's first one where it is absent, or null with a diagnostic where it is undefined.</summary>
    /// <param name="reader">The attribute.</param>
    /// <param name="option">The option's name.</param>
    /// <param name="runtimeName">The name of the runtime's enum, whose values <typeparamref name="T"/> repeats.</param>
    /// <param name="bag">Takes the diagnostic.</param>
    public static T? Read<T>(AttributeReader reader, string option, string runtimeName, DiagnosticBag bag)
        where T : struct, Enum
    {
        int value = reader.Option(option, 0);
        if (Enum.IsDefined(typeof(T), value))
        {
            return (T)Enum.ToObject(typeof(T), value);
        }

        bag.Report(Descriptors.UndefinedValue, reader.LocationOf(option), option, Invariant.Text(value), runtimeName);
        return null;
    }
}
