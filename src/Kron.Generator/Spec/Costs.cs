using System.Collections.Generic;
using System.Linq;
using System.Numerics;

namespace Kron.Generator.Spec;

/// <summary>Parameters and multiply-adds of a sum of Kronecker products, biases aside, as exact numbers of any size.</summary>
internal static class Costs
{
    public static BigInteger Parameters(IEnumerable<GroupSpec> groups) =>
        groups.Aggregate(BigInteger.Zero, (sum, g) => sum + (g.R * (((BigInteger)g.M1 * g.N1) + ((BigInteger)g.M2 * g.N2))));

    public static BigInteger MultiplyAdds(IEnumerable<GroupSpec> groups) =>
        groups.Aggregate(BigInteger.Zero, (sum, g) => sum + BigInteger.Min(FirstA(g).MultiplyAdds, FirstB(g).MultiplyAdds));

    /// <summary>Whether contracting B first is the cheaper order, or as cheap.</summary>
    public static bool IsBFirst(GroupSpec group) => FirstB(group).MultiplyAdds <= FirstA(group).MultiplyAdds;

    /// <summary>Values per sample between the contractions with A and with B.</summary>
    public static BigInteger Intermediate(GroupSpec group) => IsBFirst(group) ? FirstB(group).Values : FirstA(group).Values;

    private static (BigInteger MultiplyAdds, BigInteger Values) FirstA(GroupSpec g)
    {
        BigInteger values = (BigInteger)g.R * g.M1 * g.N2;
        return (values * ((BigInteger)g.N1 + g.M2), values);
    }

    private static (BigInteger MultiplyAdds, BigInteger Values) FirstB(GroupSpec g)
    {
        BigInteger values = (BigInteger)g.R * g.N1 * g.M2;
        return (values * ((BigInteger)g.N2 + g.M1), values);
    }
}
