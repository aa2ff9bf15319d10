namespace Kron.Samples;

/// <summary>How large things are in a street, and how hard its writing is to read. Lengths are in pixels; those given here suit images of up to 32 × 32.</summary>
internal sealed record StreetConditions
{
    /// <summary>How much brightness ink and wall differ by, in [0, 1].</summary>
    public (float Low, float High) Contrast { get; init; } = (0.16f, 0.7f);

    /// <summary>How far the borders of a plate may lie inside the image.</summary>
    public int PlateMargin { get; init; } = 5;

    /// <summary>The distance between the joints of a wall.</summary>
    public (float Low, float High) Courses { get; init; } = (5, 14);

    /// <summary>How far a line of clutter may go in either direction.</summary>
    public float LineReach { get; init; } = 20;

    /// <summary>The radii of a blotch.</summary>
    public (float Low, float High) BlotchRadius { get; init; } = (1.5f, 7);

    /// <summary>The largest number of passes of the blur.</summary>
    public int Blurs { get; init; } = 2;

    /// <summary>The standard deviation of the sensor's noise.</summary>
    public (float Low, float High) Noise { get; init; } = (0.005f, 0.07f);
}
