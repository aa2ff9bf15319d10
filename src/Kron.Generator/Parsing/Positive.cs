using System.Collections.Generic;
using Kron.Generator.Diagnostics;
using Kron.Generator.Support;

namespace Kron.Generator.Parsing;

/// <summary>The constructor arguments of every layer attribute are sizes.</summary>
internal static class Positive
{
    public static bool Check(AttributeReader reader, IReadOnlyList<string> names, DiagnosticBag bag)
    {
        bool positive = true;
        for (int argument = 0; argument < names.Count; argument++)
        {
            if (reader[argument] < 1)
            {
                positive = false;
                bag.Report(Descriptors.NotPositive, reader.LocationOf(argument), names[argument], Invariant.Text(reader[argument]));
            }
        }

        return positive;
    }
}
