using System.Collections.Generic;
using Kron.Benchmarks.Measure;

namespace Kron.Benchmarks.Peers.Convolutions;

/// <summary>The second convolution of a block of samples: at once for all channels that the first one made, its result [channels made][samples, channels].</summary>
internal sealed unsafe class SecondStage
{
    private readonly OneDnnApi _api;
    private readonly Factors _factors;
    private readonly int _samples;
    private readonly ImageLayout _read;
    private readonly ImageLayout _target;
    private readonly List<(OneDnnConvolution Convolution, FloatBuffer Weights)> _calls = [];

    public SecondStage(OneDnnApi api, Factors factors, TwoConvolutionsPlan plan)
    {
        (_api, _factors, _samples, _read, _target) = (api, factors, plan.Block, plan.Read, plan.Target);
        ConvolutionShape shape = Shape(factors, _samples, plan.IsSplit);
        int calls = plan.IsSplit ? factors.Terms : 1;
        for (int call = 0; call < calls; call++)
        {
            OneDnnConvolution convolution = OneDnnConvolution.Create(api, shape with { Accumulates = call > 0 }, _read, _target, plan.Second);
            _calls.Add((convolution, convolution.Pack(Weights(plan, call))));
        }
    }

    /// <summary>What a call computes; those after the first one add.</summary>
    public static ConvolutionShape Shape(Factors factors, int samples, bool isSplit) =>
        factors.Second(factors.FirstOutputs * samples, factors.Kept * (isSplit ? 1 : factors.Terms));

    /// <summary>Floats of the result, zero where the user's own memory is written.</summary>
    public long TargetFloats => WritesUsers ? 0 : _factors.FirstOutputs * ResultFloats;

    /// <summary>Floats of what it reads.</summary>
    public long ReadFloats => _calls.Count * _read.Floats(_factors.FirstOutputs * _samples, _factors.Kept * _factors.Terms / _calls.Count, _factors.Between);

    private bool WritesUsers => _target == ImageLayout.Nchw && _factors.FirstOutputs == 1 && _factors.Results(_samples).IsPlain;

    private long ResultFloats => _target.Floats(_samples, _factors.SecondOutputs, _factors.Results(_samples).Size);

    /// <summary>Appends the stage.</summary>
    public void Append(Steps steps, float* read, float* target, float* user)
    {
        float* to = WritesUsers ? user : target;
        for (int call = 0; call < _calls.Count; call++)
        {
            var (convolution, weights) = _calls[call];
            convolution.Append(steps, read + (call * _read.Floats(_factors.FirstOutputs * _samples, _factors.Kept, _factors.Between)), weights, to);
        }
    }

    /// <summary>Appends the copy of the result to where the user wants it.</summary>
    public void AppendLeave(Steps steps, float* target, float* user)
    {
        if (WritesUsers)
        {
            return;
        }

        for (int made = 0; made < _factors.FirstOutputs; made++)
        {
            _factors.Results(_samples).AppendLeave(_api, steps, _target, target + (made * ResultFloats), user + (made * _factors.ResultStride));
        }
    }

    /// <summary>[outputs, inputs, taps]: the inputs are the kept channels of one term, or of all of them in the order in which the first stage makes them.</summary>
    private float[] Weights(TwoConvolutionsPlan plan, int call)
    {
        var weights = new List<float>();
        for (int output = 0; output < _factors.SecondOutputs; output++)
        {
            if (plan.IsSplit || plan.Form == FirstForm.Depthwise)
            {
                for (int term = plan.IsSplit ? call : 0; term < (plan.IsSplit ? call + 1 : _factors.Terms); term++)
                {
                    for (int kept = 0; kept < _factors.Kept; kept++)
                    {
                        weights.AddRange(_factors.SecondTaps(term, output, kept));
                    }
                }
            }
            else
            {
                for (int kept = 0; kept < _factors.Kept; kept++)
                {
                    for (int term = 0; term < _factors.Terms; term++)
                    {
                        weights.AddRange(_factors.SecondTaps(term, output, kept));
                    }
                }
            }
        }

        return [.. weights];
    }
}
