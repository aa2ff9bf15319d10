using System;
using System.Collections.Generic;
using System.Linq;
using System.Reflection;
using Kron.Generator.Tests.Support;
using Microsoft.CodeAnalysis;
using Shouldly;
using Xunit;

namespace Kron.Generator.Tests.Incremental;

/// <summary>What the pipeline caches keeps no compilation alive: its object graph is walked, field by field.</summary>
public class ObjectGraphTests
{
    [Fact]
    public void No_value_of_a_named_step_reaches_anything_of_Roslyn()
    {
        var compilation = GeneratorHarness.CreateCompilation(
            [
                """
                using Kron;
                partial class Outer
                {
                    [KroneckerLayer(8, 4, 6, 4, 2, Channels = 6, Height = 2, Width = 2, Formulation = Formulation.I)]
                    [KroneckerTerm(4, 8, 12, 2, 1, Formulation = Formulation.II)]
                    private partial class First;
                }
                [DenseLayer(4, 3)] public sealed partial class Head;
                [StructuredLayer(4, 3, 2)] public sealed partial class Structured;
                [KroneckerConv(2, 3, 3, 1, 2, 1, 1, 3, 1, Height = 5, Width = 6, Padding = 1), KroneckerConvTerm(1, 3, 3, 3, 4, 1, 1, 1, 2)] public sealed partial class Conv;
                [LowRankConv(4, 3, 3, 2, Height = 5, Width = 6)] public sealed partial class LowRank;
                [DenseConv(4, 3, 1, 3, Height = 5, Width = 6, StrideW = 2)] public sealed partial class DenseConvolution;
                [StructuredConv(4, 3, 3, 2, 2, Height = 5, Width = 6)] public sealed partial class StructuredConvolution;
                [MaxPool(2, 6, 6, 2)] public sealed partial class Maximum;
                [AvgPool(2, 6, 6, 3, Padding = 1)] public sealed partial class Average;
                [GlobalAvgPool(2, 6, 6)] public sealed partial class Global;
                [BatchNorm2d(2, 6, 6, Momentum = 0.5f)] public sealed partial class Norm;
                """,
            ]);
        var steps = GeneratorHarness.CreateDriver(HarnessOptions.ScalarOnly).RunGenerators(compilation).GetRunResult().Results.Single().TrackedSteps;
        foreach (string name in TrackingNames.All)
        {
            object[] values = [.. steps[name].SelectMany(step => step.Outputs).Select(output => output.Value)];
            values.ShouldNotBeEmpty();
            foreach (object value in values)
            {
                Foreign(value).ShouldBeEmpty(name);
            }
        }
    }

    [Fact]
    public void The_walk_would_find_one()
    {
        ISymbol symbol = GeneratorHarness.CreateCompilation(["class C;"]).GetTypeByMetadataName("C")!;

        Foreign(new List<object?[]> { new object?[] { null, Tuple.Create(3, symbol) } }).ShouldNotBeEmpty();
    }

    /// <summary>Paths to objects of Roslyn's or of reflection's, from which a compilation might be reached.</summary>
    private static List<string> Foreign(object root)
    {
        List<string> found = [];
        HashSet<object> seen = new(ReferenceEqualityComparer.Instance);
        Walk(root, root.GetType().Name);
        return found;

        void Walk(object? value, string path)
        {
            if (value is null or string || value.GetType().IsPrimitive || value.GetType().IsEnum || value is Pointer || !seen.Add(value))
            {
                return;
            }

            Type type = value.GetType();
            if (type.Assembly.GetName().Name!.StartsWith("Microsoft.CodeAnalysis", StringComparison.Ordinal) || value is MemberInfo or Delegate)
            {
                found.Add($"{path}: {type}");
                return;
            }

            if (value is Array array)
            {
                foreach (object? item in array)
                {
                    Walk(item, path + "[]");
                }

                return;
            }

            for (Type? declaring = type; declaring is not null; declaring = declaring.BaseType)
            {
                foreach (FieldInfo field in declaring.GetFields(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly))
                {
                    Walk(field.GetValue(value), $"{path}.{field.Name}");
                }
            }
        }
    }
}
