using System.Collections.Generic;

namespace Kron.Cli.Output;

/// <summary>What fit reached.</summary>
/// <param name="File">The file that was read.</param>
/// <param name="Tensor">The weight in it.</param>
/// <param name="Bias">The bias that was taken along, or null.</param>
/// <param name="Output">The file that was written.</param>
/// <param name="Attributes">The attributes that declare the layer, one per line; also in the file's metadata.</param>
/// <param name="CSharp">The class to paste and the line that loads the file.</param>
/// <param name="Outputs">Rows of the weight, or output channels.</param>
/// <param name="Inputs">Columns of the weight, or input channels.</param>
/// <param name="Kernel">Rows and columns of a convolution's kernels; null for a matrix.</param>
/// <param name="Shapes">The shape groups.</param>
/// <param name="RelativeError">‖W − Ŵ‖ / ‖W‖ in the Frobenius norm.</param>
/// <param name="EnergyKept">1 − relativeError².</param>
/// <param name="GreedyError">The relative error before the sweeps over several shapes.</param>
/// <param name="Sweeps">Those sweeps; 0 for one shape.</param>
/// <param name="OutputError">With --calibration, ‖(W − Ŵ)X‖ / ‖WX‖ on those inputs; else null.</param>
/// <param name="InitialOutputError">The same of the fit to the weight alone, from which the calibration started; else null.</param>
/// <param name="Parameters">Floats of the factors.</param>
/// <param name="DenseParameters">Floats of the weight.</param>
/// <param name="MultiplyAdds">Multiply-adds per sample.</param>
/// <param name="DenseMultiplyAdds">Multiply-adds per sample of the weight.</param>
/// <param name="Converged">Whether every solver reached its tolerance.</param>
/// <param name="Seconds">Wall time of the fit.</param>
/// <param name="SingularValues">For each shape, the singular values of its products, descending.</param>
internal sealed record FitResult(
    string File,
    string Tensor,
    string? Bias,
    string Output,
    string Attributes,
    string CSharp,
    int Outputs,
    int Inputs,
    IReadOnlyList<int>? Kernel,
    IReadOnlyList<ShapeResult> Shapes,
    double RelativeError,
    double EnergyKept,
    double GreedyError,
    int Sweeps,
    double? OutputError,
    double? InitialOutputError,
    long Parameters,
    long DenseParameters,
    long MultiplyAdds,
    long DenseMultiplyAdds,
    bool Converged,
    double Seconds,
    IReadOnlyList<IReadOnlyList<double>> SingularValues);
