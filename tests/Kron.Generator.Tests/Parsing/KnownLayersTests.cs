using System;
using System.Collections.Generic;
using System.Linq;
using System.Reflection;
using Kron.Generator.Parsing;
using Kron.Generator.Tests.Support;
using Microsoft.CodeAnalysis;
using Shouldly;
using Xunit;

namespace Kron.Generator.Tests.Parsing;

/// <summary>The table of layer attributes is that of the runtime.</summary>
public class KnownLayersTests
{
    [Fact]
    public void Every_attribute_of_the_runtime_is_known_with_its_arguments()
    {
        Dictionary<string, string> runtime = typeof(ILayer).Assembly.GetExportedTypes()
            .Where(type => type.Namespace == KnownLayers.Namespace && type.IsSubclassOf(typeof(Attribute)) && !type.IsAbstract)
            .ToDictionary(type => type.Name, type => string.Join(", ", type.GetConstructors().Single().GetParameters().Select(p => $"{p.ParameterType.Name} {p.Name}")));
        Dictionary<string, string> known = KnownLayers.All
            .SelectMany(layer => new[] { layer.Name, layer.Term }.OfType<string>().Select(name => (name, layer.Arguments)))
            .ToDictionary(each => each.name + KnownLayers.Suffix, each => string.Join(", ", each.Arguments.Select(argument => $"Int32 {argument}")));

        known.OrderBy(pair => pair.Key, StringComparer.Ordinal).ShouldBe(runtime.OrderBy(pair => pair.Key, StringComparer.Ordinal));
    }

    [Fact]
    public void Every_step_has_a_name_of_its_own() => TrackingNames.All.ShouldBeUnique();

    [Theory]
    [InlineData("[MaxPool(2, 4, 4, 2)] class C;", "MaxPool")]
    [InlineData("[Kron.MaxPoolAttribute(2, 4, 4, 2)] class C;", "MaxPool")]
    [InlineData("[Other.MaxPool] class C; namespace Other { class MaxPoolAttribute : System.Attribute; }", null)]
    [InlineData("[Other.Kron.MaxPool] class C; namespace Other.Kron { class MaxPoolAttribute : System.Attribute; }", null)]
    [InlineData("[Outer.MaxPool] class C; class Outer { internal class MaxPoolAttribute : System.Attribute; }", null)]
    [InlineData("[MaxPool<int>] class C; namespace Kron { class MaxPoolAttribute<T> : System.Attribute; }", null)]
    public void An_attribute_is_known_by_its_full_name(string source, string? name)
    {
        Compilation compilation = GeneratorHarness.CreateCompilation(["using Kron; " + source]);

        KnownLayers.NameOf(compilation.GetTypeByMetadataName("C")!.GetAttributes().Single()).ShouldBe(name);
    }
}
