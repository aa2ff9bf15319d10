using System.Collections.Generic;

namespace Kron.Cli.Output;

/// <summary>What search found.</summary>
/// <param name="File">The file that was read.</param>
/// <param name="Tensor">The weight in it.</param>
/// <param name="Outputs">Rows of the weight.</param>
/// <param name="Inputs">Columns of the weight.</param>
/// <param name="DenseParameters">Floats of the weight, and its multiply-adds per sample.</param>
/// <param name="Shapes">The number of factorisations there are.</param>
/// <param name="Skipped">How many of them were proven useless without their singular values.</param>
/// <param name="Seconds">Wall time.</param>
/// <param name="Front">The candidates that none beats in parameters, multiply-adds and error together, by ascending parameters.</param>
/// <param name="Spectra">The singular values of the weight for the shapes of the front.</param>
/// <param name="Report">The HTML page that was written, or null.</param>
internal sealed record FrontResult(
    string File,
    string Tensor,
    int Outputs,
    int Inputs,
    long DenseParameters,
    int Shapes,
    int Skipped,
    double Seconds,
    IReadOnlyList<CandidateResult> Front,
    IReadOnlyList<SpectrumResult> Spectra,
    string? Report);

/// <summary>A way to write the weight.</summary>
/// <param name="Shapes">The shape groups.</param>
/// <param name="Attributes">The attributes that declare the layer, one per line.</param>
/// <param name="Parameters">Floats of the factors.</param>
/// <param name="Reduction">The weight's parameters over these.</param>
/// <param name="MultiplyAdds">Multiply-adds per sample.</param>
/// <param name="RelativeError">‖W − Ŵ‖ / ‖W‖ in the Frobenius norm.</param>
internal sealed record CandidateResult(
    IReadOnlyList<ShapeResult> Shapes, string Attributes, long Parameters, double Reduction, long MultiplyAdds, double RelativeError);

/// <summary>The singular values of the weight as a shape rearranges it, descending.</summary>
/// <param name="Shape">The shape; r is the number of values.</param>
/// <param name="SingularValues">The values.</param>
internal sealed record SpectrumResult(ShapeResult Shape, IReadOnlyList<double> SingularValues);
