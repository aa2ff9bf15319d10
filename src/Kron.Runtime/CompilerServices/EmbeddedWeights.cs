using System;
using System.ComponentModel;
using System.IO;
using System.Reflection;
using System.Runtime.InteropServices;
using Kron.IO;

namespace Kron.CompilerServices;

/// <summary>Where the trained values of a layer lie in its assembly: parameters, then state, in canonical order without gaps.</summary>
/// <remarks>
/// The build writes them into a resource, behind a line of 64 bytes that begins with their SHA-256 checksum. The generated code
/// knows the checksum of the file that its shapes were checked against, so that a resource of another build is never read.
/// </remarks>
[EditorBrowsable(EditorBrowsableState.Never)]
public sealed unsafe class EmbeddedWeights
{
    /// <summary>The resource that holds the values of all layers of an assembly.</summary>
    public const string ResourceName = "Kron.Weights";

    private const int LineBytes = 64;

    private readonly Func<Stream?> _open;
    private readonly string _assembly;
    private readonly long _offset;
    private readonly string _checksum;

    /// <summary>Names the values; nothing is read.</summary>
    /// <param name="assembly">The layer's assembly.</param>
    /// <param name="offset">The first value's byte in the resource.</param>
    /// <param name="checksum">The SHA-256 checksum of the values, in lower-case hexadecimal digits.</param>
    public EmbeddedWeights(Assembly assembly, long offset, string checksum)
        : this(() => assembly.GetManifestResourceStream(ResourceName), (assembly ?? throw new ArgumentNullException(nameof(assembly))).GetName().Name ?? "", offset, checksum)
    {
    }

    internal EmbeddedWeights(Func<Stream?> open, string assembly, long offset, string checksum) =>
        (_open, _assembly, _offset, _checksum) = (open, assembly, offset, checksum);

    /// <summary>
    /// The values: in place where the resource is mapped memory that holds floats as this machine reads them, which is so
    /// wherever .NET runs today, and otherwise a copy.
    /// </summary>
    /// <param name="floats">How many there are.</param>
    /// <exception cref="InvalidOperationException">The assembly has no such resource, or that of another build.</exception>
    internal EmbeddedFloats Open(int floats)
    {
        Stream stream = _open() ?? throw new InvalidOperationException(
            $"The assembly '{_assembly}' has no resource '{ResourceName}'; expected the weights that its layers were compiled with. Has it been built without the targets of Kron, or trimmed of its resources?");
        long end = _offset + (sizeof(float) * (long)floats);
        if (_offset < LineBytes || end > stream.Length)
        {
            throw Stale(FormattableString.Invariant($"has {stream.Length} bytes; expected at least {end}"));
        }

        byte[] checksum = new byte[32];
        stream.Position = _offset - LineBytes;
        stream.ReadExactly(checksum);
        string found = Convert.ToHexString(checksum);
        if (!string.Equals(found, _checksum, StringComparison.OrdinalIgnoreCase))
        {
            throw Stale($"holds values of checksum {found} at byte {_offset}; expected {_checksum.ToUpperInvariant()}");
        }

        stream.Position = _offset;
        if (stream is UnmanagedMemoryStream mapped && BitConverter.IsLittleEndian && CanRead(mapped.PositionPointer))
        {
            return new EmbeddedFloats((float*)mapped.PositionPointer, floats, stream);
        }

        using (stream)
        {
            byte[] bytes = new byte[sizeof(float) * floats];
            stream.ReadExactly(bytes);
            var copy = new AlignedBuffer(floats);
            ElementTypes.Convert(ElementTypes.Single, bytes, copy.Span);
            return new EmbeddedFloats(copy.Pointer, floats, copy);
        }
    }

    /// <summary>Whether floats can be read here. A resource begins wherever the one before it ends, and some processors want floats at multiples of four.</summary>
    private static bool CanRead(byte* pointer) =>
        (nuint)pointer % sizeof(float) == 0 || RuntimeInformation.ProcessArchitecture is Architecture.X64 or Architecture.X86 or Architecture.Arm64 or Architecture.Wasm;

    private InvalidOperationException Stale(string reason) =>
        new($"The resource '{ResourceName}' of the assembly '{_assembly}' {reason}. It is not of the build that compiled the layer; build the project anew.");
}
