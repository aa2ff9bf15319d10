using System;
using System.Threading.Tasks;

namespace Kron.Samples;

/// <summary>Square images of bytes (channel, row, column), all of one size, with their labels.</summary>
internal abstract class ImageSet
{
    private readonly byte[][] images;
    private readonly byte[] labels;

    /// <summary>Joins images and their labels.</summary>
    /// <param name="channels">Planes per image.</param>
    /// <param name="side">Rows, and pixels per row.</param>
    /// <param name="images">Images of channels · side² bytes.</param>
    /// <param name="labels">The class of each.</param>
    protected ImageSet(int channels, int side, byte[][] images, byte[] labels) =>
        (Channels, Side, this.images, this.labels) = (channels, side, images, labels);

    /// <summary>Planes per image.</summary>
    public int Channels { get; }

    /// <summary>Rows, and pixels per row.</summary>
    public int Side { get; }

    /// <summary>The number of images.</summary>
    public int Count => images.Length;

    /// <summary>The bytes of an image.</summary>
    public ReadOnlySpan<byte> Pixels(int index) => images[index];

    /// <summary>The class of an image.</summary>
    public int Label(int index) => labels[index];

    /// <summary>Writes an image as network input, a float for each byte.</summary>
    public abstract void CopyTo(int index, Span<float> input);

    /// <summary>Renders the images <paramref name="first"/> … <paramref name="first"/> + <paramref name="count"/> − 1 with a renderer for each thread.</summary>
    protected static (byte[][] Images, byte[] Labels) Render(Func<IImageRenderer> createRenderer, int first, int count, int threads)
    {
        byte[][] images = new byte[count][];
        byte[] labels = new byte[count];
        Parallel.For(0, count, new ParallelOptions { MaxDegreeOfParallelism = threads }, createRenderer, Render, _ => { });
        return (images, labels);

        IImageRenderer Render(int i, ParallelLoopState state, IImageRenderer renderer)
        {
            images[i] = renderer.Render(first + i);
            labels[i] = (byte)renderer.Label(first + i);
            return renderer;
        }
    }
}
