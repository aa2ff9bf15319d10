using Kron;

namespace SceneText;

// The network is that of the characters in arXiv 1512.09194, section 5.4: 24 × 24 grey pixels, four convolutions with
// maxout, 36 classes. The second and the third convolution do 94% of the multiply-adds; each row of the table has its own.
// Kron's source generator writes the code of each of these classes.

/// <summary>1 × 24 × 24 → 48 × 16 × 16, the same in every network.</summary>
[DenseConv(96, 1, 9, 9, Height = 24, Width = 24, Activation = Activation.Maxout, Pieces = 2)]
internal sealed partial class Conv1;

/// <summary>48 × 16 × 16 → 64 × 8 × 8, dense.</summary>
[DenseConv(128, 48, 9, 9, Height = 16, Width = 16, Activation = Activation.Maxout, Pieces = 2)]
internal sealed partial class Conv2;

/// <summary>64 × 8 × 8 → 128, dense.</summary>
[DenseConv(512, 64, 8, 8, Height = 8, Width = 8, Activation = Activation.Maxout, Pieces = 4)]
internal sealed partial class Conv3;

/// <summary>128 → 36 classes, the same in every network.</summary>
[DenseConv(144, 128, 1, 1, Height = 1, Width = 1, Activation = Activation.Maxout, Pieces = 4)]
internal sealed partial class Conv4;

/// <summary>conv2 of row a, (1,128,24,9,1): each pair of channels by rows of nine, then columns of nine.</summary>
[KroneckerConv(128, 24, 9, 1, 1, 2, 1, 9, 1, Height = 16, Width = 16, Activation = Activation.Maxout, Pieces = 2)]
internal sealed partial class Conv2A;

/// <summary>conv3 of row a, (1,256,64,8,1).</summary>
[KroneckerConv(256, 64, 8, 1, 2, 1, 1, 8, 1, Height = 8, Width = 8, Activation = Activation.Maxout, Pieces = 4)]
internal sealed partial class Conv3A;

/// <summary>conv2 of row b, (1,128,48,1,9): each channel by columns of nine, then rows of nine.</summary>
[KroneckerConv(128, 48, 1, 9, 1, 1, 9, 1, 1, Height = 16, Width = 16, Activation = Activation.Maxout, Pieces = 2)]
internal sealed partial class Conv2B;

/// <summary>conv3 of row b, (1,512,64,1,8).</summary>
[KroneckerConv(512, 64, 1, 8, 1, 1, 8, 1, 1, Height = 8, Width = 8, Activation = Activation.Maxout, Pieces = 4)]
internal sealed partial class Conv3B;

/// <summary>conv2 of row c, (2,64,24,9,1): two products.</summary>
[KroneckerConv(64, 24, 9, 1, 2, 2, 1, 9, 2, Height = 16, Width = 16, Activation = Activation.Maxout, Pieces = 2)]
internal sealed partial class Conv2C;

/// <summary>conv3 of row c, (2,256,64,8,1): two products.</summary>
[KroneckerConv(256, 64, 8, 1, 2, 1, 1, 8, 2, Height = 8, Width = 8, Activation = Activation.Maxout, Pieces = 4)]
internal sealed partial class Conv3C;
