using System.Collections.Generic;
using System.Linq;
using Kron.Benchmarks.Layers;
using Kron.Benchmarks.Measure;

namespace Kron.Benchmarks.Ratios;

/// <summary>Candidates that compute the same, and their times round by round.</summary>
internal sealed class Row
{
    private readonly string _section;
    private readonly IMeasured _subject;
    private readonly int _batch;
    private readonly double _passes;
    private readonly bool _onWallClock;
    private readonly List<Candidate> _candidates;
    private readonly List<int> _calls = [];
    private readonly List<List<double>> _seconds;
    private readonly List<double> _peaks = [];
    private readonly List<double> _bandwidths = [];

    /// <param name="section">The table it belongs to.</param>
    /// <param name="subject">The layer.</param>
    /// <param name="batch">Samples of a call.</param>
    /// <param name="passes">Work of a call in forward passes: 2 for the gradients of both operands of every product.</param>
    /// <param name="candidates">Whom to time; the others are compared with the first.</param>
    public Row(string section, IMeasured subject, int batch, double passes, IEnumerable<Candidate> candidates)
    {
        (_section, _subject, _batch, _passes) = (section, subject, batch, passes);
        _candidates = [.. candidates];
        _seconds = [.. _candidates.Select(_ => new List<double>())];
        _onWallClock = _candidates.Any(candidate => candidate.UsesManyThreads);
        Traffic = batch == 1 ? subject.WeightBytes : subject.WeightBytes + (4L * batch * (subject.Inputs + subject.Outputs));
    }

    public long Traffic { get; }

    public MemoryLevel Level => Bandwidth.LevelOf(Traffic);

    public string Title => $"{_section} {_subject.Name} k={_batch}";

    /// <summary>Compares every candidate's result with the oracle and warms it up; reports those that are wrong and leaves them out, all if the first is.</summary>
    public void Prepare(List<string> failures)
    {
        Candidate first = _candidates[0];
        foreach (Candidate candidate in _candidates.ToArray())
        {
            try
            {
                candidate.Check();
                _calls.Add(Turn.Calibrate(candidate));
            }
            catch (Oracle.WrongResultException wrong)
            {
                failures.Add($"{Title}: {wrong.Message}");
                _candidates.Remove(candidate);
                _seconds.RemoveAt(0);
            }
        }

        if (_candidates.FirstOrDefault() != first)
        {
            _candidates.Clear();
        }
    }

    /// <summary>One turn of every candidate, right after the peak and the bandwidth that they are held against.</summary>
    public void Measure(KernelTarget target)
    {
        _peaks.Add(Peak.Measure(target));
        _bandwidths.Add(Bandwidth.Measure(Level));

        // Every other round backwards, so that nobody always follows the same neighbour.
        bool backwards = _peaks.Count % 2 == 0;
        for (int turn = 0; turn < _candidates.Count; turn++)
        {
            int i = backwards ? _candidates.Count - 1 - turn : turn;
            _seconds[i].Add(Turn.Time(_candidates[i], _calls[i], _onWallClock));
        }
    }

    /// <summary>Turns that are not counted.</summary>
    public void WarmUp()
    {
        for (int i = 0; i < _candidates.Count; i++)
        {
            _candidates[i].Run(_calls[i]);
        }
    }

    public IReadOnlyList<double> Peaks => _peaks;

    public RowResult? Result()
    {
        if (_candidates.Count == 0)
        {
            return null;
        }

        double flops = Flops(_subject.MultiplyAdds);
        return new RowResult
        {
            Section = _section,
            Name = _subject.Name,
            Batch = _batch,
            Inputs = _subject.Inputs,
            Outputs = _subject.Outputs,
            SmallestM2 = _subject.SmallestM2,
            MultiplyAdds = flops / 2,
            WeightBytes = _subject.WeightBytes,
            Traffic = Traffic,
            Level = Level,
            Candidates = [.. _candidates.Select((candidate, i) => new CandidateResult(
                candidate.Name,
                candidate.Detail,
                candidate.HasUsersLayout,
                1e6 * Summary.Median(_seconds[i]),
                Summary.Median(_seconds[i].Select((seconds, round) => Flops(candidate.MultiplyAdds ?? _subject.MultiplyAdds) / seconds / 1e9 / _peaks[round])),
                Summary.Median(_seconds[i].Select((seconds, round) => Traffic / seconds / _bandwidths[round])),
                Summary.Median(_seconds[i].Select((seconds, round) => seconds / _seconds[0][round]))))],
        };
    }

    private double Flops(long multiplyAdds) => 2.0 * multiplyAdds * _batch * _passes;
}
