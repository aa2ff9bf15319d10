using System.Collections.Generic;
using System.Linq;
using System.Runtime.InteropServices;
using Kron.Benchmarks.Layers;
using Kron.Benchmarks.Measure;
using Kron.Benchmarks.Oracle;
using Kron.Kernels.Tests.Support;

namespace Kron.Benchmarks.Peers.Convolutions;

/// <summary>oneDNN's convolutions: a layer's dense kernel, or its factors as two of them, in the ways found fastest by trial.</summary>
internal sealed class OneDnnConvolutions
{
    private readonly OneDnnApi _api;
    private readonly Choices _choices;

    private OneDnnConvolutions(OneDnnApi api, Choices choices) => (_api, _choices) = (api, choices);

    public string Version => _api.Version;

    /// <summary>The library, or null where it is not installed.</summary>
    public static OneDnnConvolutions? Load(Choices choices) =>
        NativeLibrary.TryLoad("libdnnl.so.2", out nint library) ? new OneDnnConvolutions(new OneDnnApi(library), choices) : null;

    /// <summary>
    /// The layer's dense kernel, by Winograd's algorithm and otherwise: each with input and output in the layouts that suit it, the copies
    /// from and to the user's left out of the time, and with the user's, copies included.
    /// </summary>
    public IEnumerable<Candidate> Dense(Workload workload, int batch, FloatBuffer output)
    {
        LayerCase layer = workload.Subject.Case;
        var dense = new DenseConvolution(
            _api, Subject.Dense(workload.Subject).Case, ConvolutionKernel.Of(layer, workload.Samples.Parameters), batch, workload.Input(batch), output);
        foreach (bool isWinograd in new[] { false, true })
        {
            foreach (bool users in new[] { false, true })
            {
                if (Fastest(dense, isWinograd, users) is { } plan && (users || !plan.HasUsersLayout))
                {
                    yield return dense.Create(plan, users, workload.Reference.Outputs);
                }
            }
        }
    }

    /// <summary>A dense convolution from the user's input to the user's output, by the fastest algorithm, for trials and to be a part of something.</summary>
    public Candidate Dense(LayerCase layer, float[] kernel, int batch, FloatBuffer input, FloatBuffer output)
    {
        var dense = new DenseConvolution(_api, layer, kernel, batch, input, output);
        DenseConvolutionPlan[] plans = [.. new[] { false, true }.Select(isWinograd => Fastest(dense, isWinograd, users: true)).OfType<DenseConvolutionPlan>()];
        return Trial.Fastest(plans.Select(plan => dense.Create(plan, users: true)).ToArray(), candidate => candidate);
    }

    /// <summary>The layer's factors as two convolutions: likewise.</summary>
    public IEnumerable<Candidate> Two(Workload workload, int batch, FloatBuffer output)
    {
        var two = new TwoConvolutions(_api, _choices, workload, batch, output);
        foreach (bool users in new[] { false, true })
        {
            TwoConvolutionsPlan? plan = _choices.Get($"oneDNN {Version} two convolutions {workload.Subject.Name} {batch} {users}", () => two.Fastest(users));
            if (plan is not null && two.Create(plan, users) is var candidate && candidate.HasUsersLayout == users)
            {
                yield return candidate;
            }
        }
    }

    private DenseConvolutionPlan? Fastest(DenseConvolution dense, bool isWinograd, bool users) => _choices.Get(
        $"oneDNN {Version} dense {dense.Shape} {isWinograd} {users}",
        () =>
        {
            List<DenseConvolutionPlan> plans = [.. dense.Plans().Where(plan => plan.Way.IsWinograd == isWinograd)];
            return plans.Count == 0 ? null : Trial.Fastest(plans, plan => dense.Create(plan, users));
        });
}
