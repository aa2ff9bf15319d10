using System;
using System.IO;
using System.Linq;
using Kron.Package.Tests.Support;
using Shouldly;
using Xunit;

namespace Kron.Package.Tests;

[Collection(SharedPackages.Name)]
public sealed class DeterminismTests(PackageFixture fixture)
{
    [Fact]
    public void Sources_in_another_folder_give_the_same_package() => Compare(fixture.Package, "nupkg");

    [Fact]
    public void Sources_in_another_folder_give_the_same_symbols() => Compare(fixture.Symbols, "snupkg");

    private void Compare(Packed first, string extension)
    {
        Packed second = new(Path.Combine(fixture.SecondFeed, $"Kron.{PackageFixture.Version}.{extension}"));
        second.Names.ShouldBe(first.Names);
        first.Names.Where(name => !first[name].AsSpan().SequenceEqual(second[name])).ShouldBeEmpty();
    }
}
