using System;

namespace Kron.Samples;

/// <summary>Draws batches from the training images: every image once in a random order, then all of them in another.</summary>
internal sealed class BatchOrder
{
    private readonly ImageSet images;
    private readonly RandomStream random;
    private readonly int[] order;
    private int next;

    /// <summary>The order that belongs to a seed; the same for every method, so that all see the same batches.</summary>
    public BatchOrder(ImageSet images, int seed, int phase)
    {
        this.images = images;
        random = new RandomStream((ulong)seed, (ulong)phase);
        order = new int[images.Count];
        for (int i = 0; i < order.Length; i++)
        {
            order[i] = i;
        }

        next = order.Length;
    }

    /// <summary>Fills a batch.</summary>
    public void Next(Span<float> inputs, Span<int> labels)
    {
        int size = inputs.Length / labels.Length;
        for (int i = 0; i < labels.Length; i++)
        {
            if (next == order.Length)
            {
                Shuffle();
            }

            images.CopyTo(order[next], inputs.Slice(i * size, size));
            labels[i] = images.Label(order[next++]);
        }
    }

    private void Shuffle()
    {
        for (int i = order.Length - 1; i > 0; i--)
        {
            int j = random.Next(i + 1);
            (order[i], order[j]) = (order[j], order[i]);
        }

        next = 0;
    }
}
