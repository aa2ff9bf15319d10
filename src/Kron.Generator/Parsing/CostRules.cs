using System;
using System.Numerics;
using Kron.Generator.Diagnostics;
using Kron.Generator.Spec;
using Kron.Generator.Support;
using Microsoft.CodeAnalysis;

namespace Kron.Generator.Parsing;

/// <summary>Warns of layers that work but cost more than they need to.</summary>
internal static class CostRules
{
    public static void Warn(LayerSpec spec, string className, LayerSyntax syntax)
    {
        for (int index = 0; index < spec.Groups.Count; index++)
        {
            GroupSpec g = spec.Groups[index];
            long rank = Math.Min((long)g.M1 * g.N1 * g.H1 * g.W1, (long)g.M2 * g.N2 * g.H2 * g.W2);
            if (!spec.Epilogue.PerTerm && g.R > rank)
            {
                Setting r = syntax.Groups[index].LastArgument;
                (string sizes, string what, string more) = spec switch
                {
                    { Kind: LayerKind.LowRank } => ("inChannels·kernel, outChannels·kernel", "kernel", "more"),
                    { Window: not null } => ("o1·c1·h1·w1, o2·c2·h2·w2", "kernel", "without Nonlinearity.PerTerm more"),
                    _ => ("m1·n1, m2·n2", "matrix", "without Nonlinearity.PerTerm more"),
                };
                syntax.Bag.Report(Descriptors.UselessRank, r.Location, r.Name, Invariant.Text(r.Value), sizes, Invariant.Text(rank), what, more);
            }
        }

        BigInteger dense = Costs.Dense(spec);
        Compare(Descriptors.MoreParameters, Costs.Parameters(spec), dense);
        Compare(Descriptors.MoreMultiplyAdds, Costs.MultiplyAdds(spec), dense * spec.Pixels);

        void Compare(DiagnosticDescriptor descriptor, BigInteger factorised, BigInteger limit)
        {
            if (factorised > limit)
            {
                syntax.Bag.Report(descriptor, syntax.Layer.Location, className, Invariant.Text(factorised), Invariant.Text(limit));
            }
        }
    }
}
