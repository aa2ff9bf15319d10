using System;
using System.Collections.Generic;
using System.Linq;
using Kron.Decomposition;
using Shouldly;
using Xunit;

namespace Kron.Runtime.Tests.Decomposition.Search;

public class ParetoFrontTests
{
    [Fact]
    public void Front_of_random_points_is_that_of_the_definition()
    {
        var random = new Random(1);
        for (int trial = 0; trial < 200; trial++)
        {
            // Few values, so that there are ties in each coordinate.
            SearchPoint[] points = [.. Enumerable.Range(0, random.Next(1, 60)).Select(_ => Point(random.Next(8), random.Next(8), random.Next(8) / 8.0))];
            var front = new ParetoFront();
            front.Add([.. points.Take(points.Length / 2)]);
            front.Add([.. points.Skip(points.Length / 2)]);

            IEnumerable<(long, long, double)> expected = points.Select(Key).Distinct().Where(p => !points.Select(Key).Any(q => q != p
                && q.Item1 <= p.Item1 && q.Item2 <= p.Item2 && q.Item3 <= p.Item3)).Order();
            front.Points.Select(Key).ShouldBe(expected);

            (long parameters, long multiplyAdds, double error) = (random.Next(8), random.Next(8), random.Next(8) / 8.0);
            front.Beats(parameters, multiplyAdds, error)
                .ShouldBe(points.Any(p => p.Parameters <= parameters && p.MultiplyAdds <= multiplyAdds && p.Error < error));
        }
    }

    [Fact]
    public void Thinning_drops_only_what_gains_too_little()
    {
        var front = new ParetoFront();
        front.Add([Point(1, 1, 0.5), Point(2, 2, 0.496), Point(3, 3, 0.494), Point(4, 4, 0.2), Point(5, 0, 0.499), Point(6, 9, 0)]);

        front.Thinned(0.01).Select(Key).ShouldBe([(1, 1, 0.5), (3, 3, 0.494), (4, 4, 0.2), (5, 0, 0.499), (6, 9, 0)]);
    }

    private static SearchPoint Point(long parameters, long multiplyAdds, double error) => new(parameters, multiplyAdds, error, null!, default, 0);

    private static (long, long, double) Key(SearchPoint point) => (point.Parameters, point.MultiplyAdds, point.Error);
}
