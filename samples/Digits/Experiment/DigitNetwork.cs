using System;
using Kron;
using Kron.Cuda;
using Kron.Samples;
using Kron.Training;

namespace Digits.Experiment;

/// <summary>Four convolutions and two pools, a hidden layer of any form, and the classifier.</summary>
internal sealed class DigitNetwork : Network
{
    private const int HiddenIndex = 6;

    /// <summary>Makes a network with random parameters; those outside the hidden layer depend on the seed alone.</summary>
    /// <param name="method">The form of the hidden layer.</param>
    /// <param name="seed">Which parameters.</param>
    /// <param name="device">Where the hidden layer and the classifier run; null for the processor, as the convolutions always do.</param>
    public DigitNetwork(Method method, int seed, CudaContext? device = null)
        : base(Create(method, seed, device))
    {
    }

    /// <summary>The layer that differs between the methods.</summary>
    public ILayer Hidden => Layers[HiddenIndex];

    /// <summary>Takes over a trained network: fits this hidden layer to its one and copies the other layers.</summary>
    /// <returns>‖W − Ŵ‖ / ‖W‖ of the hidden layer; 0 where it is copied too.</returns>
    public double TakeOver(DigitNetwork trained) => LayerConversion.Convert(trained.Layers, Layers).Layers[HiddenIndex].RelativeError ?? 0;

    private static Sequential Create(Method method, int seed, CudaContext? device)
    {
        var random = new Random(2 * seed);
        var convolution1 = new Convolution1();
        convolution1.Initialize(random);
        var convolution2 = new Convolution2();
        convolution2.Initialize(random);
        var convolution3 = new Convolution3();
        convolution3.Initialize(random);
        var convolution4 = new Convolution4();
        convolution4.Initialize(random);
        var classifier = new Classifier();
        classifier.Initialize(random);
        ILayer hidden = method.Create(new Random((2 * seed) + 1), device);
        return new Sequential(
            convolution1, new Pool1(), convolution2, new Pool2(), convolution3, convolution4, hidden, device is null ? classifier : classifier.ToCuda(device).AsHosted());
    }
}
