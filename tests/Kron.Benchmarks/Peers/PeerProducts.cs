using System.Collections.Generic;
using System.Linq;
using Kron.Benchmarks.Measure;
using Kron.Benchmarks.Oracle;

namespace Kron.Benchmarks.Peers;

/// <summary>The best that a library can do with a subject.</summary>
internal static class PeerProducts
{
    /// <summary>
    /// The library's fastest ways: with input and output in whatever layout suits it, and, where that is not the user's, with
    /// the user's, what it costs to get there included.
    /// </summary>
    public static IEnumerable<Candidate> Forward(GemmLibrary library, Workload workload, int batch, FloatBuffer output)
    {
        if (workload.Subject.IsDense)
        {
            return DenseForward.All(library, workload, batch, output);
        }

        TwoStageForward? free = Fastest(library, workload, batch, output, usersLayout: false);
        TwoStageForward? users = free is { Layout.IsUsers: true } ? null : Fastest(library, workload, batch, output, usersLayout: true);
        return new[] { free, users }.OfType<Candidate>();
    }

    private static TwoStageForward? Fastest(GemmLibrary library, Workload workload, int batch, FloatBuffer output, bool usersLayout)
    {
        ShapeGroup group = workload.Subject.Case.Groups.Single();
        TwoStage? layout = library.Choices.Get($"{library.Name} {library.Version} {group} {batch} {usersLayout}", () =>
        {
            int trial = batch % TwoStage.LargestBlock == 0 ? TwoStage.LargestBlock : batch;
            List<TwoStageForward> candidates = [.. TwoStage.All(group, trial, usersLayout)
                .Select(layout => TwoStageForward.Create(library, workload, layout, trial, output))
                .OfType<TwoStageForward>()];
            return candidates.Count == 0 ? null : Trial.Fastest(candidates, candidate => candidate).Layout;
        });
        return layout is null ? null : TwoStageForward.Create(library, workload, layout, batch, output);
    }
}
