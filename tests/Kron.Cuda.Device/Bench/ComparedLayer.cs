using System;
using System.Collections.Generic;

namespace Kron.Cuda.Device.Bench;

/// <summary>A layer that is measured, and the dense one of its size.</summary>
/// <param name="Name">Its network and shape.</param>
/// <param name="Open">Copies the layer to a device.</param>
/// <param name="OpenDense">Copies the dense one.</param>
internal sealed record ComparedLayer(string Name, Func<CudaContext, CudaLayer> Open, Func<CudaContext, CudaLayer> OpenDense)
{
    public static IReadOnlyList<ComparedLayer> All { get; } =
    [
        new("AlexNet KFC-2, 1024,4,1536,6,2", context => new AlexNet2FirstLayer().ToCuda(context), context => new AlexNetFirstDense().ToCuda(context)),
        new("AlexNet KFC-2, 2048,2,2048,2,2", context => new AlexNet2SecondLayer().ToCuda(context), context => new AlexNetSecondDense().ToCuda(context)),
        new("AlexNet KFC-3, 512,8,512,18,5", context => new AlexNet3FirstLayer().ToCuda(context), context => new AlexNetFirstDense().ToCuda(context)),
        new("AlexNet KFC-3, 512,8,512,8,5", context => new AlexNet3SecondLayer().ToCuda(context), context => new AlexNetSecondDense().ToCuda(context)),
        new("AlexNet KFC-3, 500,2,512,8,4", context => new AlexNet3ThirdLayer().ToCuda(context), context => new AlexNetThirdDense().ToCuda(context)),
        new("CASIA, 128,32,832,36,5", context => new CasiaLayer().ToCuda(context), context => new CasiaDense().ToCuda(context)),
        new("SVHN, 64,4,256,25,5", context => new SvhnLayer().ToCuda(context), context => new SvhnDense().ToCuda(context)),
    ];

    /// <summary>One whose time is that of launches.</summary>
    public static ComparedLayer Small { get; } = new("8,8,8,8,2", context => new SmallLayer().ToCuda(context), context => new SmallDense().ToCuda(context));
}
