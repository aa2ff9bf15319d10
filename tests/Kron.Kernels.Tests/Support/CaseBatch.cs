using System.Collections.Generic;

namespace Kron.Kernels.Tests.Support;

/// <summary>Cases that are compiled together.</summary>
internal sealed partial class CaseBatch(IReadOnlyList<LayerCase> cases)
{
    public IReadOnlyList<LayerCase> Cases => cases;
}
