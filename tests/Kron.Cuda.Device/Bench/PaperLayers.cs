using Kron;

namespace Kron.Cuda.Device.Bench;

// The layers of arXiv 1512.09194 and dense ones of the same sizes.

/// <summary>SVHN digits.</summary>
[KroneckerLayer(64, 4, 256, 25, 5)]
internal sealed partial class SvhnLayer;

/// <summary>CASIA-HWDB.</summary>
[KroneckerLayer(128, 32, 832, 36, 5)]
internal sealed partial class CasiaLayer;

/// <summary>AlexNet with two layers replaced, the first.</summary>
[KroneckerLayer(1024, 4, 1536, 6, 2)]
internal sealed partial class AlexNet2FirstLayer;

/// <summary>The second.</summary>
[KroneckerLayer(2048, 2, 2048, 2, 2)]
internal sealed partial class AlexNet2SecondLayer;

/// <summary>AlexNet with three layers replaced, the first.</summary>
[KroneckerLayer(512, 8, 512, 18, 5)]
internal sealed partial class AlexNet3FirstLayer;

/// <summary>The second.</summary>
[KroneckerLayer(512, 8, 512, 8, 5)]
internal sealed partial class AlexNet3SecondLayer;

/// <summary>The third.</summary>
[KroneckerLayer(500, 2, 512, 8, 4)]
internal sealed partial class AlexNet3ThirdLayer;

/// <summary>SVHN sequences, the second layer.</summary>
[KroneckerLayer(30, 10, 60, 40, 10)]
internal sealed partial class SequencesLayer;

/// <summary>A layer whose time is that of launches.</summary>
[KroneckerLayer(8, 8, 8, 8, 2)]
internal sealed partial class SmallLayer;

/// <summary>Beside <see cref="SvhnLayer"/>.</summary>
[DenseLayer(256, 6400)]
internal sealed partial class SvhnDense;

/// <summary>Beside <see cref="CasiaLayer"/>.</summary>
[DenseLayer(4096, 29952)]
internal sealed partial class CasiaDense;

/// <summary>Beside the first layers of AlexNet.</summary>
[DenseLayer(4096, 9216)]
internal sealed partial class AlexNetFirstDense;

/// <summary>Beside the second ones.</summary>
[DenseLayer(4096, 4096)]
internal sealed partial class AlexNetSecondDense;

/// <summary>Beside the third.</summary>
[DenseLayer(1000, 4096)]
internal sealed partial class AlexNetThirdDense;

/// <summary>Beside <see cref="SmallLayer"/>.</summary>
[DenseLayer(64, 64)]
internal sealed partial class SmallDense;
