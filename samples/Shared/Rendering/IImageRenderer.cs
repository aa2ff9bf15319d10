namespace Kron.Samples;

/// <summary>Makes images that are functions of a seed and their number alone. One renderer serves one thread.</summary>
internal interface IImageRenderer
{
    /// <summary>The class of what an image shows.</summary>
    int Label(int index);

    /// <summary>Renders an image to bytes (channel, row, column).</summary>
    byte[] Render(int index);
}
