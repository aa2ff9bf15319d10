using System;
using System.Runtime.CompilerServices;

namespace Kron.CompilerServices;

/// <summary>The copy of a tensor into panels, of which any range can be filled on its own.</summary>
internal unsafe struct PanelCopy
{
    // From here on consecutive lanes are copied as vectors, and nothing is transposed.
    private const int MinRun = 4;

    // Steps whose lines of the panel stay in the first-level cache until all lanes have written their part of them.
    private const int Block = 128;

    // From here on a call for each row of steps costs little.
    private const int Long = 32;

    private readonly float* _from;
    private readonly float* _to;
    private readonly int _width;
    private readonly long _panelStride;
    private readonly (int Count1, long Stride1, int Count0, long Stride0) _lanes;
    private readonly PanelWalk _walk;
    private readonly bool _isInterleaved;

    /// <inheritdoc cref="Panels.Rearrange"/>
    public PanelCopy(
        float* from,
        float* to,
        int width,
        long panelStride,
        (int Count1, long Stride1, int Count0, long Stride0) lanes,
        (int Count2, long Stride2, int Count1, long Stride1, int Count0, long Stride0) inner)
    {
        _from = from;
        _to = to;
        _width = width;
        _panelStride = panelStride;
        _lanes = lanes.Stride1 == lanes.Count0 * lanes.Stride0 ? (1, 0, lanes.Count1 * lanes.Count0, lanes.Stride0) : lanes;
        _walk = new PanelWalk(inner, width, wantsUnitStride: _lanes.Stride0 != 1 || _lanes.Count0 < MinRun);
        _isInterleaved = !_walk.IsUnitStride && _lanes.Stride0 != 1 && _lanes.Stride1 == 1
            && PanelInterleave.Fits(_lanes.Count1, _lanes.Count0, width);
    }

    /// <summary>Parts that can be copied on their own: panels, or groups of panels where lanes interleave.</summary>
    public readonly int Parts => ((_isInterleaved ? _lanes.Count1 : LaneCount) + _width - 1) / _width;

    /// <summary>Floats to copy.</summary>
    public readonly long Floats => (long)LaneCount * _walk.Steps;

    private readonly int LaneCount => _lanes.Count1 * _lanes.Count0;

    /// <summary>Copies the parts from <paramref name="start"/> to <paramref name="end"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public readonly void Run(int start, int end)
    {
        if (_isInterleaved)
        {
            for (int group = start; group < end; group++)
            {
                int first = group * _width;
                PanelInterleave.Copy(
                    _from + first,
                    Math.Min(_width, _lanes.Count1 - first),
                    _lanes.Count0,
                    _lanes.Stride0,
                    _to + ((long)group * _lanes.Count0 * _panelStride),
                    _width,
                    _panelStride,
                    _walk);
            }

            return;
        }

        long* offsets = stackalloc long[_width];
        for (int panel = start; panel < end; panel++)
        {
            int used = Math.Min(_width, LaneCount - (panel * _width));
            Locate(panel * _width, used, offsets);
            Fill(_to + (panel * _panelStride), offsets, used);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private readonly void Fill(float* to, long* offsets, int used)
    {
        PanelWalk.Axis inner = _walk.Inner;
        bool isLong = inner.Count >= Long;
        PanelWalk.Axis around = isLong ? PanelWalk.Axis.One : _walk.Middle;
        for (int a = 0; a < _walk.Outer.Count; a++)
        {
            for (int b = 0; b < (isLong ? _walk.Middle.Count : 1); b++)
            {
                float* source = _from + (a * _walk.Outer.From) + (b * _walk.Middle.From);
                float* target = to + (a * _walk.Outer.To) + (b * _walk.Middle.To);
                for (int first = 0; first < inner.Count; first += Block)
                {
                    PanelWalk.Axis steps = inner with { Count = Math.Min(Block, inner.Count - first) };
                    if (_walk.IsUnitStride)
                    {
                        PanelTransposition.Copy(source + (first * inner.From), offsets, used, target + (first * inner.To), around, steps);
                    }
                    else
                    {
                        PanelGather.Copy(source + (first * inner.From), offsets, used, target + (first * inner.To), around, steps);
                    }
                }
            }
        }
    }

    /// <summary>Where lanes lie in the source.</summary>
    private readonly void Locate(int lane, int count, long* offsets)
    {
        (int l1, int l0) = Math.DivRem(lane, _lanes.Count0);
        long at = (l1 * _lanes.Stride1) + (l0 * _lanes.Stride0);
        for (int i = 0; i < count; i++)
        {
            offsets[i] = at;
            at += _lanes.Stride0;
            if (++l0 == _lanes.Count0)
            {
                l0 = 0;
                at += _lanes.Stride1 - (_lanes.Count0 * _lanes.Stride0);
            }
        }
    }
}
