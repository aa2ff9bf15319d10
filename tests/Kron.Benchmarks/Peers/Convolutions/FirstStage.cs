using System;
using System.Collections.Generic;
using Kron.Benchmarks.Measure;

namespace Kron.Benchmarks.Peers.Convolutions;

/// <summary>
/// The first convolution of a block of samples. Its result is [channels made][samples, kept channels · terms], or
/// [terms][channels made][samples, kept channels] where the second one runs term by term.
/// </summary>
internal sealed unsafe class FirstStage
{
    // More calls than these take longer than what they save.
    private const int MostCalls = 16;

    private readonly OneDnnApi _api;
    private readonly Factors _factors;
    private readonly FirstForm _form;
    private readonly int _samples;
    private readonly bool _isSplit;
    private readonly ImageLayout _source;
    private readonly ImageLayout _made;
    private readonly ImageLayout _read;
    private readonly OneDnnConvolution _convolution;
    private readonly OneDnnConvolution? _adding;
    private readonly List<FloatBuffer> _weights = [];

    public FirstStage(OneDnnApi api, Factors factors, TwoConvolutionsPlan plan)
    {
        (_api, _factors, _form, _samples, _isSplit) = (api, factors, plan.Form, plan.Block, plan.IsSplit);
        (_source, _made, _read) = (plan.Source, plan.Made, plan.Read);
        ConvolutionShape shape = Shape(factors, _form, _samples);
        _convolution = OneDnnConvolution.Create(api, shape, _source, _made, plan.First);
        if (_form == FirstForm.Depthwise)
        {
            if (factors.FirstInputs > 1)
            {
                _adding = OneDnnConvolution.Create(api, shape with { Accumulates = true }, _source, _made, plan.First);
            }

            PackDepthwise();
        }
        else
        {
            Pack(groups: _form == FirstForm.Groups ? factors.Kept : 1);
        }
    }

    /// <summary>Whether the form exists for so many samples.</summary>
    public static bool IsPossible(Factors factors, FirstForm form, int samples, bool isSplit) => form switch
    {
        FirstForm.Images => !isSplit && factors.HasContracted(samples),
        FirstForm.Groups => !isSplit && !factors.IsAFirst && factors.Kept > 1,

        // The terms of one sample lie one after the other; those of several would have to take turns.
        _ => factors.Kept > 1 && factors.FirstInputs * factors.FirstOutputs * factors.Terms <= MostCalls && (factors.Terms == 1 ? !isSplit : isSplit || samples == 1),
    };

    /// <summary>Whether the result can lie so, and be read so.</summary>
    public static bool IsPossible(Factors factors, FirstForm form, bool isSplit, ImageLayout made, ImageLayout read) => form switch
    {
        // Images of a kept channel each are one image with all of them only channel by channel.
        FirstForm.Images when factors.Kept > 1 => made == ImageLayout.Nchw,
        FirstForm.Depthwise when factors.Terms > 1 && !isSplit => made == read && made != ImageLayout.Nhwc && factors.Kept % made.Block() == 0,
        _ => made == read,
    };

    /// <summary>What a call computes.</summary>
    public static ConvolutionShape Shape(Factors factors, FirstForm form, int samples) => form switch
    {
        FirstForm.Images => factors.First(samples * factors.Kept, factors.FirstInputs, factors.Terms),
        FirstForm.Groups => factors.First(samples, factors.Kept * factors.FirstInputs, factors.Kept * factors.Terms) with { Groups = factors.Kept },
        _ => factors.First(samples, factors.Kept, factors.Kept) with { Groups = factors.Kept },
    };

    /// <summary>Floats of the input, zero where the user's own is read.</summary>
    public long SourceFloats => ReadsUsers ? 0 : _form switch
    {
        FirstForm.Images => _source.Floats(_samples * _factors.Kept, _factors.FirstInputs, _factors.Size),
        FirstForm.Groups => _source.Floats(_samples, _factors.Kept * _factors.FirstInputs, _factors.Size),
        _ => _factors.FirstInputs * _source.Floats(_samples, _factors.Kept, _factors.Size),
    };

    /// <summary>Floats of the result as it is made, zero where that is how it is read.</summary>
    public long MadeFloats => _made == _read ? 0 : ResultFloats(_made);

