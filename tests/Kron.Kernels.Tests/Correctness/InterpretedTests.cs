using System.Collections.Generic;
using System.Linq;
using Kron.Generator.Scheduling;
using Kron.Kernels.Tests.Support;
using Xunit;

namespace Kron.Kernels.Tests.Correctness;

/// <summary>The IR of every case and target, run by the interpreter: also targets that this machine lacks.</summary>
public class InterpretedTests
{
    public static TheoryData<string> TargetNames => [.. Targets.All.Select(t => t.Name)];

    [Theory]
    [MemberData(nameof(TargetNames))]
    public void Every_case_matches_the_oracle(string target)
    {
        TargetModel model = Targets.All.Single(t => t.Name == target);
        var failures = new List<string>();
        foreach (LayerCase layer in Cases.All)
        {
            try
            {
                Check.Layer(layer, new InterpretedLayer(layer, model), batch: 19);
            }
            catch (System.Exception exception)
            {
                failures.Add(exception is System.InvalidOperationException ? exception.Message : $"{layer}: {exception}");
            }
        }

        Assert.True(failures.Count == 0, $"{failures.Count} of {Cases.All.Count} cases:\n{string.Join("\n", failures.Take(8))}");
    }
}
