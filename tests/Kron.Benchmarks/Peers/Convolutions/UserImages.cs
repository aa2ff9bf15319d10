namespace Kron.Benchmarks.Peers.Convolutions;

/// <summary>A part of the user's batch, which lies sample after sample and channel after channel, as a call of the library sees it.</summary>
/// <param name="Images">Images of the call.</param>
/// <param name="Channels">Their channels.</param>
/// <param name="Size">Their rows and columns.</param>
/// <param name="ImageStride">Floats from image to image.</param>
/// <param name="ChannelStride">Floats from channel to channel.</param>
internal readonly record struct UserImages(int Images, int Channels, Extent Size, long ImageStride, long ChannelStride)
{
    /// <summary>Whether the library can work on it as it lies.</summary>
    public bool IsPlain => ChannelStride == Size.Area && ImageStride == Channels * ChannelStride;

    private long[] Dimensions => [Images, Channels, Size.H, Size.W];

    /// <summary>Appends the copy from the user's memory into a layout.</summary>
    public unsafe void AppendEnter(OneDnnApi api, Steps steps, float* user, ImageLayout layout, float* target)
    {
        using OneDnnApi.Blob from = User(api);
        using OneDnnApi.Blob to = api.Tagged(Dimensions, (int)layout);
        steps.Add(api.Reordering(from.Pointer, to.Pointer), (OneDnnApi.Source, api.Memory(from.Pointer, user)), (OneDnnApi.Target, api.Memory(to.Pointer, target)));
    }

    /// <summary>Appends the copy from a layout into the user's memory.</summary>
    public unsafe void AppendLeave(OneDnnApi api, Steps steps, ImageLayout layout, float* source, float* user)
    {
        using OneDnnApi.Blob from = api.Tagged(Dimensions, (int)layout);
        using OneDnnApi.Blob to = User(api);
        steps.Add(api.Reordering(from.Pointer, to.Pointer), (OneDnnApi.Source, api.Memory(from.Pointer, source)), (OneDnnApi.Target, api.Memory(to.Pointer, user)));
    }

    private OneDnnApi.Blob User(OneDnnApi api) => api.Descriptor(Dimensions, [ImageStride, ChannelStride, Size.W, 1]);
}
