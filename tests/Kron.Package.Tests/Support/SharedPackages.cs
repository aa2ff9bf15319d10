using Xunit;

namespace Kron.Package.Tests.Support;

/// <summary>All tests: they share the packages.</summary>
[CollectionDefinition(Name)]
public sealed class SharedPackages : ICollectionFixture<PackageFixture>
{
    public const string Name = "Package";
}
