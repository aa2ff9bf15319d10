using System.Collections.Generic;
using System.Linq;
using Kron.Benchmarks.Measure;
using Kron.Benchmarks.Oracle;

namespace Kron.Benchmarks.Peers;

/// <summary>The best that a library can do with a subject.</summary>
internal static class PeerProducts
{
    /// <summary>The fastest layout of a shape group's product, or null where the library has none.</summary>
    public static Candidate? Forward(GemmLibrary library, Workload workload, int batch, FloatBuffer output)
    {
        ShapeGroup group = workload.Subject.Case.Groups.Single();
        List<Candidate> candidates = [.. TwoStage.All(group, batch)
            .Select(layout => (Candidate?)TwoStageForward.Create(library, workload, layout, batch, output))
            .OfType<Candidate>()];
        return candidates.Count == 0 ? null : Trial.Fastest(candidates, candidate => candidate);
    }
}
