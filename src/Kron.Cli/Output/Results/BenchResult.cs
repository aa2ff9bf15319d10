using System.Collections.Generic;

namespace Kron.Cli.Output;

/// <summary>What bench measured.</summary>
/// <param name="Attributes">The attributes of the layer that was compiled.</param>
/// <param name="Target">The instruction set it ran on.</param>
/// <param name="Outputs">Outputs per sample.</param>
/// <param name="Inputs">Inputs per sample.</param>
/// <param name="Parameters">Floats of the factors.</param>
/// <param name="DenseParameters">Floats of the dense weight.</param>
/// <param name="MultiplyAdds">Multiply-adds per sample.</param>
/// <param name="DenseMultiplyAdds">Multiply-adds per sample of the dense layer.</param>
/// <param name="Difference">The largest difference between the outputs of both layers for the same linear map, over the largest output.</param>
/// <param name="Batches">One entry for each batch size.</param>
internal sealed record BenchResult(
    string Attributes,
    string Target,
    int Outputs,
    int Inputs,
    long Parameters,
    long DenseParameters,
    long MultiplyAdds,
    long DenseMultiplyAdds,
    double Difference,
    IReadOnlyList<BatchResult> Batches);

/// <summary>The forward pass at one batch size, one thread, medians.</summary>
/// <param name="Batch">Samples per call.</param>
/// <param name="MicrosecondsPerSample">The Kronecker layer's time.</param>
/// <param name="DenseMicrosecondsPerSample">The dense layer's time.</param>
/// <param name="SpeedUp">The dense layer's time over the Kronecker layer's.</param>
/// <param name="GigaflopsPerSecond">Two operations for each multiply-add of the Kronecker layer.</param>
/// <param name="DenseGigaflopsPerSecond">The same of the dense layer.</param>
internal sealed record BatchResult(
    int Batch, double MicrosecondsPerSample, double DenseMicrosecondsPerSample, double SpeedUp, double GigaflopsPerSecond, double DenseGigaflopsPerSecond);
