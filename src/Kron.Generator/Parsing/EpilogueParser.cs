using Kron.Generator.Diagnostics;
using Kron.Generator.Spec;
using Kron.Generator.Support;

namespace Kron.Generator.Parsing;

/// <summary>Activation, bias and where the activation is applied.</summary>
internal static class EpilogueParser
{
    private enum NonlinearityKind
    {
        AfterSum,
        PerTerm,
    }

    /// <summary>Null when an option is wrong.</summary>
    /// <param name="reader">The layer attribute.</param>
    /// <param name="withoutTerms">What to call a layer that is no sum of terms; null where it is one.</param>
    /// <param name="bag">Takes the diagnostics.</param>
    public static EpilogueSpec? Parse(AttributeReader reader, string? withoutTerms, DiagnosticBag bag)
    {
        ActivationKind? activation = EnumOption.Read<ActivationKind>(reader, "Activation", "Activation", bag);
        BiasKind? bias = EnumOption.Read<BiasKind>(reader, "Bias", "BiasMode", bag);
        NonlinearityKind? nonlinearity = EnumOption.Read<NonlinearityKind>(reader, "Nonlinearity", "Nonlinearity", bag);
        if (activation is null || bias is null || nonlinearity is null)
        {
            return null;
        }

        bool perTerm = nonlinearity == NonlinearityKind.PerTerm;
        if (bias == BiasKind.PerTerm && !perTerm)
        {
            bag.Report(
                Descriptors.PerTermBias,
                reader.LocationOf("Bias"),
                withoutTerms is null ? "Without Nonlinearity.PerTerm a bias per term adds up to one bias" : $"A {withoutTerms} has no terms to have a bias each");
        }

        if (perTerm && activation == ActivationKind.None)
        {
            bag.Report(Descriptors.PerTermWithoutActivation, reader.LocationOf("Nonlinearity"));
        }

        return new EpilogueSpec(activation.Value, Slope(reader, activation.Value, bag), Pieces(reader, activation.Value, bag), perTerm, bias.Value);
    }

    /// <summary>For a layer with no other option than an activation of single values.</summary>
    public static EpilogueSpec? ParseActivation(AttributeReader reader, DiagnosticBag bag)
    {
        ActivationKind? activation = EnumOption.Read<ActivationKind>(reader, "Activation", "Activation", bag);
        if (activation == ActivationKind.Maxout)
        {
            bag.Report(Descriptors.ActivationNotOffered, reader.LocationOf("Activation"), reader.Name, activation);
        }

        return activation is null ? null : new EpilogueSpec(activation.Value, Slope(reader, activation.Value, bag), Pieces: 1, PerTerm: false, BiasKind.None);
    }

    /// <summary>Maxout takes groups of whole pieces.</summary>
    /// <param name="epilogue">What was read.</param>
    /// <param name="outputs">How many values maxout divides.</param>
    /// <param name="what">What they are.</param>
    /// <param name="reader">The layer attribute.</param>
    /// <param name="bag">Takes the diagnostic.</param>
    public static void CheckPieces(EpilogueSpec epilogue, int outputs, string what, AttributeReader reader, DiagnosticBag bag)
    {
        if (epilogue.Activation == ActivationKind.Maxout && (epilogue.Pieces < 2 || outputs % epilogue.Pieces != 0))
        {
            string option = reader.Has("Pieces") ? "Pieces" : "Activation";
            bag.Report(Descriptors.MaxoutPieces, reader.LocationOf(option), Invariant.Text(epilogue.Pieces), Invariant.Text(outputs), what);
        }
    }

    private static float Slope(AttributeReader reader, ActivationKind activation, DiagnosticBag bag)
    {
        float slope = reader.Option("Slope", 0.01f);
        if (activation != ActivationKind.LeakyRelu)
        {
            WarnWhenUnused(reader, "Slope", activation, ActivationKind.LeakyRelu, bag);
            return 0;
        }

        if (float.IsNaN(slope) || float.IsInfinity(slope))
        {
            bag.Report(Descriptors.SlopeNotFinite, reader.LocationOf("Slope"), Invariant.Text(slope));
        }

        return slope;
    }

    private static int Pieces(AttributeReader reader, ActivationKind activation, DiagnosticBag bag)
    {
        if (activation == ActivationKind.Maxout)
        {
            return reader.Option("Pieces", 2);
        }

        WarnWhenUnused(reader, "Pieces", activation, ActivationKind.Maxout, bag);
        return 1;
    }

    private static void WarnWhenUnused(AttributeReader reader, string option, ActivationKind activation, ActivationKind user, DiagnosticBag bag)
    {
        if (reader.Has(option))
        {
            bag.Report(Descriptors.OptionWithoutEffect, reader.LocationOf(option), option, activation, user);
        }
    }
}
