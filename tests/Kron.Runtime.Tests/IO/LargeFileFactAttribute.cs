using System;
using System.IO;
using Xunit;

namespace Kron.Runtime.Tests.IO;

/// <summary>A fact that makes a file of 6 GiB, and is skipped where the disk has no room; most file systems store none of its zeros.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class LargeFileFactAttribute : FactAttribute
{
    public LargeFileFactAttribute() => Skip = new DriveInfo(Path.GetTempPath()).AvailableFreeSpace < 7L << 30 ? "the disk has no room for 6 GiB" : null;
}
