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

    // Where steps lie at least this many floats apart, each is in another row of the source and often on another page. Then
    // this many lanes are copied from a block of steps before the next block is.
    private const int Apart = 64;
    private const int Together = 256;

    private readonly float* _from;
    private readonly float* _to;
    private readonly int _width;
    private readonly int _lanesPerPanel;
    private readonly int _panelsPerPart;
    private readonly long _panelStride;
    private readonly PanelLanes _lanes;
    private readonly PanelWalk _walk;
    private readonly bool _isInterleaved;

    /// <summary>Describes a copy; nothing is copied.</summary>
    /// <param name="from">The first element of the source.</param>
    /// <param name="to">The first panel.</param>
    /// <param name="width">Floats of a panel's step.</param>
    /// <param name="group">Lanes that stay in one panel; those that do not fit into <paramref name="width"/> any more are left out.</param>
    /// <param name="panelStride">Floats from one panel to the next.</param>
    /// <param name="lanes">Extent and stride in floats of the lane dimensions, outermost first.</param>
    /// <param name="inner">The same of the inner dimensions.</param>
    /// <param name="steps">Steps of a panel for each index of the inner dimensions before the last.</param>
    public PanelCopy(
        float* from,
        float* to,
        int width,
        int group,
        long panelStride,
        (int Count2, long Stride2, int Count1, long Stride1, int Count0, long Stride0) lanes,
        (int Count2, long Stride2, int Count1, long Stride1, int Count0, long Stride0) inner,
        int steps)
    {
        _from = from;
        _to = to;
        _width = width;
        _lanesPerPanel = group == 1 ? width : width - (width % group);
        _panelStride = panelStride;
        _lanes = new PanelLanes(lanes);
        _walk = new PanelWalk(inner, steps, width, wantsUnitStride: _lanes.Inner.From != 1 || _lanes.Inner.Count < MinRun);
        _panelsPerPart = _walk.Inner.From < Apart || Together < 2 * width ? 1 : Together / width;
        _isInterleaved = !_walk.IsUnitStride && _lanes.Inner.From != 1 && _lanes.Middle.From == 1 && _lanes.Outer.Count == 1
            && _lanesPerPanel == width && PanelInterleave.Fits(_lanes.Middle.Count, _lanes.Inner.Count, width);
    }

    /// <summary>Parts that can be copied on their own: panels, or neighbouring ones that are filled together.</summary>
    public readonly int Parts => LaneCount <= LanesPerPart ? 1 : (LaneCount + LanesPerPart - 1) / LanesPerPart;

    /// <summary>Floats to copy.</summary>
    public readonly long Floats => _lanes.Count * _walk.Steps;

    // Of rows that take turns one row stands for all: as many panels for each panel of it as there are rows.
    private readonly int LaneCount => _isInterleaved ? _lanes.Middle.Count : _lanes.Count;

    private readonly int LanesPerPart => _lanesPerPanel * _panelsPerPart;

    /// <summary>Copies the parts from <paramref name="start"/> to <paramref name="end"/>.</summary>
    [SkipLocalsInit]
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public readonly void Run(int start, int end)
    {
        PanelAxis inner = _walk.Inner;
        bool isLong = inner.Count >= Long;
        PanelAxis around = isLong ? PanelAxis.One : _walk.Middle;
        int most = Math.Min(LanesPerPart, LaneCount);
        long* offsets = stackalloc long[most];
        for (int part = start; part < end; part++)
        {
            int lane = part * LanesPerPart;
            int lanes = Math.Min(most, LaneCount - lane);
            if (!_isInterleaved)
            {
                _lanes.Locate(lane, lanes, offsets);
            }

            float* panel = _to + (part * _panelsPerPart * (_isInterleaved ? _lanes.Inner.Count : 1) * _panelStride);
            for (int a = 0; a < _walk.Outer.Count; a++)
            {
                for (int b = 0; b < (isLong ? _walk.Middle.Count : 1); b++)
                {
                    float* source = _from + (a * _walk.Outer.From) + (b * _walk.Middle.From);
                    float* target = panel + (a * _walk.Outer.To) + (b * _walk.Middle.To);
                    for (int first = 0; first < inner.Count; first += Block)
                    {
                        PanelAxis steps = inner with { Count = Math.Min(Block, inner.Count - first) };
                        Fill(source + (first * inner.From), target + (first * inner.To), lane, lanes, offsets, around, steps);
                    }
                }
            }
        }
    }

    /// <summary>Fills some steps of neighbouring panels.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private readonly void Fill(float* from, float* to, int first, int lanes, long* offsets, PanelAxis around, PanelAxis steps)
    {
        int rows = _isInterleaved ? _lanes.Inner.Count : 1;
        for (int lane = 0; lane < lanes; lane += _lanesPerPanel)
        {
            int used = Math.Min(_lanesPerPanel, lanes - lane);
            if (_isInterleaved)
            {
                PanelInterleave.Copy(from + first + lane, used, rows, _lanes.Inner.From, to, _width, _panelStride, around, steps);
            }
            else if (_walk.IsUnitStride)
            {
                PanelTransposition.Copy(from, offsets + lane, used, to, around, steps);
            }
            else
            {
                PanelGather.Copy(from, offsets + lane, used, to, around, steps);
            }

            to += rows * _panelStride;
        }
    }
}
