using System;
using System.IO;
using System.Linq;
using System.Threading.Tasks;
using Kron.Cuda.Tests.Support;
using Shouldly;
using Xunit;

namespace Kron.Cuda.Tests;

public sealed class KernelCacheTests
{
    private static readonly byte[] Program = [.. Enumerable.Range(0, 300).Select(i => (byte)(i * 7))];

    [Fact]
    public void What_was_written_is_read()
    {
        using var folder = new TemporaryFolder();
        string key = KernelCache.Key("NVRTC 12.4", "--gpu-architecture=sm_90", "source");

        new KernelCache(folder.Path).Write(key, Program);

        new KernelCache(folder.Path).Read(key).ShouldBe(Program);
        Directory.GetFiles(folder.Path).ShouldBe([folder.File(key + ".cubin")]);
    }

    [Fact]
    public void Every_part_of_the_key_counts()
    {
        string[] keys =
        [
            KernelCache.Key("NVRTC 12.4", "sm_90", "source"),
            KernelCache.Key("NVRTC 12.5", "sm_90", "source"),
            KernelCache.Key("NVRTC 12.4", "sm_80", "source"),
            KernelCache.Key("NVRTC 12.4", "sm_90", "source "),
        ];

        keys.Distinct().Count().ShouldBe(keys.Length);
        keys[0].ShouldBe(KernelCache.Key("NVRTC 12.4", "sm_90", "source"));
        keys.ShouldAllBe(key => key.Length == 64 && key.All(char.IsAsciiHexDigit));
    }

    [Fact]
    public void What_is_not_there_is_not_read()
    {
        using var folder = new TemporaryFolder();

        new KernelCache(folder.Path).Read("A").ShouldBeNull();
        new KernelCache(folder.File("no such folder")).Read("A").ShouldBeNull();
    }

    [Fact]
    public void A_file_with_any_bit_changed_counts_as_absent_and_is_replaced()
    {
        using var folder = new TemporaryFolder();
        var cache = new KernelCache(folder.Path);
        cache.Write("A", Program);
        string file = folder.File("A.cubin");
        byte[] whole = File.ReadAllBytes(file);
        for (int i = 0; i < whole.Length; i++)
        {
            byte[] damaged = [.. whole];
            damaged[i] ^= (byte)(1 << (i % 8));
            File.WriteAllBytes(file, damaged);
            cache.Read("A").ShouldBeNull($"byte {i}");
        }

        cache.Write("A", Program);
        cache.Read("A").ShouldBe(Program);
    }

    [Fact]
    public void A_file_that_was_cut_or_went_on_counts_as_absent()
    {
        using var folder = new TemporaryFolder();
        var cache = new KernelCache(folder.Path);
        cache.Write("A", Program);
        string file = folder.File("A.cubin");
        byte[] whole = File.ReadAllBytes(file);
        for (int length = 0; length < whole.Length; length++)
        {
            File.WriteAllBytes(file, whole[..length]);
            cache.Read("A").ShouldBeNull($"{length} bytes");
        }

        File.WriteAllBytes(file, [.. whole, 0]);
        cache.Read("A").ShouldBeNull();
    }

    [Fact]
    public void Noise_counts_as_absent()
    {
        using var folder = new TemporaryFolder();
        var cache = new KernelCache(folder.Path);
        var random = new Random(1);
        for (int i = 0; i < 200; i++)
        {
            byte[] noise = new byte[random.Next(400)];
            random.NextBytes(noise);
            File.WriteAllBytes(folder.File("A.cubin"), noise);
            cache.Read("A").ShouldBeNull();
        }
    }

    [Fact]
    public void A_file_beyond_any_program_is_not_read()
    {
        using var folder = new TemporaryFolder();
        using (FileStream file = File.Create(folder.File("A.cubin")))
        {
            file.SetLength(5L << 30);
        }

        new KernelCache(folder.Path).Read("A").ShouldBeNull();
    }

    [Fact]
    public void A_folder_that_cannot_be_written_is_no_error()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder.File("file"), "");
        var cache = new KernelCache(folder.File("file"));

        cache.Write("A", Program);

        cache.Read("A").ShouldBeNull();
    }

    [Fact]
    public void An_entry_that_cannot_be_replaced_is_no_error()
    {
        using var folder = new TemporaryFolder();
        Directory.CreateDirectory(folder.File("A.cubin"));
        var cache = new KernelCache(folder.Path);

        cache.Write("A", Program);

        cache.Read("A").ShouldBeNull();
        Directory.GetFiles(folder.Path).ShouldBeEmpty();
    }

    [Fact]
    public void A_folder_is_made_when_it_is_first_written()
    {
        using var folder = new TemporaryFolder();
        string inner = Path.Combine(folder.Path, "a", "b");
        var cache = new KernelCache(inner);
        Directory.Exists(inner).ShouldBeFalse();

        cache.Write("A", Program);

        cache.Read("A").ShouldBe(Program);
    }

    [Theory]
    [InlineData("KRON_CUDA_CACHE")]
    [InlineData("XDG_CACHE_HOME", "kron", "cuda")]
    public void The_default_folder_is_the_one_that_the_environment_names(string variable, params string[] folders)
    {
        if (OperatingSystem.IsWindows() && variable != KernelCache.Variable)
        {
            return;
        }

        using var folder = new TemporaryFolder();
        string? former = Environment.GetEnvironmentVariable(variable);
        Environment.SetEnvironmentVariable(variable, folder.Path);
        try
        {
            new KernelCache(null).Write("A", Program);
        }
        finally
        {
            Environment.SetEnvironmentVariable(variable, former);
        }

        File.Exists(Path.Combine([folder.Path, .. folders, "A.cubin"])).ShouldBeTrue();
    }

    [Fact]
    public void Whoever_reads_while_others_write_gets_a_whole_program_or_none()
    {
        using var folder = new TemporaryFolder();
        byte[][] programs = [Program, [.. Program.Reverse()], [.. Program.Take(50)]];
        Parallel.For(0, 200, i =>
        {
            var cache = new KernelCache(folder.Path);
            if (i % 2 == 0)
            {
                cache.Write("A", programs[i / 2 % programs.Length]);
            }
            else if (cache.Read("A") is { } program)
            {
                programs.ShouldContain(known => known.SequenceEqual(program));
            }
        });

        programs.ShouldContain(known => known.SequenceEqual(new KernelCache(folder.Path).Read("A")!));
    }
}
