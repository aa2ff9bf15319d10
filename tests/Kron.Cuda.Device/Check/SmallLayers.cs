using Kron;

namespace Kron.Cuda.Device.Check;

// A class for each of CheckedLayers.All, with the attributes that its case states.

[KroneckerLayer(1, 1, 1, 1, 1)]
internal sealed partial class TinyLayer;

[KroneckerLayer(8, 8, 8, 8, 2)]
internal sealed partial class SquareLayer;

[KroneckerLayer(64, 4, 16, 25, 5)]
internal sealed partial class TallLayer;

[KroneckerLayer(13, 9, 11, 6, 4)]
internal sealed partial class PrimesLayer;

[KroneckerLayer(3, 31, 29, 4, 2)]
internal sealed partial class LeftLayer;

[KroneckerLayer(31, 3, 4, 29, 2)]
internal sealed partial class RightLayer;

[KroneckerLayer(40, 40, 2, 2, 2)]
internal sealed partial class ExpandingLayer;

[KroneckerLayer(1, 17, 33, 1, 2)]
internal sealed partial class LowRankLayer;

[KroneckerLayer(5, 1, 1, 7, 3)]
internal sealed partial class RowLayer;

[KroneckerLayer(33, 1, 65, 1, 1, Bias = BiasMode.None)]
internal sealed partial class PlainLayer;

[DenseLayer(10, 33, Activation = Activation.Relu)]
internal sealed partial class DenseReluLayer;

[DenseLayer(48, 16, Activation = Activation.Maxout, Pieces = 3)]
internal sealed partial class DenseMaxoutLayer;

[StructuredLayer(7, 40, 3)]
internal sealed partial class StructuredLayer;

[StructuredLayer(10, 33, 16, Activation = Activation.Maxout)]
internal sealed partial class StructuredMaxoutLayer;

[KroneckerLayer(4, 18, 10, 7, 2, Activation = Activation.Relu)]
internal sealed partial class ReluLayer;

[KroneckerLayer(6, 4, 5, 9, 3, Activation = Activation.LeakyRelu, Slope = -0.5f)]
internal sealed partial class LeakyLayer;

[KroneckerLayer(6, 4, 5, 9, 3, Activation = Activation.Sigmoid)]
internal sealed partial class SigmoidLayer;

[KroneckerLayer(6, 4, 5, 9, 3, Activation = Activation.Tanh, Bias = BiasMode.PerTerm, Nonlinearity = Nonlinearity.PerTerm)]
internal sealed partial class TanhOfTermsLayer;

[KroneckerLayer(4, 18, 10, 7, 2, Activation = Activation.Gelu, Nonlinearity = Nonlinearity.PerTerm)]
internal sealed partial class GeluOfTermsLayer;

[KroneckerLayer(6, 4, 5, 9, 3, Activation = Activation.Silu, Bias = BiasMode.None, Nonlinearity = Nonlinearity.PerTerm)]
internal sealed partial class SiluOfTermsLayer;

[KroneckerLayer(8, 15, 6, 5, 2, Activation = Activation.Maxout, Pieces = 5)]
internal sealed partial class MaxoutLayer;

[KroneckerLayer(6, 4, 5, 9, 2)]
[KroneckerTerm(2, 12, 15, 3, 1)]
[KroneckerTerm(24, 1, 1, 45, 3)]
internal sealed partial class ShapesLayer;

[KroneckerLayer(6, 4, 5, 9, 2, Activation = Activation.Relu, Bias = BiasMode.PerTerm, Nonlinearity = Nonlinearity.PerTerm)]
[KroneckerTerm(2, 12, 15, 3, 1)]
[KroneckerTerm(24, 1, 1, 45, 3)]
internal sealed partial class ShapesReluLayer;

[KroneckerLayer(6, 4, 5, 9, 2, Activation = Activation.Maxout, Bias = BiasMode.PerTerm, Nonlinearity = Nonlinearity.PerTerm)]
[KroneckerTerm(2, 12, 15, 3, 1)]
[KroneckerTerm(24, 1, 1, 45, 3)]
internal sealed partial class ShapesMaxoutLayer;

[KroneckerLayer(6, 3, 3, 20, 2, Activation = Activation.Relu, Channels = 3, Height = 4, Width = 5, Formulation = Formulation.I)]
[KroneckerTerm(3, 6, 12, 5, 1, Formulation = Formulation.II)]
[KroneckerTerm(9, 2, 15, 4, 2, Formulation = Formulation.III)]
internal sealed partial class FormulationsLayer;

[KroneckerLayer(9, 2, 15, 4, 2, Activation = Activation.Tanh, Channels = 3, Height = 4, Width = 5, Formulation = Formulation.III)]
internal sealed partial class TurnedLayer;

[KroneckerLayer(6, 4, 5, 9, 3, Activation = Activation.Relu, Outputs = 23, Inputs = 43)]
internal sealed partial class PaddedLayer;

[KroneckerLayer(6, 4, 5, 9, 3, Activation = Activation.Maxout, Bias = BiasMode.PerTerm, Nonlinearity = Nonlinearity.PerTerm, Outputs = 22, Inputs = 43)]
internal sealed partial class PaddedMaxoutLayer;
