using System;

namespace Kron.Benchmarks.Peers.Convolutions;

/// <summary>How the first convolution is handed to the library.</summary>
internal enum FirstForm
{
    /// <summary>Each kept channel of each sample is an image of its own.</summary>
    Images,

    /// <summary>One convolution in groups, one for each kept channel.</summary>
    Groups,

    /// <summary>For each contracted channel, channel made and term, a depthwise convolution of the kept channels with one kernel for all.</summary>
    Depthwise,
}

/// <summary>A factorised convolution as two of the library's.</summary>
/// <param name="IsAFirst">The order.</param>
/// <param name="Form">How the first one is handed over.</param>
/// <param name="Block">Samples that go through both together.</param>
/// <param name="IsSplit">Whether the second one runs term by term, adding up.</param>
/// <param name="Source">How the input lies.</param>
/// <param name="Made">How the first one's result lies.</param>
/// <param name="Read">How the second one's input lies: if otherwise, it is copied in between.</param>
/// <param name="Target">How the output lies.</param>
/// <param name="First">How the first one is computed.</param>
/// <param name="Second">How the second one is computed.</param>
internal sealed record TwoConvolutionsPlan(
    bool IsAFirst,
    FirstForm Form,
    int Block,
    bool IsSplit,
    ImageLayout Source,
    ImageLayout Made,
    ImageLayout Read,
    ImageLayout Target,
    ConvolutionWay First,
    ConvolutionWay Second)
{
    public override string ToString() => FormattableString.Invariant(
        $"{(IsAFirst ? "A" : "B")} first, {Form.ToString().ToLowerInvariant()}, {Source} {First} {Made}{(Read == Made ? "" : $", copied to {Read}")}, then {(IsSplit ? "term by term " : "")}{Second} {Target}; blocks of {Block}");
}
