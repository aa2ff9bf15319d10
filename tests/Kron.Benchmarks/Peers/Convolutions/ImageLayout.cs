using System;

namespace Kron.Benchmarks.Peers.Convolutions;

/// <summary>How the library can have a batch of images lie; the values are its format tags. Images are outermost in all of them.</summary>
internal enum ImageLayout
{
    /// <summary>Channel after channel, as the user has them.</summary>
    Nchw = 5,

    /// <summary>Pixel after pixel.</summary>
    Nhwc = 20,

    /// <summary>Blocks of 16 channels, pixel after pixel in each; the last block filled up with zeros.</summary>
    NChw16c = 69,

    /// <summary>Blocks of 8 channels.</summary>
    NChw8c = 93,
}

/// <summary>What layouts have in common.</summary>
internal static class ImageLayouts
{
    public static ImageLayout[] All { get; } = Enum.GetValues<ImageLayout>();

    /// <summary>Channels that lie together, and are filled up to a multiple of it.</summary>
    public static int Block(this ImageLayout layout) => layout switch
    {
        ImageLayout.NChw16c => 16,
        ImageLayout.NChw8c => 8,
        _ => 1,
    };

    /// <summary>Floats of a batch.</summary>
    public static long Floats(this ImageLayout layout, long images, int channels, Extent size) =>
        images * ((channels + layout.Block() - 1) / layout.Block() * layout.Block()) * size.Area;
}
