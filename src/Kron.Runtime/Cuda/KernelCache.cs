using System;
using System.IO;
using System.Security.Cryptography;
using System.Text;
using Kron.IO;

namespace Kron.Cuda;

/// <summary>Compiled kernels on disk, each in a file that is named by what it was compiled from.</summary>
/// <remarks>
/// A file holds a mark, the SHA-256 of its program and the program. Whatever is not whole counts as absent, and whatever cannot
/// be written is compiled again by the next process: the cache never makes anything fail.
/// </remarks>
internal sealed class KernelCache
{
    /// <summary>Names the folder where the context's options name none.</summary>
    public const string Variable = "KRON_CUDA_CACHE";

    private const int MaxBytes = 64 << 20;

    private readonly string? _folder;

    /// <param name="folder">Its folder, made when first written; null for the default one.</param>
    public KernelCache(string? folder) => _folder = folder ?? DefaultFolder();

    private static ReadOnlySpan<byte> Mark => "KRONCUBIN1\r\n"u8;

    /// <summary>The name of a program, which changes with everything that it depends on.</summary>
    public static string Key(string compiler, string option, string source)
    {
        byte[] text = Encoding.UTF8.GetBytes($"{compiler}\n{option}\n{source}");
        return Convert.ToHexString(SHA256.HashData(text));
    }

    /// <summary>A program, or null if it is not there or damaged.</summary>
    public byte[]? Read(string key)
    {
        if (_folder is null)
        {
            return null;
        }

        try
        {
            using FileStream file = File.OpenRead(PathOf(key));
            int header = Mark.Length + SHA256.HashSizeInBytes;
            if (file.Length <= header || file.Length > MaxBytes)
            {
                return null;
            }

            byte[] content = new byte[file.Length];
            file.ReadExactly(content);
            ReadOnlySpan<byte> hash = content.AsSpan(Mark.Length, SHA256.HashSizeInBytes);
            byte[] program = content[header..];
            return content.AsSpan().StartsWith(Mark) && hash.SequenceEqual(SHA256.HashData(program)) ? program : null;
        }
        catch (Exception error) when (IsOfFiles(error))
        {
            return null;
        }
    }

    /// <summary>Keeps a program, in place of a damaged one.</summary>
    public void Write(string key, byte[] program)
    {
        if (_folder is null)
        {
            return;
        }

        try
        {
            Directory.CreateDirectory(_folder);
            AtomicFile.Write(PathOf(key), stream =>
            {
                stream.Write(Mark);
                stream.Write(SHA256.HashData(program));
                stream.Write(program);
            });
        }
        catch (Exception error) when (IsOfFiles(error))
        {
            // As documented: it costs the next process a compilation.
        }
    }

    private static bool IsOfFiles(Exception error) => error is IOException or UnauthorizedAccessException or NotSupportedException or ArgumentException;

    private static string? DefaultFolder()
    {
        if (Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } named)
        {
            return named;
        }

        string root = Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData);
        if (!OperatingSystem.IsWindows())
        {
            string home = Environment.GetFolderPath(Environment.SpecialFolder.UserProfile);
            root = Environment.GetEnvironmentVariable("XDG_CACHE_HOME") is { Length: > 0 } cache ? cache
                : home.Length == 0 ? ""
                : Path.Combine(home, ".cache");
        }

        return root.Length == 0 ? null : Path.Combine(root, "kron", "cuda");
    }

    private string PathOf(string key) => Path.Combine(_folder!, key + ".cubin");
}
