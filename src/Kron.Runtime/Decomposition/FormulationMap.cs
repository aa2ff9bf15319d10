namespace Kron.Decomposition;

/// <summary>The order in which a formulation reads the inputs of an image.</summary>
internal static class FormulationMap
{
    /// <summary>
    /// The stored input of each logical one, or null when they agree. Only Formulation III reorders: its logical order
    /// is (c, w, h) where an image lies as (c, h, w).
    /// </summary>
    /// <param name="formulation">The formulation.</param>
    /// <param name="image">The image.</param>
    public static int[]? Columns(Formulation formulation, (int Channels, int Height, int Width) image)
    {
        if (formulation != Formulation.III)
        {
            return null;
        }

        (int channels, int height, int width) = image;
        var map = new int[checked(channels * height * width)];
        int logical = 0;
        for (int c = 0; c < channels; c++)
        {
            for (int w = 0; w < width; w++)
            {
                for (int h = 0; h < height; h++)
                {
                    map[logical++] = (((c * height) + h) * width) + w;
                }
            }
        }

        return map;
    }
}