    /// <summary>Floats of the result as it is read.</summary>
    public long ReadFloats => ResultFloats(_read);

    private bool ReadsUsers => _source == ImageLayout.Nchw && Users.IsPlain && (_form != FirstForm.Depthwise || _factors.FirstInputs == 1);

    private UserImages Users => _form switch
    {
        FirstForm.Images => _factors.Contracted(_samples),
        FirstForm.Groups => _factors.All(_samples),
        _ => _factors.Kepts(_samples),
    };

    /// <summary>Appends the copy of the user's samples to where the stage wants them.</summary>
    public void AppendEnter(Steps steps, float* user, float* source)
    {
        if (ReadsUsers)
        {
            return;
        }

        int parts = _form == FirstForm.Depthwise ? _factors.FirstInputs : 1;
        for (int part = 0; part < parts; part++)
        {
            Users.AppendEnter(_api, steps, user + (part * _factors.ContractedStride), _source, source + (part * _source.Floats(_samples, _factors.Kept, _factors.Size)));
        }
    }

    /// <summary>Appends the stage.</summary>
    public void Append(Steps steps, float* user, float* source, float* made, float* read)
    {
        float* from = ReadsUsers ? user : source;
        float* to = _made == _read ? read : made;
        if (_form == FirstForm.Depthwise)
        {
            AppendDepthwise(steps, from, to);
        }
        else
        {
            for (int output = 0; output < _factors.FirstOutputs; output++)
            {
                _convolution.Append(steps, from, _weights[output], to + (output * ResultFloats(_made) / _factors.FirstOutputs));
            }
        }

        if (_made != _read)
        {
            UserImages result = new(
                _factors.FirstOutputs * _samples, _factors.Kept * _factors.Terms, _factors.Between, (long)_factors.Kept * _factors.Terms * _factors.Between.Area, _factors.Between.Area);
            result.AppendEnter(_api, steps, made, _read, read);
        }
    }

    private long ResultFloats(ImageLayout layout) => _isSplit
        ? _factors.Terms * layout.Floats(_factors.FirstOutputs * _samples, _factors.Kept, _factors.Between)
        : layout.Floats(_factors.FirstOutputs * _samples, _factors.Kept * _factors.Terms, _factors.Between);

    private void AppendDepthwise(Steps steps, float* from, float* to)
    {
        long input = _source.Floats(_samples, _factors.Kept, _factors.Size);
        int calls = 0;
        for (int term = 0; term < _factors.Terms; term++)
        {
            for (int output = 0; output < _factors.FirstOutputs; output++)
            {
                long place = _isSplit
                    ? ((term * _factors.FirstOutputs) + output) * _made.Floats(_samples, _factors.Kept, _factors.Between)
                    : (output * _made.Floats(_samples, _factors.Kept * _factors.Terms, _factors.Between)) + ((long)term * _factors.Kept * _factors.Between.Area);
                for (int contracted = 0; contracted < _factors.FirstInputs; contracted++)
                {
                    (contracted == 0 ? _convolution : _adding!).Append(steps, from + (contracted * input), _weights[calls++], to + place);
                }
            }
        }
    }

    private void Pack(int groups)
    {
        for (int output = 0; output < _factors.FirstOutputs; output++)
        {
            var weights = new List<float>();
            for (int group = 0; group < groups; group++)
            {
                for (int term = 0; term < _factors.Terms; term++)
                {
                    for (int input = 0; input < _factors.FirstInputs; input++)
                    {
                        weights.AddRange(_factors.FirstTaps(term, output, input));
                    }
                }
            }

            _weights.Add(_convolution.Pack([.. weights]));
        }
    }

    private void PackDepthwise()
    {
        for (int term = 0; term < _factors.Terms; term++)
        {
            for (int output = 0; output < _factors.FirstOutputs; output++)
            {
                for (int contracted = 0; contracted < _factors.FirstInputs; contracted++)
                {
                    var weights = new List<float>();
                    for (int kept = 0; kept < _factors.Kept; kept++)
                    {
                        weights.AddRange(_factors.FirstTaps(term, output, contracted));
                    }

                    _weights.Add((contracted == 0 ? _convolution : _adding!).Pack([.. weights]));
                }
            }
        }
    }
}
