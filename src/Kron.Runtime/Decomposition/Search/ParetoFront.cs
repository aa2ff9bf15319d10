using System.Collections.Generic;
using System.Linq;

namespace Kron.Decomposition;

/// <summary>The points that none of the others beats in parameters, multiply-adds and error together.</summary>
internal sealed class ParetoFront
{
    private List<SearchPoint> _points = [];

    /// <summary>By ascending parameters, then multiply-adds, then error.</summary>
    public IReadOnlyList<SearchPoint> Points => _points;

    /// <summary>Takes points in, and drops those that are beaten.</summary>
    public void Add(IReadOnlyCollection<SearchPoint> points)
    {
        if (points.Count > 0)
        {
            _points = Filter([.. _points, .. points], 0);
        }
    }

    /// <summary>Takes points instead of those there are, and drops those that are beaten.</summary>
    public void Replace(IReadOnlyCollection<SearchPoint> points) => _points = Filter([.. points], 0);

    /// <summary>Whether a point costs no more than this in either way and has a lower error.</summary>
    public bool Beats(long parameters, long multiplyAdds, double error)
    {
        foreach (SearchPoint point in _points)
        {
            if (point.Parameters > parameters)
            {
                return false;
            }

            if (point.MultiplyAdds <= multiplyAdds && point.Error < error)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>The points without those that lower the error of a cheaper one by less than a part of it.</summary>
    public IReadOnlyList<SearchPoint> Thinned(double improvement) => Filter(_points, improvement);

    private static List<SearchPoint> Filter(List<SearchPoint> points, double improvement)
    {
        var kept = new List<SearchPoint>();

        // Of the points kept so far, none of which has more parameters than the next: the least error within so many multiply-adds.
        var multiplyAdds = new List<long>();
        var errors = new List<double>();
        foreach (SearchPoint point in points.OrderBy(point => (point.Parameters, point.MultiplyAdds, point.Error)))
        {
            int at = multiplyAdds.BinarySearch(point.MultiplyAdds);
            int after = at < 0 ? ~at : at + 1;
            if (after > 0 && errors[after - 1] * (1 - improvement) <= point.Error)
            {
                continue;
            }

            kept.Add(point);
            int first = at < 0 ? after : at, end = first;
            while (end < errors.Count && errors[end] >= point.Error)
            {
                end++;
            }

            multiplyAdds.RemoveRange(first, end - first);
            errors.RemoveRange(first, end - first);
            multiplyAdds.Insert(first, point.MultiplyAdds);
            errors.Insert(first, point.Error);
        }

        return kept;
    }
}
