namespace Kron.Generator.Ir.Interpretation;

/// <summary>The pointers and values of one kernel in execution.</summary>
/// <param name="pointers">Pointer slots.</param>
/// <param name="values">Value slots, one vector each. Masks are 1 and 0.</param>
internal sealed class Frame(int pointers, int values, int lanes)
{
    public Pointer[] Pointers { get; } = new Pointer[pointers];

    public float[] Values { get; } = new float[values * lanes];
}
