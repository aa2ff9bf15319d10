namespace Kron.Generator.Support;

/// <summary>Division of whole numbers as index ranges need it; divisors are positive.</summary>
internal static class Integers
{
    public static int CeilingDivide(int a, int b) => -FloorDivide(-a, b);

    public static int FloorDivide(int a, int b) => (a >= 0 ? a : a - b + 1) / b;

    public static int GreatestDivisor(int a, int b) => b == 0 ? a : GreatestDivisor(b, a % b);
}
