using System.Numerics;
using Kron.Generator.Spec;

namespace Kron.Generator.Cuda;

/// <summary>Which order of the two contractions costs a device less: each is bound by arithmetic or by the memory that it moves.</summary>
internal static class DeviceCosts
{
    // Multiply-adds in single precision that a server's device does while it moves one float: 25 to 60 TFLOP/s beside 1.5 to 5 TB/s.
    private const int MultiplyAddsPerFloat = 24;

    /// <summary>Whether contracting B first takes less time for a large batch; of equals, B first.</summary>
    public static bool IsBFirst(GroupSpec group, WindowSpec? window) => FirstB(group) <= FirstA(group);

    private static BigInteger FirstB(GroupSpec g) =>
        Stage((BigInteger)g.R * g.N1 * g.M2, g.N2, Inputs(g)) + Stage(Outputs(g), (BigInteger)g.R * g.N1, (BigInteger)g.R * g.N1 * g.M2);

    private static BigInteger FirstA(GroupSpec g) =>
        Stage((BigInteger)g.R * g.M1 * g.N2, g.N1, Inputs(g)) + Stage(Outputs(g), (BigInteger)g.R * g.N2, (BigInteger)g.R * g.M1 * g.N2);

    private static BigInteger Stage(BigInteger made, BigInteger summed, BigInteger read) => BigInteger.Max(made * summed, MultiplyAddsPerFloat * (made + read));

    private static BigInteger Inputs(GroupSpec g) => (BigInteger)g.N1 * g.N2;

    private static BigInteger Outputs(GroupSpec g) => (BigInteger)g.M1 * g.M2;
}
